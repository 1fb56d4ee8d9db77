"""An article as it answers on one day: its parameters filled in, its age known; None when it may not answer."""

from dataclasses import replace
from datetime import date

from knowledge.article import Article
from knowledge.parameters import MissingParameter, Parameters, names_in


def answerable(article: Article, parameters: Parameters, day: date) -> bool:
    return article.answers_on(day) and all(parameters.find(name, day) is not None for name in names_in(article))


def on_day(article: Article, parameters: Parameters, day: date) -> Article | None:
    if not article.answers_on(day):
        return None
    try:
        return filled(article, parameters, day)
    except MissingParameter:
        return None


def filled(article: Article, parameters: Parameters, day: date) -> Article:
    """Raises MissingParameter."""
    return replace(
        article,
        answer=parameters.fill(article.answer, day),
        steps=tuple(parameters.fill(step, day) for step in article.steps),
        prepare=tuple(parameters.fill(item, day) for item in article.prepare),
        body=parameters.fill(article.body, day),
        overdue=article.review_by < day,
    )


def newest(article: Article, parameters: Parameters) -> Article:
    """Filled with the newest values whatever the day, for the search index and the linter."""
    return replace(
        article,
        answer=parameters.newest(article.answer),
        steps=tuple(parameters.newest(step) for step in article.steps),
        prepare=tuple(parameters.newest(item) for item in article.prepare),
        body=parameters.newest(article.body),
    )
