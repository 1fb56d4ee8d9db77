"""What is over but may return: the answer, one question, a ticket without alarm."""

from dataclasses import replace

import pytest

from handlers import buttons
from handlers.phrases import say
from handlers.state import State
from nlu.taxonomy import taxonomy
from nlu.understanding import Entity
from tests.handlers.kit import (
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

WATCHED = [name for name, kind in taxonomy().danger.items() if kind.level == "watch" and name != "mass_event"]


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


@pytest.mark.parametrize("text", ["他叫我别说话不然杀了我", "他不让我说话拿着刀"])
def test_being_silenced_by_him_is_no_wish_for_silence(text: str) -> None:
    assert play(turn(text, understood("rights_dv", found=danger("violence_now")))).replies[0].text == say(
        "danger.violence_now.self"
    )


@pytest.mark.parametrize(("word", "helper"), [("孩子", False), ("隔壁", True)])
def test_a_child_taken_from_her_does_not_make_her_a_helper(word: str, helper: bool) -> None:
    meaning = replace(understood(found=danger("child_taken")), entities=(Entity("helper", word, 0, 2, None),))
    assert opened(play(turn("孩子被抢走了", meaning))).helper is helper


def test_only_an_article_on_the_danger_stands_in_its_answer() -> None:
    outcome = play(
        turn(
            "昨晚他又打我了",
            understood("rights_dv", found=danger("violence_recent")),
            shown=[candidate("marriage-divorce-pregnant")],
        )
    )
    assert outcome.replies[0].article is None


def test_a_story_that_goes_on_is_joined_even_if_it_sounds_like_a_question() -> None:
    outcome = play(
        turn(
            "他喝了酒就动手，你说怎么有这种人",
            "rights_dv",
            state=State(danger="violence_recent"),
            matters=[matter(found=danger("violence_recent"))],
        )
    )
    assert (outcome.handler, joined(outcome).ticket_id) == ("matter", 1)


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
