"""Plain words lead to a calculator, which asks for one date and no more."""

from dataclasses import replace

import pytest

from handlers import buttons
from handlers.calculate import wanted
from handlers.router import decide
from handlers.state import State
from handlers.turn import Outcome, Turn
from knowledge.parameters import load_parameters
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from tests.handlers.kit import buttons_of, text_of, turn

MODEL = Interpreter(CURRENT)
WORDS = {
    "产假到什么时候": "maternity",
    "我产假能休到哪天": "maternity",
    "帮我算下产假": "maternity",
    "冷静期哪天到期": "cooling_off",
    "几号能去领离婚证": "cooling_off",
    "劳动仲裁还来得及吗": "arbitration",
    "仲裁时效到哪天": "arbitration",
    "不服仲裁裁决最晚哪天起诉": "arbitration_sue",
    "诉讼时效是几年": "limitation",
    "帮我算算贷款利息": "loan",
    "产假多少天": None,
    "冷静期是什么意思": None,
    "仲裁要钱吗": None,
    "我想离婚": None,
}


def said(text: str, state: State | None = None) -> Turn:
    return replace(turn(text, MODEL.parse(text), state=state), parameters=load_parameters())


def asks(text: str) -> Outcome:
    return decide(said(text))


@pytest.mark.parametrize(("text", "name"), WORDS.items())
def test_which_words_mean_which(text: str, name: str | None) -> None:
    assert wanted(text) == name


def test_one_question_then_the_day() -> None:
    first = asks("产假到什么时候")
    assert text_of(first) == "产假从哪天开始休？写个日期，比如3月5日。"
    then = decide(said("2026年3月5日", first.state))
    assert "休到2026年6月10日" in text_of(then)
    assert buttons_of(then) == buttons.OFFER  # Jiangsu's days are missing: a person
    assert then.state.offer == "rights_maternity"
    assert then.state.expects is None


def test_a_date_in_the_question_is_enough_and_the_year_is_the_nearest() -> None:
    outcome = asks("11月1号收到申请，冷静期哪天到期")
    assert "2026年11月1日收到申请" in text_of(outcome)
    assert "2026年12月1日之前" in text_of(outcome)
    assert buttons.HELPED in buttons_of(outcome)


def test_going_on_to_something_else_is_no_date() -> None:
    first = asks("冷静期哪天到期")
    then = decide(said("孩子抚养权归谁", first.state))
    assert then.handler != "calculate"
    assert then.state.expects is None


@pytest.mark.parametrize("text", ["帮我算算贷款利息", "诉讼时效是几年"])
def test_nothing_verified_a_person(text: str) -> None:
    outcome = asks(text)
    assert outcome.handler == "calculate"
    assert "核实" in text_of(outcome)
    assert buttons_of(outcome) == buttons.OFFER
