"""Sure danger at any point: the script of the kind, one ticket, an alarm, and only true words about who is there."""

from typing import Any

import pytest

from handlers.phrases import say
from handlers.raising import TOPICS
from handlers.scripts import NO_CODE
from handlers.state import Form, State
from handlers.turn import CODE, Desk, OpenTicket, Pause
from nlu.taxonomy import taxonomy
from tests.handlers.kit import (
    CLOSED,
    NOBODY,
    OPEN,
    actions_of,
    buttons_of,
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
