"""What the store holds against what both ends saw: nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.chats import Chat
from benchmarks.pushes import Outcome
from bot.channels.wechat.text import mend
from store import Store, Tx, conversations, messages
from store.rows import Line

GONE = frozenset({"sent", "fetched"})


@dataclass(slots=True)
class Tally:
    """`reasons` names what was lost or doubled, so that a miss can be looked into."""

    sent: int = 0
    stored: int = 0
    replies: int = 0
    lost: int = 0
    doubled: int = 0
    forgotten: int = 0  # asked to be erased meanwhile: their lines can no longer be found by address
    reasons: Counter[str] = field(default_factory=Counter)

    def lose(self, why: str, count: int = 1) -> None:
        if count > 0:
            self.lost += count
            self.reasons[why] += count

    def double(self, why: str, count: int = 1) -> None:
        if count > 0:
            self.doubled += count
            self.reasons[why] += count


async def of_chats(store: Store, chats: Sequence[Chat]) -> Tally:
    tally = Tally()
    for chat in chats:
        tally.sent += chat.sent
        tally.lose("not accepted", chat.sent - chat.accepted)
        tally.double("accepted twice", chat.accepted - chat.sent)
        if chat.broken:
            tally.reasons[f"page: {chat.broken}"] += 1
        lines = await _lines(store, "web", chat.token or "")
        if lines is None:
            tally.forgotten += bool(chat.token)
            tally.stored += chat.accepted if chat.token else 0
            continue
        tally.forgotten += bool(chat.forgotten)
        tally.stored += chat.forgotten
        _count(tally, chat.sent - chat.forgotten, lines)
        kept = {str(line.reply_id) for line in lines if line.who == "bot"}
        tally.lose("reply not on the page", len(kept - chat.shown))
        tally.double("reply on the page, not in the store", len(chat.shown - kept))
    return tally


async def of_pushes(store: Store, inbox: str, outcomes: Sequence[Outcome]) -> Tally:
    tally = Tally()
    for outcome in outcomes:
        tally.sent += 1
        if outcome.failed:
            tally.reasons[f"push: {outcome.failed}"] += 1
        tally.lose("no answer", not outcome.screen)
        tally.double("repeat answered differently", outcome.differs)
        lines = await _lines(store, inbox, outcome.openid)
        if lines is None:
            # She may have asked to be forgotten; without any answer she was lost, which is counted above.
            tally.forgotten += bool(outcome.screen)
            tally.stored += bool(outcome.screen)
            continue
        _count(tally, 1, lines)
        _compare(tally, outcome.screen, [line.text for line in lines if line.who == "bot"])
    return tally


def _count(tally: Tally, sent: int, lines: Sequence[Line]) -> None:
    stored = sum(line.who == "her" for line in lines)
    tally.stored += stored
    tally.replies += len(lines) - stored
    tally.lose("message not in the store", sent - stored)
    tally.double("message twice in the store", stored - sent)
    tally.lose("reply still in the outbox", sum(line.who == "bot" and line.state not in GONE for line in lines))


def _compare(tally: Tally, screen: Sequence[str], replies: Sequence[str]) -> None:
    """Every reply exactly once, wherever it was joined with others or cut in parts."""
    left = _squeezed("\n".join(screen))
    ours = sorted((_squeezed(mend(text)) for text in replies), key=len, reverse=True)
    for text in ours:
        if text not in left:
            tally.lose("reply not on her screen")
        left = left.replace(text, "\0", 1)
    tally.double("reply twice on her screen", sum(text in left for text in ours))


def _squeezed(text: str) -> str:
    return "".join(text.split())


async def _lines(store: Store, inbox: str, address: str) -> list[Line] | None:
    def look(tx: Tx) -> list[Line] | None:
        found = conversations.by_address(tx, inbox, address)
        return None if found is None else messages.transcript(tx, found.contact_id)

    return await store.read(look)
