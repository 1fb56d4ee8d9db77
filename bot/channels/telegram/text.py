"""Telegram's way of counting and cutting text: UTF-16 units, 4,096 a message."""

LIMIT = 4096
SENTENCE_ENDS = "。！？!?；;…"
SHORTEST = 4  # a boundary in the first quarter would make too many small messages


def mend(text: str) -> str:
    """Lone surrogates can neither be stored nor sent; everything else stays as it is."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def units(text: str) -> int:
    return len(text) + sum(1 for character in text if character > "\uffff")


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Parts that fit into one message each, cut at a paragraph, line or sentence where there is one."""
    parts = []
    rest = text.strip()
    while units(rest) > limit:
        head = _fitting(rest, limit)
        cut = _boundary(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [part for part in (*parts, rest) if part]


def _fitting(text: str, limit: int) -> str:
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")


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
