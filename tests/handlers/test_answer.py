"""Questions: a sourced answer and a person, several needs, other places, what is not ours, what followed."""

import pytest

from handlers import buttons
from handlers.phrases import say
from handlers.state import State
from handlers.turn import Follow, OpenTicket
from knowledge.render import render
from tests.handlers.kit import (
    actions_of,
    articles,
    buttons_of,
    candidate,
    joined,
    matter,
    play,
    text_of,
    turn,
    understood,
)

PREGNANT = "怀孕了公司要辞退我怎么办"


def test_a_sourced_answer_a_person_and_once_the_notice() -> None:
    first = play(turn(PREGNANT, "rights_maternity", shown=[candidate("rights-maternity-dismissal")]))
    text = text_of(first)
    assert text.startswith(render(articles()["rights-maternity-dismissal"]))
    assert say("answer.more") in text
    assert say("notice") in text
    assert buttons_of(first) == (buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN)
    assert (first.topic, first.state.article) == ("rights_maternity", "rights-maternity-dismissal")
    again = play(turn("产假多少天", "rights_maternity", state=first.state, shown=[candidate("rights-maternity-leave")]))
    assert say("notice") not in text_of(again)


@pytest.mark.parametrize(
    ("topic", "shown", "expected"),
    [
        ("marriage_divorce", [("rights-dv-what", 0.7), ("marriage-divorce-agreed", 0.65)], "marriage-divorce-agreed"),
        ("marriage_divorce", [("rights-dv-what", 0.95), ("marriage-divorce-agreed", 0.55)], "rights-dv-what"),
        ("marriage_divorce", [("rights-dv-what", 0.95)], "rights-dv-what"),
        ("marriage_divorce", [("marriage-divorce-agreed", 0.3)], None),
        ("marriage_divorce", [], None),
    ],
)
def test_the_best_confident_article_wins(topic: str, shown: list[tuple[str, float]], expected: str | None) -> None:
    outcome = play(turn("想问离婚的事怎么办", topic, shown=[candidate(*one) for one in shown]))
    assert outcome.replies[0].article == expected


def test_below_the_threshold_it_says_so_and_offers_a_person() -> None:
    outcome = play(turn("离婚后彩礼税怎么算", "marriage_divorce", shown=[candidate("marriage-divorce-agreed", 0.2)]))
    assert text_of(outcome) == f"{say('answer.unsure')}\n\n{say('notice')}"
    assert outcome.state.offer == "marriage_divorce"
    assert outcome.actions == ()


def test_an_abstaining_model_never_answers() -> None:
    meaning = understood("marriage_divorce", abstain=True)
    assert (
        play(turn("那个办到哪里去弄", meaning, shown=[candidate("marriage-divorce-agreed")])).replies[0].article is None
    )


def test_further_needs_are_named_and_are_buttons() -> None:
    meaning = understood("rights_dv", needs=("rights_dv", "marriage_divorce", "marriage_custody"))
    outcome = play(turn("他总骂我，想离婚，孩子归谁", meaning, shown=[candidate("rights-dv-what")]))
    assert say("answer.others", first="想离婚，怎么离", second="孩子跟谁、见不到孩子") in text_of(outcome)
    assert buttons_of(outcome)[:2] == ("想离婚，怎么离", "孩子跟谁、见不到孩子")
    assert outcome.state.choices == ("marriage_divorce", "marriage_custody")


@pytest.mark.parametrize("text", ["想离婚，怎么离", "想離婚，怎麼離", " 想离婚，怎么离。"])
def test_her_words_on_a_button_are_that_topic_whatever_the_model_says(text: str) -> None:
    outcome = play(
        turn(text, "loan_policy", shown=[candidate("loan-policy-now", 0.3), candidate("marriage-divorce-agreed", 0.3)])
    )
    assert (outcome.topic, outcome.replies[0].article) == ("marriage_divorce", "marriage-divorce-agreed")


def test_elsewhere_national_law_answers_and_the_difference_is_said() -> None:
    outcome = play(
        turn(
            "我在南京，被辞退怎么办",
            "rights_maternity",
            elsewhere="南京",
            shown=[candidate("rights-dv-what", 0.95), candidate("rights-maternity-dismissal", 0.8)],
        )
    )
    assert outcome.replies[0].article == "rights-maternity-dismissal"
    assert say("answer.elsewhere", place="南京") in text_of(outcome)
    later = play(
        turn("离婚证怎么办", "marriage_divorce", state=outcome.state, shown=[candidate("marriage-divorce-agreed")])
    )
    assert say("answer.elsewhere", place="南京") in text_of(later)
    back = play(
        turn("昆山离婚证怎么办", "marriage_divorce", state=outcome.state, shown=[candidate("marriage-divorce-agreed")])
    )
    assert say("answer.more") in text_of(back)


@pytest.mark.parametrize(
    ("place", "near", "marked"), [("南京", True, None), ("上海", False, "江苏")], ids=["the province", "beyond it"]
)
def test_elsewhere_a_local_rule_is_marked_as_one(place: str, near: bool, marked: str | None) -> None:
    shown = [candidate("rights-dv-what")]
    assert shown[0].article.region == "jiangsu"
    outcome = play(turn("算家暴吗", "rights_dv", elsewhere=place, shown=shown, same_province=lambda _: near))
    assert outcome.replies[0].article == "rights-dv-what"
    words = say("answer.local", place=place, region=marked) if marked else say("answer.elsewhere", place=place)
    assert words in text_of(outcome)
    assert f"{place}的12338" in text_of(outcome)


@pytest.mark.parametrize("topic", ["other_public_service", "other_out_of_scope"])
def test_what_is_not_ours_gets_the_right_office_and_no_ticket(topic: str) -> None:
    outcome = play(turn("公租房怎么申请", understood(topic, abstain=False), shown=[candidate("rights-dv-what")]))
    assert outcome.handler == "refuse"
    assert "12345" in text_of(outcome)
    assert outcome.actions == ()
    insisting = play(turn("找人", state=outcome.state))
    assert actions_of(insisting, OpenTicket)[0].topic == topic


def test_what_is_not_ours_gets_the_office_that_the_directory_names() -> None:
    shown = [candidate("other-office-housing")]
    outcome = play(turn("公租房怎么申请", understood("other_public_service", abstain=False), shown=shown))
    assert (outcome.handler, outcome.replies[0].article) == ("refuse", "other-office-housing")
    assert (outcome.state.article, outcome.actions) == ("other-office-housing", ())


def test_helped() -> None:
    outcome = play(turn("有帮助", state=State(unsolved=1, topic="loan_rate")))
    assert (outcome.actions, outcome.state.unsolved) == ((Follow("helped"),), 0)


def test_unsolved_twice_offers_a_person_without_being_asked() -> None:
    first = play(turn("没解决", state=State(topic="loan_rate")))
    assert (text_of(first), first.state.offer) == (say("answer.unsolved"), None)
    between = play(turn("贴息怎么算", "loan_rate", state=first.state, shown=[candidate("loan-terms")]))
    second = play(turn("没解决", state=between.state))
    assert (text_of(second), second.state.offer) == (say("answer.unsolved_again"), "loan_rate")
    assert actions_of(second, OpenTicket) == []


def test_a_question_about_an_open_matter_also_reaches_its_people() -> None:
    outcome = play(
        turn(
            "被辞退赔多少",
            "job_dispute",
            matters=[matter("job_dispute", 8)],
            shown=[candidate("job-dispute-dismissal")],
        )
    )
    assert outcome.replies[0].article == "job-dispute-dismissal"
    assert joined(outcome).ticket_id == 8


def test_when_the_model_doubts_the_search_says_what_it_is_about() -> None:
    doubtful = understood("other_complaint", confidence=0.36)
    outcome = play(turn("有人说妇联给我放款先交500", doubtful, shown=[candidate("loan-fraud")]))
    assert outcome.state.topic == "loan_fraud"
    sure = understood("other_complaint", confidence=0.9)
    assert play(turn("要投诉放款的人", sure, shown=[candidate("loan-fraud")])).state.topic == "other_complaint"
