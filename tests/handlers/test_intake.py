"""A person is wanted: the ticket first, then one question at a time, never one she has answered."""

import pytest

from handlers import buttons
from handlers.phrases import say
from handlers.state import Form, State
from handlers.turn import CODE, Follow, OpenTicket, Outcome
from tests.handlers.kit import (
    CLOSED,
    actions_of,
    buttons_of,
    candidate,
    joined,
    matter,
    opened,
    play,
    text_of,
    turn,
    understood,
)

WAGES = matter("job_dispute", 3)


def in_form(asking: str, *left: str, topic: str = "job_dispute", again: bool = False) -> State:
    return State(topic=topic, form=Form("intake", topic, asking, left, again=again))


def asked(outcome: Outcome) -> str | None:
    return outcome.state.form.asking if outcome.state.form else None


@pytest.mark.parametrize("text", ["找人", "转人工", "我要找人说"])
def test_asking_for_a_person_opens_at_once(text: str) -> None:
    outcome = play(turn(text, "command_human", state=State(topic="job_dispute")))
    assert opened(outcome).topic == "job_dispute"
    assert not opened(outcome).alarm
    assert CODE in outcome.replies[0].text
    assert say("desk.open") in outcome.replies[0].text
    assert (asked(outcome), outcome.replies[1].text) == ("where", say("intake.where"))
    assert buttons_of(outcome) == (buttons.SKIP,)
    assert Follow("person") in outcome.actions


def test_outside_service_hours_she_reads_a_clock_time() -> None:
    assert "明天 9:00起有人看" in text_of(play(turn("找人", desk=CLOSED)))


@pytest.mark.parametrize("text", ["好的", "要", "可以", "需要"])
def test_accepting_an_offer_opens(text: str) -> None:
    outcome = play(turn(text, "smalltalk_affirm", state=State(offer="loan_rate")))
    assert opened(outcome).topic == "loan_rate"


@pytest.mark.parametrize("text", ["不用了", "算了", "先不用"])
def test_declining_closes_kindly(text: str) -> None:
    outcome = play(turn(text, "smalltalk_deny", state=State(offer="loan_rate")))
    assert (text_of(outcome), outcome.actions, outcome.state.offer) == (say("answer.declined"), (), None)


def test_yes_without_an_offer_opens_nothing() -> None:
    assert play(turn("好的", "smalltalk_affirm")).actions == ()


def test_it_never_asks_what_she_has_said() -> None:
    told = play(turn("我在昆山上班，老板拖了我三个月工资不给", "job_dispute"))
    outcome = play(turn("找人", "command_human", state=told.state))
    assert (opened(outcome).unit, asked(outcome)) == ("kunshan", "contact")
    assert "三个月工资" in opened(outcome).facts["what"]


def test_a_short_word_is_no_account() -> None:
    told = play(turn("老板欠薪", "job_dispute"))
    outcome = play(turn("找人", "command_human", state=told.state))
    assert outcome.state.form == Form("intake", "job_dispute", "where", ("what", "contact"))


def test_one_thing_at_a_time_to_the_end() -> None:
    first = play(turn("昆山花桥", state=in_form("where", "what", "contact"), matters=[WAGES]))
    assert (joined(first).unit, joined(first).facts) == ("kunshan", {"where": "昆山花桥"})
    assert (asked(first), text_of(first)) == ("what", say("intake.what"))
    second = play(turn("他让我签自愿离职，我没有签", "job_dispute", state=first.state, matters=[WAGES]))
    assert joined(second).facts == {"what": "他让我签自愿离职，我没有签"}
    assert (asked(second), buttons_of(second)) == ("contact", (buttons.HERE, buttons.SKIP))
    assert "别人看得到" in text_of(second)
    third = play(turn("就在这里回复", state=second.state, matters=[WAGES]))
    assert joined(third).facts == {"contact": "here"}
    assert third.state.form is None
    assert say("intake.done") in text_of(third)


@pytest.mark.parametrize("asking", ["where", "what", "contact", "number"])
@pytest.mark.parametrize("text", ["跳过", "不想说", "不知道", "我不想说", "不方便说"])
def test_everything_can_be_skipped(asking: str, text: str) -> None:
    outcome = play(turn(text, "smalltalk_deny", state=in_form(asking), matters=[WAGES]))
    assert outcome.handler == "intake"
    assert outcome.state.form is None


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("13812345678 晚上别打", "13812345678 晚上别打"),
        ("不用联系", "here"),
        ("就在这儿说吧", "here"),
        ("加我微信 abc", "加我微信 abc"),
    ],
)
def test_how_she_may_be_reached(text: str, contact: str) -> None:
    assert joined(play(turn(text, state=in_form("contact"), matters=[WAGES]))).facts["contact"] == contact


@pytest.mark.parametrize("text", ["打电话", "可以", "好的"])
def test_a_call_needs_a_number_and_a_safe_time(text: str) -> None:
    outcome = play(turn(text, "smalltalk_affirm", state=in_form("contact"), matters=[WAGES]))
    assert (asked(outcome), text_of(outcome)) == ("number", say("intake.number"))


def test_a_question_inside_gets_its_answer_and_the_form_asks_once_more() -> None:
    shown = [candidate("loan-terms")]
    first = play(
        turn("创业贷款最多借多少？", "loan_amount", state=in_form("where", "what"), matters=[WAGES], shown=shown)
    )
    assert first.replies[0].article == "loan-terms"
    assert first.replies[-1].text == say("intake.where")
    second = play(turn("利息是多少？", "loan_rate", state=first.state, matters=[WAGES], shown=shown))
    assert say("intake.where") not in text_of(second)
    back = play(turn("园区", state=second.state, matters=[WAGES]))
    assert (joined(back).unit, asked(back)) == ("sip", "what")


@pytest.mark.parametrize("intent", ["smalltalk_greet", "smalltalk_thanks", "smalltalk_identity", "command_help"])
def test_an_aside_does_not_lose_the_form(intent: str) -> None:
    outcome = play(turn("你是谁呀", intent, state=in_form("where", "what"), matters=[WAGES]))
    assert outcome.replies[-1].text == say("intake.where")
    assert asked(outcome) == "where"


def test_a_story_instead_of_a_place_is_kept_and_the_place_asked_once_more() -> None:
    story = "其实是这样的，我去年进厂的时候没签合同，现在老板说我不是他的工人"
    outcome = play(turn(story, "job_dispute", state=in_form("where", "what", "contact"), matters=[WAGES]))
    assert joined(outcome).facts == {"what": story}
    assert (asked(outcome), outcome.state.form.left if outcome.state.form else ()) == ("where", ("contact",))


def test_a_person_without_a_topic_and_the_topic_learnt_later() -> None:
    first = play(turn("找人", "command_human"))
    assert opened(first).topic == "other_out_of_scope"
    second = play(
        turn(
            "前夫三年没给过孩子抚养费",
            "rights_support",
            state=in_form("what", topic="other_out_of_scope"),
            matters=[matter("other_out_of_scope", 4)],
        )
    )
    assert joined(second).topic == "rights_support"


def test_asking_again_opens_no_second_ticket() -> None:
    outcome = play(turn("找人", "command_human", state=State(topic="job_dispute"), matters=[WAGES]))
    assert actions_of(outcome, OpenTicket) == []
    assert say("intake.already") in text_of(outcome)


def test_another_topic_is_another_ticket() -> None:
    outcome = play(turn("找人", "command_human", state=State(topic="marriage_divorce"), matters=[WAGES]))
    assert opened(outcome).topic == "marriage_divorce"


@pytest.mark.parametrize(
    ("text", "intent", "green"),
    [
        ("我怀孕三个月公司让我走", "rights_maternity", True),
        ("我今年16岁，厂里不发工资", "job_dispute", True),
        ("我妈82岁了没人管", "rights_support", True),
        ("我得了乳腺癌，家里困难", "rights_relief", True),
        ("我是残疾人想找工作", "job_placement", True),
        ("他老是骂我管着我的钱", "rights_dv", True),
        ("我三十岁想学做月嫂", "job_domestic", False),
        ("房子60平怎么分", "marriage_property", False),
    ],
)
def test_protected_groups_go_the_green_way(text: str, intent: str, green: bool) -> None:
    told = play(turn(text, understood(intent)))
    assert opened(play(turn("找人", "command_human", state=told.state))).green is green


def test_why_she_is_asked_is_told() -> None:
    outcome = play(turn("为什么要问这个", "smalltalk_chat", state=in_form("where", "what"), matters=[WAGES]))
    assert [reply.text for reply in outcome.replies] == [say("intake.why"), say("intake.where")]
    assert asked(outcome) == "where"


def test_a_story_instead_of_a_contact_is_kept_and_the_contact_asked_once_more() -> None:
    first = play(turn("老板跑了，我们一共六个人", "job_dispute", state=in_form("contact"), matters=[WAGES]))
    assert joined(first).facts == {"more": "老板跑了，我们一共六个人"}
    assert asked(first) == "contact"
    second = play(turn("都没有签合同", "job_dispute", state=first.state, matters=[WAGES]))
    assert second.state.form is None
