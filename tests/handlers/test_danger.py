"""Sure danger at any point: the script of the kind, one ticket, an alarm, and only true words about who is there."""

from typing import Any

import pytest

from handlers import buttons
from handlers.phrases import say
from handlers.raising import TOPICS
from handlers.scripts import NO_CODE
from handlers.state import Form, State
from handlers.turn import CODE, Desk, JoinTicket, OpenTicket, Pause, Watch
from nlu.taxonomy import taxonomy
from tests.handlers.kit import (
    CLOSED,
    NOBODY,
    OPEN,
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

KNIFE = "他拿着刀在砸门"
NOW_KIND = understood("rights_dv", found=danger("violence_now"))
ALARMING = [name for name, kind in taxonomy().danger.items() if kind.level in {"immediate", "urgent"}]
WATCHED = [name for name, kind in taxonomy().danger.items() if kind.level == "watch" and name != "mass_event"]
PROMISES = ("值班人员马上", "会有人", "有人会", "正在提醒")


@pytest.mark.parametrize("kind", ALARMING)
@pytest.mark.parametrize("helper", [False, True])
@pytest.mark.parametrize("desk", [OPEN, NOBODY, CLOSED])
def test_every_kind_has_its_script_its_ticket_and_its_alarm(kind: str, helper: bool, desk: Desk) -> None:
    outcome = play(turn("出事了", understood(found=danger(kind), helper=helper), desk=desk))
    script = say(f"danger.{kind}.{'helper' if helper else 'self'}")
    assert outcome.replies[0].text == script
    assert script.partition("\n")[0] in text_of(outcome).splitlines()[4 if len(script.splitlines()) == 4 else 0]
    ticket = opened(outcome)
    assert (ticket.topic, ticket.danger_kind, ticket.danger_level) == (
        TOPICS[kind][0],
        kind,
        taxonomy().danger[kind].level,
    )
    assert ticket.alarm
    assert ticket.helper is helper
    assert (CODE in text_of(outcome)) is (kind not in NO_CODE)
    assert buttons_of(outcome) == ()
    if desk is OPEN:
        assert "正在提醒值班人员。不要等" in text_of(outcome)
    else:
        assert "现在没有值班人员在线，请直接打" in text_of(outcome)
        assert not any(promise in text_of(outcome) for promise in PROMISES)


@pytest.mark.parametrize(
    ("text", "kind", "who"),
    [
        ("我不想活了", "suicide", "self"),
        ("我今年14岁 我不想活了", "suicide", "minor"),
        ("我读初二，舅舅摸我", "child_abuse", "minor"),
        ("继父摸我", "child_abuse", "minor"),
        ("继父摸我女儿", "child_abuse", "self"),
        ("我是大学生，昨晚被强奸了", "sexual_assault", "self"),
    ],
)
def test_minors_are_spoken_to_as_minors(text: str, kind: str, who: str) -> None:
    assert play(turn(text, understood(found=danger(kind)))).replies[0].text == say(f"danger.{kind}.{who}")


@pytest.mark.parametrize("text", ["想带着孩子一起走", "我和孩子被堵在屋里", "抱着孩子站在天台上"])
def test_a_child_with_her_does_not_make_her_a_helper(text: str) -> None:
    outcome = play(turn(text, understood(found=danger("suicide"), helper=True)))
    assert outcome.replies[0].text == say("danger.suicide.self")
    assert not opened(outcome).helper


@pytest.mark.parametrize(
    "state",
    [
        State(),
        State(form=Form("intake", "rights_maternity", "where", ("what", "contact"))),
        State(form=Form("intake", "rights_maternity", "what", ("contact",))),
        State(form=Form("intake", "loan_policy", "contact", ())),
        State(form=Form("intake", "loan_policy", "number", ())),
        State(offer="loan_policy"),
        State(expects="erase"),
        State(waiting=("在吗", "我老公"), listening=True),
        State(asked="suicide", checked=("suicide",)),
    ],
)
@pytest.mark.parametrize("more", [{}, {"held": True}, {"paused": True}, {"unread": 2}])
def test_danger_comes_first_at_any_point(state: State, more: dict[str, Any]) -> None:
    outcome = play(turn(KNIFE, NOW_KIND, state=state, **more))
    assert outcome.replies[0].text == say("danger.violence_now.self")
    assert opened(outcome).alarm
    assert outcome.state.form == state.form


@pytest.mark.parametrize(
    "intent", ["command_human", "command_erase", "command_wrong", "command_status", "smalltalk_thanks"]
)
def test_danger_inside_a_command_is_danger(intent: str) -> None:
    assert play(turn(KNIFE, understood(intent, found=danger("violence_now")))).handler == "danger"


def test_an_open_matter_of_the_same_life_takes_the_danger() -> None:
    outcome = play(turn(KNIFE, NOW_KIND, matters=[matter("marriage_divorce", 7)]))
    join = joined(outcome)
    assert (join.ticket_id, join.danger_kind, join.danger_level, join.alarm) == (7, "violence_now", "immediate", True)
    assert join.topic == "rights_dv"
    assert actions_of(outcome, OpenTicket) == []


def test_a_loan_and_a_knife_are_two_matters() -> None:
    outcome = play(turn(KNIFE, NOW_KIND, matters=[matter("loan_policy", 7)]))
    assert opened(outcome).topic == "rights_dv"


def test_an_open_danger_takes_the_next_one_whatever_it_is_about() -> None:
    outcome = play(
        turn(
            "我不想活了", understood(found=danger("suicide")), matters=[matter("rights_dv", 3, found=danger("threat"))]
        )
    )
    assert joined(outcome).ticket_id == 3
    assert joined(outcome).danger_kind == "suicide"


def test_the_script_is_not_repeated_for_the_same_words() -> None:
    first = play(turn(KNIFE, NOW_KIND))
    again = turn(f"{KNIFE}！", NOW_KIND, state=first.state, matters=[matter(found=danger("violence_now"))])
    second = play(again)
    assert text_of(second) == say("urgent.added", call="110")
    assert not joined(second).alarm


@pytest.mark.parametrize(("text", "kind"), [("他冲进来打我了", "violence_now"), ("他掐我脖子我不想活了", "suicide")])
def test_new_words_or_another_kind_bring_the_script_again(text: str, kind: str) -> None:
    first = play(turn(KNIFE, NOW_KIND))
    second = play(
        turn(text, understood(found=danger(kind)), state=first.state, matters=[matter(found=danger("violence_now"))])
    )
    assert second.replies[0].text == say(f"danger.{kind}.self")
    assert joined(second).alarm


def test_a_closed_danger_is_no_excuse() -> None:
    first = play(turn(KNIFE, NOW_KIND))
    assert play(turn(KNIFE, NOW_KIND, state=first.state)).replies[0].text == say("danger.violence_now.self")


def test_she_asks_for_silence_and_the_alarm_rings_all_the_same() -> None:
    outcome = play(turn("他拿着刀进来了别发消息", NOW_KIND))
    assert text_of(outcome) == "好的。"
    assert outcome.replies[0].quiet
    assert opened(outcome).alarm
    assert actions_of(outcome, Pause)


@pytest.mark.parametrize("kind", WATCHED)
@pytest.mark.parametrize("helper", [False, True])
def test_what_may_return_gets_the_answer_one_question_and_a_ticket(kind: str, helper: bool) -> None:
    outcome = play(turn("昨晚他又打我了", understood("rights_dv", found=danger(kind), helper=helper)))
    ticket = opened(outcome)
    assert (ticket.danger_kind, ticket.danger_level, ticket.alarm) == (kind, "watch", False)
    assert text_of(outcome).startswith(say("watch.care.helper" if helper else "watch.care.self"))
    assert say(f"watch.about.{kind}") in text_of(outcome)
    assert outcome.replies[-1].text == say("ask.speak")
    assert buttons_of(outcome) == (buttons.CAN, buttons.CANNOT, buttons.HUMAN)


def test_the_answer_is_the_article_when_there_is_one() -> None:
    outcome = play(
        turn(
            "老公打我，我要离婚",
            understood("rights_dv", needs=("rights_dv", "marriage_divorce"), found=danger("violence_recent")),
            shown=[candidate("rights-dv-police")],
        )
    )
    assert outcome.replies[0].article == "rights-dv-police"
    assert "想离婚，怎么离" in outcome.replies[0].text
    assert outcome.state.notice


def test_four_messages_are_one_violence_ticket() -> None:
    state = State()
    said = []
    for text in ("在吗", "我老公", "昨晚又"):
        outcome = play(turn(text, state=state))
        assert outcome.waits
        said += [reply.text for reply in outcome.replies]
        state = outcome.state
    assert said == [say("smalltalk.listening")]
    last = play(turn("打我了", understood("rights_dv", found=danger("violence_recent")), state=state))
    assert opened(last).topic == "rights_dv"
    assert opened(last).facts == {"what": "在吗\n我老公\n昨晚又\n打我了"}
    assert last.state.waiting == ()


def test_a_second_sign_of_the_same_goes_onto_the_ticket_without_asking_again() -> None:
    first = play(turn("他昨晚打我了", understood("rights_dv", found=danger("violence_recent"))))
    second = play(
        turn(
            "上个月也打过一次",
            understood("rights_dv", found=danger("violence_recent")),
            state=first.state.but(asked=None),
            matters=[matter(found=danger("violence_recent"))],
        )
    )
    assert text_of(second) == say("matter.joined")
    assert joined(second).danger_kind == "violence_recent"


def test_a_crowd_gets_a_neutral_word_and_goes_to_the_office() -> None:
    outcome = play(turn("我们几十个人明天去拉横幅", understood("other_petition", found=danger("mass_event"))))
    assert outcome.replies[0].text == say("danger.mass_event.self")
    assert (opened(outcome).topic, opened(outcome).alarm) == ("other_petition", False)
    assert outcome.state.asked is None


def test_sure_danger_while_staff_talk_to_her_reaches_the_ticket_silently() -> None:
    outcome = play(
        turn(
            "昨晚又打我了",
            understood("rights_dv", found=danger("violence_recent")),
            held=True,
            matters=[matter("rights_dv", 4)],
        )
    )
    assert outcome.replies == ()
    assert joined(outcome).danger_level == "watch"


@pytest.mark.parametrize("kind", [name for name in taxonomy().danger if name != "mass_event"])
def test_doubt_opens_no_ticket_but_asks_gently_and_is_watched(kind: str) -> None:
    outcome = play(
        turn(
            "保护令怎么申请",
            understood("rights_dv", found=danger(kind, sure=False)),
            shown=[candidate("rights-dv-protection-order")],
        )
    )
    people = kind in {"suicide", "extreme_act", "medical"}
    assert outcome.replies[0].article == "rights-dv-protection-order"
    assert outcome.replies[-1].text == say("ask.people" if people else "ask.speak")
    assert actions_of(outcome, Watch) == [Watch(kind)]
    assert actions_of(outcome, OpenTicket) == actions_of(outcome, JoinTicket) == []


def test_a_doubt_without_an_answer_is_only_the_question() -> None:
    outcome = play(turn("我有点怕", understood(found=danger("threat", sure=False))))
    assert text_of(outcome) == say("ask.speak")


def test_the_question_is_asked_once_a_kind() -> None:
    state = State(checked=("threat",))
    outcome = play(turn("我有点怕", understood(found=danger("threat", sure=False)), state=state))
    assert say("ask.speak") not in text_of(outcome)
    assert actions_of(outcome, Watch) == [Watch("threat")]


@pytest.mark.parametrize("text", ["不方便", "现在不方便", "不太方便，他在", "不方便说话", "他来了"])
def test_not_being_able_to_talk_makes_it_sure_and_silent(text: str) -> None:
    meaning = understood("command_pause" if text == "他来了" else "smalltalk_deny")
    outcome = play(turn(text, meaning, state=State(asked="threat", checked=("threat",))))
    assert text_of(outcome) == "好的。"
    assert outcome.replies[0].quiet
    assert (opened(outcome).danger_kind, opened(outcome).danger_level, opened(outcome).alarm) == (
        "threat",
        "urgent",
        True,
    )
    assert bool(actions_of(outcome, Pause)) is (text == "他来了")


def test_a_button_pressed_later_still_counts() -> None:
    outcome = play(
        turn("不方便", state=State(checked=("violence_recent",)), matters=[matter(found=danger("violence_recent"))])
    )
    assert (joined(outcome).danger_level, joined(outcome).alarm) == ("urgent", True)
    assert text_of(outcome) == "好的。"


@pytest.mark.parametrize(("desk", "words"), [(OPEN, "ask.person_calling"), (NOBODY, "ask.person_nobody")])
def test_a_person_under_the_question_makes_it_sure(desk: Desk, words: str) -> None:
    outcome = play(turn("找人", state=State(asked="confinement"), desk=desk))
    assert text_of(outcome) == say(words)
    assert (opened(outcome).danger_level, opened(outcome).alarm) == ("immediate", True)


@pytest.mark.parametrize("text", ["没有人", "就我一个人", "找人"])
def test_being_alone_with_dark_thoughts_is_sure(text: str) -> None:
    outcome = play(turn(text, state=State(asked="suicide"), desk=NOBODY))
    assert outcome.replies[0].text == say("danger.suicide.self")
    assert opened(outcome).alarm
    assert "没有值班人员在线" in text_of(outcome)


@pytest.mark.parametrize(("text", "kind", "key"), [("方便", "threat", "ask.can"), ("有人", "suicide", "ask.someone")])
def test_a_good_answer_lowers_nothing(text: str, kind: str, key: str) -> None:
    outcome = play(turn(text, "smalltalk_affirm", state=State(asked=kind)))
    assert text_of(outcome) == say(key)
    assert outcome.actions == ()


@pytest.mark.parametrize("text", ["没事了", "是误会", "我们和好了", "不用管了", "他道歉了", "别报警"])
@pytest.mark.parametrize("kind", ["violence_now", "violence_recent", "suicide"])
def test_nothing_she_says_lowers_it(text: str, kind: str) -> None:
    outcome = play(
        turn(text, "smalltalk_deny", state=State(danger=kind), matters=[matter("rights_dv", 5, found=danger(kind))])
    )
    assert outcome.handler == "urgent"
    assert joined(outcome).ticket_id == 5
    assert joined(outcome).danger_level is None
    assert "还会看一眼" in text_of(outcome)


def test_with_nobody_on_duty_nobody_is_promised_afterwards_either() -> None:
    outcome = play(turn("没事了", state=State(danger="threat"), matters=[matter(found=danger("threat"))], desk=NOBODY))
    assert text_of(outcome) == say("urgent.fine_nobody", call="110")


@pytest.mark.parametrize("text", ["他还在外面踢", "我躲在卧室里", "昆山花桥", "好的", "在吗", "😭"])
def test_the_bot_keeps_listening_without_menus(text: str) -> None:
    form = Form("intake", "rights_dv", "where", ("what",))
    outcome = play(
        turn(
            text,
            "smalltalk_affirm" if text == "好的" else None,
            state=State(danger="violence_now", form=form),
            matters=[matter("rights_dv", 5, found=danger("violence_now"))],
        )
    )
    assert text_of(outcome) == say("urgent.added", call="110")
    assert buttons_of(outcome) == ()
    assert joined(outcome).ticket_id == 5
    assert joined(outcome).unit == ("kunshan" if text.startswith("昆山") else None)
    assert outcome.state.form == form


def test_a_real_question_in_danger_gets_its_answer() -> None:
    outcome = play(
        turn(
            "保护令怎么申请",
            "rights_dv",
            state=State(danger="threat"),
            matters=[matter(found=danger("threat"))],
            shown=[candidate("rights-dv-protection-order")],
        )
    )
    assert outcome.handler == "answer"
    assert joined(outcome).ticket_id == 1
