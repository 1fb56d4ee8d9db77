"""Builds what a handler sees from the store, and carries out what it decided, inside one transaction."""

from functools import singledispatchmethod

from bot.channels.base import Sent
from bot.message import Inbound
from bot.reader import Reading
from handlers import turn as decided
from handlers.abroad import WORDING
from handlers.phrases import say
from handlers.state import State
from handlers.turn import CODE, Action, Desk, OpenMatter, Outcome, Reply, Turn
from nlu.taxonomy import Taxonomy
from store import Tx, contacts, conversations, duty, messages, outbox, releases, tickets
from store.rows import Conversation, Ticket
from tickets import clock
from tickets.matter import Matter
from tickets.service import Service
from tickets.words import normalise

SECOND = 1_000_000
DAY = 86_400 * SECOND
ERASE_AFTER = 7 * DAY
SHOWN_REPLIES = 3


class Effects:
    def __init__(self, service: Service, taxonomy: Taxonomy) -> None:
        self._service = service
        self._taxonomy = taxonomy
        self._looked: dict[str | None, tuple[int, Desk]] = {}

    def turn(
        self, tx: Tx, conversation: Conversation, inbound: Inbound, state: State, reading: Reading, *, now: int
    ) -> Turn:
        org = self._service.org
        unit = org.find_unit(inbound.text)
        old = conversation.version > 0  # the first message of a conversation finds nothing open
        return Turn(
            text=inbound.text,
            kind=inbound.kind,
            inbox=inbound.inbox,
            now=now,
            understanding=reading.understanding,
            candidates=reading.candidates,
            state=state,
            held=conversation.held_by is not None and (conversation.held_until or 0) > now,
            paused=conversation.paused,
            matters=tuple(matter(one) for one in tickets.open_of_contact(tx, conversation.contact_id)) if old else (),
            unread=outbox.waiting(tx, conversation.id) if old else 0,
            desk=self._desk(tx, unit or state.unit, now),
            taxonomy=self._taxonomy,
            unit=unit,
            elsewhere=org.elsewhere(inbound.text),
            find_place=lambda text: org.find_unit(text, asked=True),
            unit_name=org.unit_name,
            code_words=lambda text: normalise(org.words, text),
        )

    def _desk(self, tx: Tx, unit: str | None, now: int) -> Desk:
        """Looked up once a second for each unit, not once a message; on duty is only who would be rung for her."""
        looked = self._looked.get(unit)
        if looked is None or not 0 <= now - looked[0] < SECOND:
            org, corrections = self._service.org, releases.calendar_corrections(tx)
            desk = Desk(
                duty=bool(duty.of_units(tx, [org.city, *([unit] if unit else [])])),
                open=clock.open_now(now, hours=org.hours, corrections=corrections),
                next_opening=clock.next_opening_text(now, hours=org.hours, corrections=corrections),
            )
            looked = self._looked[unit] = (now, desk)
        return looked[1]

    def apply(
        self,
        tx: Tx,
        conversation: Conversation,
        message_id: int,
        turn: Turn,
        outcome: Outcome,
        *,
        leased_until: int | None,
    ) -> tuple[Sent, ...]:
        """Everything the outcome says, in its order; replies last, so that they can name what was opened.

        Returns the replies just written; earlier ones that were released are not among them.
        """
        run = _Run(self._service, tx, conversation, message_id, turn, leased_until)
        for action in outcome.actions:
            run.do(action)
        for reply in (*outcome.replies, *run.replies):
            run.answer(reply)
        conversations.advance(
            tx,
            conversation,
            conversations.Changes(
                state=outcome.state.to_json(),
                topic=outcome.topic or conversation.topic,
                paused=run.paused,
                last_in_at=turn.now,
                watch_kind=run.watch,
            ),
            now=turn.now,
        )
        return tuple(run.sent)


class _Run:
    """One outcome being carried out."""

    def __init__(
        self,
        service: Service,
        tx: Tx,
        conversation: Conversation,
        message_id: int,
        turn: Turn,
        leased_until: int | None,
    ) -> None:
        self._service = service
        self._tx = tx
        self._conversation = conversation
        self._message_id = message_id
        self._turn = turn
        self._leased_until = leased_until
        self.paused = False  # her writing again ends a pause
        self.watch: str | None = None
        self.code: str | None = None
        self.replies: list[Reply] = []
        self.sent: list[Sent] = []

    def answer(self, reply: Reply) -> None:
        text = reply.text
        if CODE in text:
            self.code = self.code or self._service.code(self._tx, self._conversation.contact_id, now=self._turn.now)
            text = text.replace(CODE, self.code)
        reply_id = outbox.add(
            self._tx,
            conversation_id=self._conversation.id,
            contact_id=self._conversation.contact_id,
            inbox=self._conversation.inbox,
            text=text,
            buttons=reply.buttons,
            article=reply.article,
            message_id=self._message_id,
            now=self._turn.now,
            leased_until=self._leased_until,
        )
        self.sent.append(Sent(reply_id, text, tuple(reply.buttons)))

    @singledispatchmethod
    def do(self, action: Action) -> None:
        raise TypeError(type(action).__name__)

    @do.register
    def _(self, action: decided.OpenTicket) -> None:
        opened = self._service.open(
            self._tx,
            Matter(
                topic=action.topic,
                unit=action.unit,
                facts=action.facts,
                source=source(self._conversation.inbox),
                danger_kind=action.danger_kind,
                danger_level=action.danger_level,
                helper=action.helper,
                green=action.green,
                alarm=action.alarm,
            ),
            contact_id=self._conversation.contact_id,
            conversation=self._conversation,
            now=self._turn.now,
        )
        self.code = opened.code
        if self._turn.state.abroad and action.danger_kind is None:
            contacts.add_consent(
                self._tx, self._conversation.contact_id, purpose="abroad", wording=WORDING, now=self._turn.now
            )

    @do.register
    def _(self, action: decided.JoinTicket) -> None:
        self._service.join(
            self._tx,
            action.ticket_id,
            facts=action.facts,
            unit=action.unit,
            danger_kind=action.danger_kind,
            danger_level=action.danger_level,
            alarm=action.alarm,
            topic=action.topic,
            helper=action.helper,
            green=action.green,
            now=self._turn.now,
        )

    @do.register
    def _(self, action: decided.Watch) -> None:
        self.watch = action.kind

    @do.register
    def _(self, _action: decided.Pause) -> None:
        self.paused = True
        outbox.hold_back(self._tx, self._conversation.id)

    @do.register
    def _(self, _action: decided.Erase) -> None:
        """Hidden at once; her key is destroyed later, and never while a danger ticket is open."""
        contacts.hide(
            self._tx, self._conversation.contact_id, now=self._turn.now, erase_at=self._turn.now + ERASE_AFTER
        )
        conversations.forget_addresses(self._tx, self._conversation.contact_id)

    @do.register
    def _(self, _action: decided.Release) -> None:
        outbox.release(
            self._tx,
            self._conversation.id,
            self._message_id,
            now=self._turn.now,
            leased_until=self._leased_until,
        )

    @do.register
    def _(self, action: decided.Redeem) -> None:
        source = f"{self._conversation.inbox}:{self._conversation.address}"
        self.replies += redeem(self._tx, action.words, source=source, now=self._turn.now)

    @do.register
    def _(self, action: decided.Follow) -> None:
        messages.followed(self._tx, self._conversation.id, action.what)


def redeem(tx: Tx, words: str, *, source: str, now: int) -> list[Reply]:
    """What the three words open: the state of her matters and the newest replies of staff."""
    if not contacts.may_try(tx, source, now=now):
        return [Reply(say("code.later"))]
    contact_id = contacts.find_by_code(tx, words, source=source, now=now)
    if contact_id is None:
        return [Reply(say("code.wrong"), (say("button.human"),))]
    lines = [line for line in messages.transcript(tx, contact_id) if line.who == "staff"][-SHOWN_REPLIES:]
    if not lines:
        return [Reply(say("code.no_reply_yet"), (say("button.human"),))]
    outbox.handed(tx, [line.reply_id for line in lines if line.reply_id], now=now)
    return [Reply(line.text) for line in lines]


def matter(ticket: Ticket) -> OpenMatter:
    return OpenMatter(
        id=ticket.id,
        topic=ticket.topic,
        state=ticket.state,
        unit=ticket.unit,
        danger_kind=ticket.danger_kind,
        danger_level=ticket.danger_level,
        owned=ticket.owner is not None,
    )


def source(inbox: str) -> str:
    return inbox.partition(":")[0]
