"""Builds what a handler sees from the store, and carries out what it decided, inside one transaction."""

from datetime import date, datetime
from functools import singledispatchmethod

from bot.channels.base import Sent
from bot.message import Inbound
from bot.moving import move
from bot.reader import Reading
from handlers import back
from handlers import turn as decided
from handlers.abroad import WORDING
from handlers.phrases import say
from handlers.state import State
from handlers.turn import CODE, RECEIPT, Action, Desk, OpenMatter, Outcome, Reply, Turn
from knowledge.shelf import Shelf
from nlu.taxonomy import Taxonomy
from store import Tx, contacts, conversations, duty, messages, outbox, releases, tickets
from store.rows import Conversation, Ticket
from tickets import clock, complaints
from tickets.arranging import Arrangement, Arranging
from tickets.erasing import forget
from tickets.matter import Matter
from tickets.routing import COMPLAINT
from tickets.service import Service
from tickets.window import StoreWindow, Window
from tickets.words import normalise

SECOND = 1_000_000
SHOWN_REPLIES = 3
SILENT = frozenset({"danger", "gentle", "pause", "status", "erase"})  # no line about replies that wait


def local_day(now: int) -> date:
    return datetime.fromtimestamp(now / SECOND, clock.BEIJING).date()


class Effects:
    def __init__(self, service: Service, taxonomy: Taxonomy, shelf: Shelf) -> None:
        self._shelf = shelf
        self._service = service
        self._taxonomy = taxonomy
        self._looked: dict[str | None, tuple[int, Desk]] = {}

    def turn(
        self, tx: Tx, conversation: Conversation, inbound: Inbound, state: State, reading: Reading, *, now: int
    ) -> Turn:
        org = self._service.org
        unit = org.find_unit(inbound.text)
        # The first message of a conversation finds nothing open, unless she came over from another channel.
        old = conversation.version > 0 or conversation.state is not None
        open_matters = tuple(matter(one) for one in tickets.open_of_contact(tx, conversation.contact_id)) if old else ()
        if conversation.paused:  # she writes again: replies that came meanwhile wait until she asks for them
            outbox.hold_back(tx, conversation.id, answers=False)
        return Turn(
            text=inbound.text,
            kind=inbound.kind,
            inbox=inbound.inbox,
            now=now,
            understanding=reading.understanding,
            candidates=reading.candidates,
            state=state.but(waiting=reading.waiting) if reading.detail else state,
            held=conversation.held_by is not None and (conversation.held_until or 0) > now,
            back=conversation.held_by is not None and (conversation.held_until or 0) <= now,
            paused=conversation.paused,
            matters=open_matters,
            channels=_channels(tx, conversation) if open_matters else (),
            unread=outbox.unread(tx, conversation.id) if old else 0,
            desk=self._desk(tx, unit or state.unit, now),
            taxonomy=self._taxonomy,
            unit=unit,
            elsewhere=org.elsewhere(inbound.text),
            find_place=lambda text: org.find_unit(text, asked=True),
            unit_name=org.unit_name,
            code_words=lambda text: normalise(org.words, text),
            same_province=org.same_province,
            meant=reading.meant,
            detail=reading.detail,
            further=reading.further,
            parameters=self._shelf.library.parameters,
            find_article=lambda name: self._shelf.find(name, local_day(now)),
            window=self._window(tx, conversation, now=now, old=old),
            number=inbound.number,
        )

    def _window(self, tx: Tx, conversation: Conversation, *, now: int, old: bool) -> Window:
        address = f"{conversation.inbox}:{conversation.address}"
        name = self._service.org.name
        return StoreWindow(name, tx, conversation.contact_id, source=address, now=now, known=old)

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
        if turn.paused and turn.unread and outcome.handler not in SILENT:
            run.answer(Reply(say("staff.nudge"), (say("button.read"),)))
        if turn.back and outcome.handler not in back.NOT_NOW and outcome.replies:
            conversations.give_back(tx, conversation.contact_id)  # said, and only once
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
        self.receipt = ""
        self._arranging = Arranging(service, tx, conversation, now=turn.now)
        self.replies: list[Reply] = []
        self.sent: list[Sent] = []

    def answer(self, reply: Reply) -> None:
        text = reply.text
        if CODE in text:
            self.code = self.code or self._service.code(self._tx, self._conversation.contact_id, now=self._turn.now)
            text = text.replace(CODE, self.code)
        text = text.replace(RECEIPT, self.receipt)
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
        self._keep_from(opened.ticket, str(action.facts.get("what") or ""))
        if self._turn.state.abroad and action.danger_kind is None:
            contacts.add_consent(
                self._tx, self._conversation.contact_id, purpose="abroad", wording=WORDING, now=self._turn.now
            )

    @do.register
    def _(self, action: decided.JoinTicket) -> None:
        joined = self._service.join(
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
            corrects=action.corrects,
            now=self._turn.now,
        )
        self._keep_from(joined, "")

    @do.register
    def _(self, action: decided.Watch) -> None:
        self.watch = action.kind

    @do.register
    def _(self, _action: decided.Pause) -> None:
        self.paused = True
        for conversation_id in conversations.pause(self._tx, self._conversation.contact_id):
            outbox.hold_back(self._tx, conversation_id)

    @do.register
    def _(self, action: decided.Erase) -> None:
        """Hidden at once, with a receipt; her key is destroyed later, and never while a danger ticket is open."""
        here = self._conversation.contact_id
        for contact_id in dict.fromkeys((here, action.contact_id or here)):
            self.receipt = forget(self._service, self._tx, contact_id, now=self._turn.now)

    @do.register
    def _(self, action: Arrangement) -> None:
        self._arranging.do(action)

    def _keep_from(self, ticket: Ticket, told: str) -> None:
        """Whom a complaint names, now or later, is kept from it before anybody reads it."""
        if ticket.topic == COMPLAINT:
            about = complaints.about(self._service.org, told, self._turn.said)
            complaints.keep_from(self._service, self._tx, ticket.id, about, now=self._turn.now)

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
        now = self._turn.now
        replies, contact_id = redeem(self._tx, action.words, source=source, now=now)
        self.replies += replies
        if contact_id is not None:
            move(self._tx, self._conversation, contact_id, now=now)

    @do.register
    def _(self, action: decided.Receive) -> None:
        here, contact_id = self._conversation.id, self._conversation.contact_id
        hers = [one.id for one in conversations.of_contact(self._tx, contact_id)]
        wanted = {one: action.where == "both" or (one == here) == (action.where == "here") for one in hers}
        conversations.receive(self._tx, contact_id, wanted)

    @do.register
    def _(self, action: decided.Follow) -> None:
        messages.followed(self._tx, self._conversation.id, action.what)


def redeem(tx: Tx, words: str, *, source: str, now: int) -> tuple[list[Reply], int | None]:
    """What the three words open, the newest replies of staff, and whose they are."""
    if not contacts.may_try(tx, source, now=now):
        return [Reply(say("code.later"))], None
    contact_id = contacts.find_by_code(tx, words, source=source, now=now)
    if contact_id is None:
        return [Reply(say("code.wrong"), (say("button.human"),))], None
    lines = [line for line in messages.transcript(tx, contact_id) if line.who == "staff"][-SHOWN_REPLIES:]
    if not lines:
        return [Reply(say("code.no_reply_yet"), (say("button.human"),))], contact_id
    outbox.handed(tx, [line.reply_id for line in lines if line.reply_id], now=now)
    return [Reply(line.text) for line in lines], contact_id


def _channels(tx: Tx, conversation: Conversation) -> tuple[str, ...]:
    """Kinds of her other channels: web, telegram, wechat."""
    others = conversations.beside(tx, conversation.contact_id, conversation.id)
    return tuple(dict.fromkeys(source(inbox) for inbox in others if inbox != conversation.inbox))


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
