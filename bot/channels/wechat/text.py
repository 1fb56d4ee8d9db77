"""WeChat's way of counting and cutting text, and choices as numbers where no button can stand."""

import re
from collections.abc import Sequence

LIMIT = 2048  # bytes of UTF-8 in one text message
SENTENCE_ENDS = "。！？!?；;…"
SHORTEST = 4  # a boundary in the first quarter would make too many small messages
NUMBERS = str.maketrans("１２３４５６７８９①②③④⑤⑥⑦⑧⑨一二三四五六七八九", "123456789" * 3)
BARE = re.compile(r"(?:回复|选择?|第)?\s*([1-9])\s*(?:个|号|[.、。)）])?")


def size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def mend(text: str) -> str:
    """Lone surrogates can neither be stored nor sent."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Parts that fit into one message each, cut at a paragraph, line or sentence where there is one."""
    parts: list[str] = []
    rest = text.strip()
    while size(rest) > limit:
        head = rest.encode()[:limit].decode("utf-8", "ignore")
        cut = _boundary(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*parts, rest) if part]


def _boundary(head: str) -> int:
    least = len(head) // SHORTEST
    for mark in ("\n\n", "\n"):
        at = head.rfind(mark, least)
        if at > 0:
            return at
    for marks in (SENTENCE_ENDS, "，,、 "):
        at = max(head.rfind(mark, least) for mark in marks)
        if at > 0:
            return at + 1
    return len(head)


def with_choices(text: str, buttons: Sequence[str]) -> str:
    """The text with its buttons as numbers; one alone needs no number."""
    labels = [label for label in buttons if label.strip()]
    if not labels:
        return text
    if len(labels) == 1:
        return f"{text}\n（可以回复：{labels[0]}）"
    lines = "\n".join(f"{number} {label}" for number, label in enumerate(labels[:9], start=1))
    return f"{text}\n\n回复数字或文字：\n{lines}"


def number_of(text: str) -> int | None:
    """The number she chose, if her words are nothing but one: 1, １, ①, 回复2, 第二个."""
    found = BARE.fullmatch(text.strip().translate(NUMBERS))
    return int(found[1]) if found else None


def chosen(text: str, offered: Sequence[str]) -> str | None:
    """The button a bare number stands for."""
    number = number_of(text)
    return offered[number - 1] if number is not None and number <= len(offered) else None
