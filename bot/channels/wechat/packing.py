"""Several replies as one message: what fits together, and which buttons get the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.channels.wechat.text import LIMIT, mend, size, with_choices


class Said(Protocol):
    """A reply as the pipeline or the store hands it over."""

    @property
    def text(self) -> str: ...

    @property
    def buttons(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Packed:
    text: str  # without the choices
    buttons: tuple[str, ...]  # of the last reply that had any: the only ones with numbers
    count: int  # how many of the replies are in it

    @property
    def plain(self) -> str:
        return with_choices(self.text, self.buttons)


def pack(replies: Sequence[Said], limit: int = LIMIT) -> Packed:
    """As many of the first replies as fit into one message; count 0 when not even the first does."""
    best = Packed("", (), 0)
    for count in range(1, len(replies) + 1):
        packed = _together(replies[:count])
        if size(packed.plain) > limit:
            break
        best = packed
    return best


def _together(replies: Sequence[Said]) -> Packed:
    last = max((at for at, reply in enumerate(replies) if reply.buttons), default=-1)
    buttons = replies[last].buttons if last >= 0 else ()
    texts = []
    for at, reply in enumerate(replies):
        others = [label for label in reply.buttons if label not in buttons] if at != last else []
        also = f"\n（可以回复：{'、'.join(others)}）" if others else ""
        texts.append(f"{mend(reply.text).strip()}{also}")
    return Packed("\n\n".join(text for text in texts if text), buttons, len(replies))
