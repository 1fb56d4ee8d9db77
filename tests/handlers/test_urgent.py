"""After a danger: the bot listens, and nothing she says lowers it."""

import pytest

from handlers.phrases import say
from handlers.state import Form, State
from tests.handlers.kit import (
    NOBODY,
    buttons_of,
    candidate,
    danger,
    joined,
    matter,
    play,
    text_of,
    turn,
)


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
