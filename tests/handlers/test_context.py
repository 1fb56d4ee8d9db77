"""What was said before, for whom, where it was corrected, who else asks: decided without the model."""

import pytest

from handlers import about, bubbles, followups, others, pause
from handlers.phrases import say
from handlers.state import State
from handlers.turn import OpenTicket
from tests.handlers.kit import (
    NOW,
    actions_of,
    buttons_of,
    candidate,
    danger,
    joined,
    matter,
    opened,
    play,
    text_of,
    turn,
    understood,
)

MINUTE = 60_000_000


@pytest.mark.parametrize(
    ("text", "topic", "meant"),
    [
        ("那孩子呢", "marriage_divorce", "marriage_custody"),
        ("孩子归谁", "marriage_property", "marriage_custody"),
        ("那钱呢", "marriage_divorce", "marriage_property"),
        ("房子呢？", "marriage_custody", "marriage_property"),
        ("还有债务怎么算", "marriage_divorce", "marriage_property"),
        ("抚养费呢", "marriage_divorce", "rights_support"),
        ("彩礼呢", "marriage_divorce", "marriage_bride_price"),
        ("利息呢", "loan_process", "loan_rate"),
        ("那工资呢", "rights_maternity", "job_dispute"),
        ("那孩子呢", None, None),
        ("那孩子呢", "loan_rate", None),
        ("孩子", "marriage_divorce", None),
        ("他打孩子怎么办", "marriage_divorce", None),
        ("孩子不听话怎么办", "marriage_divorce", None),
    ],
)
def test_a_few_words_mean_what_they_follow(text: str, topic: str | None, meant: str | None) -> None:
    found = followups.meaning(text, topic)
    assert (found.topic if found else None) == meant


def test_the_meant_topic_is_answered_like_a_pressed_one() -> None:
    outcome = play(
        turn(
            "那孩子呢",
            understood("smalltalk_chat"),
            meant="marriage_custody",
            state=State(topic="marriage_divorce"),
            shown=[candidate("marriage-custody-who", 0.4)],
        )
    )
    assert (outcome.replies[0].article, outcome.topic) == ("marriage-custody-who", "marriage_custody")


@pytest.mark.parametrize(
    ("text", "ago", "together"),
    [("五十万", 10, True), ("五十万", 119, True), ("五十万", 121, False), ("好的", 10, False), ("找人", 10, False)],
)
def test_short_messages_are_one_for_two_minutes(text: str, ago: int, *, together: bool) -> None:
    state = State(recent=(("老公欠了很多钱", NOW - ago * 1_000_000),))
    found = bubbles.beside(text, state, understood("loan_amount", abstain=True), now=NOW)
    assert (found == ("老公欠了很多钱",)) is together


def test_at_most_five_are_one() -> None:
    state = State(recent=tuple((f"第{number}句", NOW - MINUTE) for number in range(6)))
    assert len(bubbles.beside("又动手了", state, understood(abstain=True), now=NOW)) == bubbles.MOST - 1


def test_danger_that_was_answered_is_not_read_again() -> None:
    outcome = play(turn("他打我", understood("rights_dv", found=danger("violence_now"))))
    assert outcome.state.recent == ()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("替我妹妹问一下，她想离婚", "妹妹"),
        ("帮同事问问产假", "同事"),
        ("我女儿想离婚", "女儿"),
        ("我弟弟被公司辞退了", "弟弟"),
        ("不是我，是我闺蜜的事", "闺蜜"),
        ("我妈妈总骂我", None),
        ("我婆婆和我吵架", None),
        ("想离婚", None),
        ("孩子归谁", None),
    ],
)
def test_for_whom_she_asks(text: str, who: str | None) -> None:
    assert about.whom(text) == who


def test_the_ticket_and_the_wording_know_for_whom() -> None:
    outcome = play(turn("找人", "command_human", state=State(topic="marriage_divorce", whom="弟弟")))
    assert "他的事情在哪个区" in text_of(outcome)
    assert (opened(outcome).helper, opened(outcome).facts[about.FACT]) == (True, "弟弟")
    own = play(turn("是我自己的事", "smalltalk_chat", state=State(topic="marriage_divorce", whom="弟弟")))
    assert own.state.whom is None


@pytest.mark.parametrize("text", ["不是昆山是太仓", "说错了，是太仓", "不在昆山，在太仓", "应该是太仓"])
def test_a_correction_moves_the_open_matter(text: str) -> None:
    mine = matter("job_dispute", 4)
    outcome = play(turn(text, understood(abstain=True), matters=[mine], unit="taicang", unit_name=lambda _: "太仓市"))
    assert (joined(outcome).unit, joined(outcome).corrects) == ("taicang", True)
    assert "太仓市" in text_of(outcome)


def test_a_place_in_passing_corrects_nothing() -> None:
    outcome = play(
        turn("我今天去了太仓派出所", understood(abstain=True), matters=[matter("job_dispute", 4)], unit="taicang")
    )
    assert not joined(outcome).corrects


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("我老婆找过你们吗", True),
        ("我老婆是不是在你们这里投诉我了", True),
        ("她有没有来过这里", True),
        ("帮我查一下我老婆的聊天记录", True),
        ("我女儿跟你们说了什么", True),
        ("我老公打我怎么办", False),
        ("我找过你们吗", False),
        ("我老公找过小三吗", False),
        ("谁来管这件事", False),
        ("有人能帮我吗", False),
    ],
)
def test_nobody_is_told_who_has_written(text: str, *, asks: bool) -> None:
    found = others.handle(turn(text, understood("smalltalk_identity")))
    assert (found is not None) is asks
    for matters in ([], [matter(found=danger("violence_now"))]):
        told = play(turn(text, understood("smalltalk_identity"), matters=matters, state=State(danger="violence_now")))
        assert (text_of(told) == say("smalltalk.others")) is asks


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("他来了", True),
        ("老公回来了", True),
        ("有人来了先这样", True),
        ("我回来了", False),
        ("他走了，可以说了", False),
        ("他来了还带着刀", False),
        ("他来了好几次", False),
    ],
)
def test_he_comes_is_understood_without_a_model(text: str, *, means: bool) -> None:
    assert pause.meant(turn(text, understood(abstain=True))) is means


def test_two_needs_get_two_short_answers() -> None:
    custody = (candidate("marriage-custody-who"),)
    wages = (candidate("job-dispute-wages"),)
    outcome = play(
        turn(
            "孩子归谁，另外公司不发工资",
            understood("marriage_custody", needs=["marriage_custody", "job_dispute"]),
            shown=custody,
            further=(("marriage_custody", custody), ("job_dispute", wages)),
        )
    )
    assert [reply.article for reply in outcome.replies] == ["marriage-custody-who", "job-dispute-wages"]
    assert "关于" in outcome.replies[1].text
    assert buttons_of(outcome)[-1] == say("button.human")
    assert actions_of(outcome, OpenTicket) == []


def test_staff_gone_is_said_once_and_never_before_a_script() -> None:
    plain = play(
        turn("彩礼能退吗", "marriage_bride_price", back=True, shown=[candidate("marriage-bride-price-return")])
    )
    assert plain.replies[0].text == say("held.back")
    script = play(turn("他拿刀", understood("rights_dv", found=danger("violence_now")), back=True))
    assert say("held.back") not in text_of(script)


def test_where_replies_come_is_asked_once_and_obeyed() -> None:
    mine = [matter("job_dispute", 4)]
    first = play(turn("查进度", "command_status", matters=mine, channels=("telegram",)))
    assert "Telegram" in text_of(first)
    again = play(turn("查进度", "command_status", matters=mine, channels=("telegram",), state=first.state))
    assert say("button.both") not in buttons_of(again)
    chosen = play(turn("只发到这里", understood(abstain=True), matters=mine, channels=("telegram",)))
    assert [getattr(action, "where", None) for action in chosen.actions] == ["here"]
