"""Doubt: the gentle question, what her answer does, and no ticket before it."""

import pytest

from handlers.phrases import say
from handlers.state import State
from handlers.turn import CODE, Desk, JoinTicket, OpenTicket, Pause, Watch
from nlu.taxonomy import taxonomy
from tests.handlers.kit import (
    NOBODY,
    OPEN,
    actions_of,
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


@pytest.mark.parametrize(
    ("desk", "words"), [(OPEN, say("ask.person_calling")), (NOBODY, say("ask.person_nobody", call="110"))]
)
def test_a_person_under_the_question_makes_it_sure(desk: Desk, words: str) -> None:
    outcome = play(turn("找人", state=State(asked="confinement"), desk=desk))
    assert outcome.replies[0].text == words
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


@pytest.mark.parametrize(("kind", "topic"), [("child_taken", "rights_support"), ("violence_recent", "rights_dv")])
def test_a_person_under_what_is_only_watched_rings_nobody(kind: str, topic: str) -> None:
    asked = State(asked=kind, checked=(kind,), topic=topic)
    outcome = play(turn("找人", state=asked, desk=NOBODY))
    assert (opened(outcome).danger_kind, opened(outcome).danger_level, opened(outcome).alarm) == (kind, "watch", False)
    assert "值班" not in text_of(outcome)
    assert CODE in text_of(outcome)
    held = play(turn("不方便", state=asked, desk=NOBODY))
    assert (opened(held).danger_level, opened(held).alarm) == ("urgent", True)


@pytest.mark.parametrize("kind", ["threat", "suicide"])
def test_a_person_after_another_question_is_both_alarm_and_intake(kind: str) -> None:
    outcome = play(turn("找人", state=State(asked=kind, checked=(kind,), topic="job_dispute"), desk=NOBODY))
    assert (opened(outcome).topic, opened(outcome).danger_kind, opened(outcome).alarm) == ("job_dispute", kind, True)
    assert "没有值班人员在线" in outcome.replies[0].text
    assert CODE in text_of(outcome)
    assert outcome.replies[-1].text == say("intake.where")
    onward = play(turn("昆山", state=outcome.state, matters=[matter("job_dispute", 4, found=danger(kind))]))
    assert (joined(onward).unit, onward.replies[0].text) == ("kunshan", say("intake.what"))
