"""说简单点, 说详细点 and 要带什么 work on every answer; related questions stand on buttons."""

import pytest

from handlers import buttons, heard
from handlers.more import wanted
from handlers.router import decide
from handlers.state import State
from knowledge.render import details, first_sentence, prepared, simple
from nlu.danger import rules_danger
from tests.handlers.kit import articles, buttons_of, candidate, text_of, turn

KINDS = {
    simple: ["说简单点", "能不能说简单一点", "简单点说", "太长了看不懂", "看不懂", "通俗点", "没看懂", "听不懂啊"],
    details: ["说详细点", "再详细一点", "具体一点说", "详细说说", "能讲得具体点吗", "展开"],
    prepared: ["要带什么", "我要带什么材料去", "需要准备什么材料", "带什么证件", "要什么材料", "材料要哪些"],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_what_she_may_say(kind: object, text: str) -> None:
    assert wanted(text) is kind


@pytest.mark.parametrize(
    "text", ["离婚要带什么材料", "我老公说话说不明白", "他说简单点就是不想过了", "怎么办", "详细地址在哪"]
)
def test_a_question_of_its_own_is_none(text: str) -> None:
    assert wanted(text) is None


@pytest.mark.parametrize("name", sorted(articles()))
def test_every_answer_can_be_said_more_simply(name: str) -> None:
    article = articles()[name]
    outcome = decide(turn("说简单点", state=State(article=name), find_article=articles().get))
    assert outcome.handler == "more"
    assert outcome.replies[0].article == name
    text = text_of(outcome)
    assert text.startswith(first_sentence(article.answer))
    assert article.steps[0] in text
    assert len(text) <= len(article.answer) + len(article.steps[0]) + 40
    assert outcome.state.article == name


def test_without_an_answer_before_it_is_no_command() -> None:
    assert decide(turn("说简单点")).handler != "more"
    assert decide(turn("说简单点", state=State(article="gone"))).handler != "more"


def test_a_related_question_on_a_button_is_answered() -> None:
    found = {name: article for name, article in articles().items() if article.related}
    name = "marriage-divorce-agreed"
    first = decide(turn("协议离婚怎么办", "marriage_divorce", shown=[candidate(name)], find_article=found.get))
    near = [text for text in buttons_of(first) if text not in {buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN}]
    assert 1 <= len(near) <= 2
    other = next(one for one in articles().values() if one.title == near[0])
    pressed = decide(turn(near[0], state=first.state, shown=[candidate(other.id, 0.1)], find_article=found.get))
    assert pressed.replies[0].article == other.id


def test_no_button_with_a_related_question_raises_an_alarm() -> None:
    dangerous = {one.title for one in articles().values() if rules_danger(one.title).kind is not None}
    for article in articles().values():
        outcome = decide(turn("问一下", article.intents[0], shown=[candidate(article.id)], find_article=articles().get))
        assert not dangerous & set(buttons_of(outcome)), article.id
        assert all(len(heard.bare(text)) <= 20 for text in buttons_of(outcome))
