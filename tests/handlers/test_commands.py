"""Commands: how her matters stand, her three words, to be forgotten, a day to come, what the bot can do."""

import pytest

from handlers import buttons
from handlers.phrases import among, say
from handlers.router import stumble
from handlers.state import Form, State
from handlers.turn import RECEIPT, Erase, OpenTicket, Redeem, Release
from tests.handlers.kit import (
    CODE_WORDS,
    NOBODY,
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


@pytest.mark.parametrize("text", ["看回复", "看", "我要看回复", "看看消息"])
def test_waiting_replies_are_released_when_she_asks(text: str) -> None:
    outcome = play(turn(text, unread=2, matters=[matter()]))
    assert actions_of(outcome, Release) == [Release()]


@pytest.mark.parametrize("state", [*among("status.state"), "something_new"])
def test_every_state_is_told_in_plain_words(state: str) -> None:
    outcome = play(turn("我的事办到哪了", "command_status", matters=[matter("job_dispute", state=state)]))
    assert "老板不给工资、赶我走：" in text_of(outcome)
    assert among("status.state").get(state, say("status.state.other")) in text_of(outcome)


def test_a_danger_is_not_named_on_the_screen() -> None:
    words = text_of(play(turn("查进度", "command_status", matters=[matter(found=danger("violence_recent"))])))
    assert "打我" not in words
    assert say("status.private") in words


def test_without_matters_it_asks_for_the_three_words() -> None:
    outcome = play(turn("查进度", "command_status"))
    assert (text_of(outcome), outcome.state.expects) == (say("status.none"), "words")
    assert play(turn(CODE_WORDS, state=outcome.state)).actions == (Redeem(CODE_WORDS),)


def test_three_words_inside_a_form_are_three_words() -> None:
    state = State(form=Form("intake", "job_dispute", "what", ()))
    assert play(turn(CODE_WORDS, state=state, matters=[matter("job_dispute")])).actions == (Redeem(CODE_WORDS),)


@pytest.mark.parametrize("confirm", ["确认删除", "好的", "确定"])
def test_forgetting_is_explained_confirmed_and_done(confirm: str) -> None:
    asked = play(turn("删除我的记录", "command_erase"))
    assert buttons_of(asked) == (buttons.ERASE, buttons.DECLINE)
    assert "7天" in text_of(asked)
    done = play(turn(confirm, "smalltalk_affirm", state=asked.state))
    assert (done.actions, done.state) == ((Erase(),), State())


@pytest.mark.parametrize(("text", "handler"), [("不用了", "erase"), ("先问问离婚怎么办", "unsure")])
def test_anything_else_deletes_nothing(text: str, handler: str) -> None:
    meaning = "smalltalk_deny" if text == "不用了" else "marriage_divorce"
    outcome = play(turn(text, meaning, state=State(expects="erase")))
    assert outcome.handler == handler
    assert actions_of(outcome, Erase) == []
    assert outcome.state.expects is None


def test_an_open_danger_is_looked_at_before_it_is_destroyed() -> None:
    mine = [matter(found=danger("threat"))]
    asked = play(turn("删除我的记录", "command_erase", matters=mine, state=State(danger="threat")))
    assert text_of(asked) == say("erase.ask_danger")
    done = play(turn("确认删除", matters=mine, state=asked.state))
    assert text_of(done) == say("erase.done_danger", number=RECEIPT)
    assert joined(done).facts == {"asked_erase": True}
    assert actions_of(done, Erase)


@pytest.mark.parametrize(
    ("text", "topic", "kind"),
    [
        ("想约律师", "rights_legal_aid", "志愿律师接待日"),
        ("约心理咨询", "marriage_emotion", "心理咨询"),
        ("预约接待", "job_fair", "志愿律师接待日"),
    ],
)
def test_booking_without_a_free_slot_says_so_and_offers_a_person(text: str, topic: str, kind: str) -> None:
    outcome = play(turn(text, "command_book", state=State(topic="job_fair")))
    assert kind in text_of(outcome)
    assert outcome.state.offer == topic
    assert opened(play(turn("好的", "smalltalk_affirm", state=outcome.state))).topic == topic


def test_help_shows_her_words() -> None:
    outcome = play(turn("你能帮我什么", "command_help"))
    assert buttons_of(outcome)[-1] == buttons.HUMAN
    assert len(buttons_of(outcome)) == 4


def test_when_a_handler_failed_danger_still_rings() -> None:
    outcome = stumble(turn("他拿着刀", understood(found=danger("violence_now")), desk=NOBODY))
    assert text_of(outcome) == f"110\n{say('duty.nobody', call='110')}"
    assert opened(outcome).alarm
    plain = stumble(turn("您好"))
    assert text_of(plain) == say("unknown.stumble")
    assert actions_of(plain, OpenTicket) == []


@pytest.mark.parametrize(
    "state",
    [
        State(),
        State(
            waiting=("在吗",),
            choices=("rights_dv",),
            guesses=("rights_dv",),
            checked=("threat",),
            danger_said=("打我",),
            form=Form("intake", "loan_rate", "where", ("what",), {"what": "x"}, again=True),
            facts={"told": "x"},
        ),
    ],
)
def test_what_a_conversation_remembers_survives_the_store(state: State) -> None:
    assert State.from_json(state.to_json()) == state
    older = {**state.to_json(), "gone": 1}
    older.pop("expects")
    assert State.from_json(older) == state
