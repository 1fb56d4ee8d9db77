"""Every phrase: never more than two questions at a time, never 300 characters without a break."""

import pytest

from handlers.phrases import phrases

UNBROKEN = 300
QUESTIONS = 2


@pytest.mark.parametrize(("key", "text"), phrases().items())
def test_no_phrase_asks_too_much_or_goes_on_too_long(key: str, text: str) -> None:
    assert text.count("？") <= QUESTIONS, key
    assert all(len(line) <= UNBROKEN for line in text.splitlines()), key


@pytest.mark.parametrize("key", [key for key in phrases() if key.startswith("unknown.") and key != "unknown.plain"])
def test_what_she_sends_is_never_called_unreadable(key: str) -> None:
    assert not any(word in phrases()[key] for word in ("听不了", "看不了", "打不开", "听不懂", "看不懂", "不懂"))
