"""Pause, wrong, held, waiting, small talk, media, the unknown: what is done when there is no question."""

import pytest

from handlers import buttons
from handlers.phrases import say
from handlers.state import State
from handlers.turn import Follow, JoinTicket, OpenTicket, Pause, Release
from tests.handlers.kit import (
    actions_of,
    buttons_of,
    candidate,
    danger,
    joined,
    matter,
    play,
    text_of,
    turn,
    understood,
)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("他来了", "command_pause"),
        ("先不说了", "command_pause"),
        ("别发了", "other_out_of_scope"),
        ("不要再发消息", "rights_dv"),
    ],
)
def test_one_short_word_and_silence(text: str, intent: str) -> None:
    state = State(topic="rights_dv", offer="rights_dv")
    outcome = play(turn(text, understood(intent), state=state))
    assert (text_of(outcome), outcome.replies[0].quiet, outcome.actions) == ("好的。", True, (Pause(),))
    assert outcome.state == state.but(facts=outcome.state.facts)


def test_after_a_pause_the_conversation_goes_on() -> None:
    outcome = play(
        turn("彩礼能退吗", "marriage_bride_price", paused=True, shown=[candidate("marriage-bride-price-return")])
    )
    assert outcome.replies[0].article == "marriage-bride-price-return"


def test_wrong_offers_the_next_two_in_her_words_then_a_person() -> None:
    state = State(topic="rights_dv", guesses=("marriage_divorce", "marriage_crisis", "rights_stalking"))
    first = play(turn("不是这个意思", "command_wrong", state=state))
    assert buttons_of(first) == ("想离婚，怎么离", "日子快过不下去了", buttons.NONE, buttons.HUMAN)
    assert first.state.topic is None
    assert first.actions == (Follow("wrong"),)
    second = play(turn("都不是", state=first.state))
    assert second.state.offer == "other_out_of_scope"
    assert buttons_of(second) == buttons.OFFER
    assert actions_of(second, OpenTicket) == []


def test_wrong_without_guesses_asks_for_other_words() -> None:
    assert text_of(play(turn("你没听懂", "command_wrong"))) == say("wrong.blank")


@pytest.mark.parametrize(
    "intent", ["command_wrong", "smalltalk_greet", "rights_dv", "other_out_of_scope", "command_help"]
)
def test_while_staff_talk_the_bot_keeps_still(intent: str) -> None:
    outcome = play(turn("嗯，是这样的", understood(intent), held=True, matters=[matter("job_dispute", 9)]))
    assert outcome.replies == ()
    assert joined(outcome).ticket_id == 9


def test_a_held_conversation_still_hands_over_replies() -> None:
    outcome = play(turn("看回复", held=True, unread=1, matters=[matter()]))
    assert actions_of(outcome, Release)


@pytest.mark.parametrize(
    "text",
    [
        "在吗",
        "在不在？",
        "有人吗",
        "我想问个事",
        "想咨询一下",
        "请问一下",
        "我老公",
        "昨晚又",
        "就是那个…",
        "我有点事情",
        "我婆婆她",
        "嗯……",
        "我公司昨天",
    ],
)
def test_fragments_wait(text: str) -> None:
    outcome = play(turn(text, understood("marriage_affair"), shown=[candidate("marriage-affair-rights")]))
    assert outcome.waits
    assert text_of(outcome) == say("smalltalk.listening")
    again = play(turn("然后", state=outcome.state))
    assert (again.waits, again.replies, again.state.waiting) == (True, (), (text, "然后"))


@pytest.mark.parametrize(
    "text", ["我老公打我", "想离婚", "贷款利率多少", "你好", "在吗我想问离婚", "老公出轨了", "谢谢", "公司不发工资"]
)
def test_content_does_not_wait(text: str) -> None:
    intent = "smalltalk_greet" if text == "你好" else "smalltalk_thanks" if text == "谢谢" else "marriage_divorce"
    assert not play(turn(text, intent)).waits


def test_patience_ends() -> None:
    state = State(waiting=("我", "我", "我", "我", "我", "我"), listening=True)
    outcome = play(turn("就是", state=state))
    assert not outcome.waits
    assert outcome.replies


@pytest.mark.parametrize("name", ["greet", "thanks", "identity", "chat", "affirm", "deny", "abuse"])
def test_small_talk_is_short(name: str) -> None:
    outcome = play(turn("那么就这样子了哈哈哈哈", f"smalltalk_{name}"))
    assert text_of(outcome) == say(f"smalltalk.{name}")
    assert outcome.actions == ()


def test_it_says_what_it_is() -> None:
    words = text_of(play(turn("你是真人吗", "smalltalk_identity")))
    assert "机器人" in words
    assert "工作人员" in words


@pytest.mark.parametrize("kind", ["voice", "image", "video", "file", "location", "contact"])
def test_what_is_no_text_is_acknowledged_in_kind(kind: str) -> None:
    free = play(turn("", kind=kind))
    assert text_of(free) == say(f"unknown.{kind}")
    assert free.state.offer == "other_out_of_scope"
    on_matter = play(turn("", kind=kind, matters=[matter("job_dispute", 2)]))
    assert text_of(on_matter) == say(f"unknown.joined.{kind}")
    assert joined(on_matter).ticket_id == 2
    urgent = play(turn("", kind=kind, matters=[matter(found=danger("threat"))]))
    assert text_of(urgent) == say("urgent.added", call="110")


@pytest.mark.parametrize("text", ["😭😭", "🙏", "。。。", "？？", "   "])
def test_marks_and_faces_get_a_soft_line(text: str) -> None:
    assert text_of(play(turn(text))) == say("unknown.emoji")


def test_the_unknown_offers_a_person_and_opens_nothing() -> None:
    outcome = play(turn("阿巴阿巴歪比巴卜", understood(confidence=0.1)))
    assert text_of(outcome) == say("unknown.plain")
    assert buttons_of(outcome) == buttons.OFFER
    assert outcome.actions == ()


def test_a_likely_guess_is_offered_in_her_words() -> None:
    meaning = understood(
        "marriage_divorce", abstain=True, alternatives=("marriage_property", "smalltalk_chat"), confidence=0.4
    )
    outcome = play(turn("过不下去了房子是我的", meaning))
    assert buttons_of(outcome) == ("想离婚，怎么离", "离婚时房子和钱怎么分", buttons.NONE, buttons.HUMAN)


def test_a_message_on_an_open_matter_joins_it() -> None:
    outcome = play(turn("公司昨天又来催我签字了", "job_dispute", matters=[matter("job_dispute", 6)]))
    assert (outcome.handler, joined(outcome).ticket_id) == ("matter", 6)
    unclear = play(turn("那个章还没有盖", understood(abstain=True), matters=[matter("job_dispute", 6)]))
    assert (unclear.handler, joined(unclear).ticket_id) == ("matter", 6)


def test_a_new_topic_on_an_open_matter_is_a_new_topic() -> None:
    outcome = play(
        turn("创业贷款最多能借多少", "loan_amount", matters=[matter("job_dispute", 6)], shown=[candidate("loan-terms")])
    )
    assert outcome.handler == "answer"
    assert actions_of(outcome, JoinTicket) == []


@pytest.mark.parametrize("text", ["   ", "\n"])
def test_blank_is_never_a_matter(text: str) -> None:
    assert actions_of(play(turn(text, matters=[matter()])), JoinTicket) == []


@pytest.mark.parametrize("text", ["你们会保密吗", "别人会知道吗", "会不会让我老公知道"])
def test_who_can_read_it_is_told_truthfully(text: str) -> None:
    assert text_of(play(turn(text, understood("smalltalk_chat")))) == say("smalltalk.privacy")


@pytest.mark.parametrize("intent", ["command_human", "command_pause", "command_wrong", "command_erase"])
def test_a_poor_guess_is_no_command(intent: str) -> None:
    outcome = play(turn("这个怎么弄呢哎", understood(intent, confidence=0.35)))
    assert outcome.handler in {"unknown", "smalltalk"}
    assert outcome.actions == ()


def test_what_the_search_knows_is_not_small_talk() -> None:
    meaning = understood("smalltalk_identity", confidence=0.4)
    assert play(turn("12338是24小时的吗", meaning, shown=[candidate("rights-help-lines")])).handler == "answer"
