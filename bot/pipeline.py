"""One message, top to bottom: seen before? read it, decide, commit everything of it at once, then answer."""

import asyncio
import contextlib
import logging
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from bot import together
from bot.channels.base import Receipt, Sent
from bot.effects import Effects
from bot.message import Inbound
from bot.reader import Asked, Reader, Reading
from handlers.edits import without
from handlers.router import decide, stumble
from handlers.state import State
from handlers.turn import Edited, Outcome, Release, Turn
from store import Store, Tx, contacts, conversations, edits, messages, outbox
from store.errors import KeyErased, Stale
from store.rows import Conversation

log = logging.getLogger("halfsky.pipeline")

BEIJING = timezone(timedelta(hours=8))
SAME_BREATH = 10_000_000  # microseconds a channel has to show replies before the outbox takes them
TRIES = 5


class Repeated(Exception):
    """The UNIQUE key knew the message although the read before had not seen it."""


@dataclass(frozen=True, slots=True)
class Before:
    """The conversation as it was when reading began; None for a new one."""

    conversation: Conversation | None
    state: State
    edited: edits.Versions | None = None  # what this message corrects


class Pipeline:
    def __init__(self, store: Store, reader: Reader, effects: Effects, clock: Callable[[], int]) -> None:
        self._store = store
        self._reader = reader
        self._effects = effects
        self._clock = clock
        self._lines: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def receive(self, inbound: Inbound) -> Receipt:
        """Returns after the commit; the same message again returns the same replies and does nothing else."""
        async with self._line(inbound.inbox, inbound.sender):
            for _ in range(TRIES):
                with contextlib.suppress(Stale, Repeated):
                    return await self._once(inbound)
            raise Stale("conversation")

    async def _once(self, inbound: Inbound) -> Receipt:
        found = await self._store.glance(lambda tx: look(tx, inbound))
        if isinstance(found, Receipt):
            return found
        reading = await together.read(self._reader, inbound, asked(inbound, found), found.state)
        return await self._store.unit(lambda tx: self._handle(tx, inbound, found, reading))

    def _handle(self, tx: Tx, inbound: Inbound, before: Before, reading: Reading) -> Receipt:
        now = self._clock()
        conversation = _locked(tx, inbound, before, now=now)
        turn = self._effects.turn(tx, conversation, inbound, before.state, reading, now=now)
        if before.edited is not None:
            turn = replace(turn, edited=_edited(before.edited))
        outcome = _decide(turn, conversation)
        message_id = _take(tx, inbound, conversation, reading, outcome, before, now=now)
        if message_id is None:
            raise Repeated
        leased = now + SAME_BREATH if inbound.same_breath else None
        sent = self._effects.apply(tx, conversation, message_id, turn, outcome, leased_until=leased)
        if any(isinstance(action, Release) for action in outcome.actions):
            return _receipt(tx, message_id, conversation.token, repeated=False)
        return Receipt(conversation.token, sent)

    @contextlib.asynccontextmanager
    async def _line(self, inbox: str, sender: str) -> AsyncIterator[None]:
        """One message of a conversation at a time, in order of arrival; other processes wait at the row lock."""
        key = (inbox, sender)
        lock = self._lines[key]
        async with lock:
            yield
        if not lock.locked() and not getattr(lock, "_waiters", None):
            self._lines.pop(key, None)


def asked(inbound: Inbound, before: Before) -> Asked:
    return Asked(inbound.text, before.state.waiting, before.state.topic, day_of(inbound.received_at))


def day_of(at: int) -> date:
    """Beijing's date at UTC microseconds."""
    return datetime.fromtimestamp(at / 1_000_000, BEIJING).date()


def look(tx: Tx, inbound: Inbound) -> Before | Receipt:
    try:
        seen = messages.find(tx, inbound.inbox, inbound.external_id)
    except KeyErased:
        return Receipt(inbound.sender, (), repeated=True)
    if seen is not None:
        forgotten = conversations.by_id(tx, seen.conversation_id) is None
        return _receipt(tx, seen.id, seen.token, repeated=True, only_last=forgotten)
    conversation = conversations.by_address(tx, inbound.inbox, inbound.sender)
    state = State.from_json(conversation.state if conversation else None)
    edited = _corrected(tx, inbound)
    return Before(conversation, state if edited is None else without(state, edited.texts), edited)


def _corrected(tx: Tx, inbound: Inbound) -> edits.Versions | None:
    """The message an edit is of; None when it never came here, or nobody may read it any more."""
    if inbound.corrects is None:
        return None
    try:
        return edits.versions(tx, inbound.inbox, inbound.corrects)
    except KeyErased:
        return None


def _edited(found: edits.Versions) -> Edited:
    return Edited(found.texts[-1], found.handler, found.answers)


def _locked(tx: Tx, inbound: Inbound, before: Before, *, now: int) -> Conversation:
    """The conversation as it was read, now under lock; Stale when it moved on meanwhile."""
    if before.conversation is None:
        contact_id = contacts.create(tx, now=now, demo=inbound.demo)
        token = inbound.sender if inbound.inbox == "web" else secrets.token_urlsafe(16)
        # Nobody else can see the row before the commit, so it needs no lock.
        return conversations.create(
            tx,
            inbox=inbound.inbox,
            address=inbound.sender,
            token=token,
            contact_id=contact_id,
            now=now,
            demo=inbound.demo,
        )
    conversation = conversations.by_id(tx, before.conversation.id, lock=True)
    if conversation is None or conversation.version != before.conversation.version:
        raise Stale("conversation")
    return conversation


def _take(
    tx: Tx,
    inbound: Inbound,
    conversation: Conversation,
    reading: Reading,
    outcome: Outcome,
    before: Before,
    *,
    now: int,
) -> int | None:
    article = next((reply.article for reply in outcome.replies if reply.article), None)
    return messages.take(
        tx,
        inbox=inbound.inbox,
        external_id=inbound.external_id,
        conversation_id=conversation.id,
        contact_id=conversation.contact_id,
        kind=inbound.kind,
        body=inbound.text,
        sent_at=inbound.sent_at,
        now=now,
        handled=messages.Handled(reading.understanding.to_dict(), outcome.handler, article, outcome.waits),
        files=[messages.File(f.kind, f.remote_id, f.name, f.mime, f.size) for f in inbound.attachments],
        corrects=None if before.edited is None else before.edited.id,
    )


def _decide(turn: Turn, conversation: Conversation) -> Outcome:
    try:
        return decide(turn)
    except Exception:
        # She gets an answer and a person whatever a handler does wrong; what she wrote stays out of the log.
        log.exception("handler failed", extra={"conversation": conversation.id})
        return stumble(turn)


def _receipt(tx: Tx, message_id: int, token: str, *, repeated: bool, only_last: bool = False) -> Receipt:
    """`only_last`: she asked to be forgotten, so the answer to that very message is all that is shown again."""
    rows = [row for row in outbox.answers(tx, message_id) if not only_last or row.created_at == row.last_in_at]
    return Receipt(
        token, tuple(Sent(row.reply_id, row.text, row.buttons, row.seat_id is not None) for row in rows), repeated
    )
