"""The case in front of me: built once when it is opened, then only what changed is written anew."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from nicegui import ui
from nicegui.events import GenericEventArguments

from knowledge.article import Candidate
from store import access_log, casework
from tickets import casework as work
from tickets.errors import Refused
from web.auth.permissions import who
from web.desk import Desk, actor_of
from web.parts.controls import button, said
from web.parts.reply_box import BoxState, ReplyBox
from web.parts.talk import Talk
from web.workbench import side
from web.workbench.actions import Hands, misread_dialog
from web.workbench.budget import budget_words
from web.workbench.files import sent_files
from web.workbench.head import Head
from web.workbench.lines import said_of
from web.workbench.view import CaseView, mark_of, read_case

UNDO_SECONDS: Final = 20.0
CANDIDATES: Final = 4


class Panel:
    def __init__(self, desk: Desk, ticket_id: int, seen: Callable[[], Awaitable[None]]) -> None:
        """`seen` is told when new things were shown, so that the list drops its dot."""
        self._desk = desk
        self.ticket_id = ticket_id
        self._seen = seen
        self._view: CaseView | None = None
        self._candidates: Sequence[Candidate] = ()
        self._asked = ""

    async def build(self) -> None:
        """Inside the element it shall stand in. Raises Refused when there is nothing to see."""
        self._view = await self._read(look=True)
        actor = actor_of(who())
        draft = await self._desk.store.read(lambda tx: work.read_draft(tx, actor, self.ticket_id))
        hands = Hands(self._desk, self.ticket_id, lambda: self.view.ticket, self.refresh, self._offer_undo)
        misread = misread_dialog(hands)

        async def read_wrong(event: GenericEventArguments) -> None:
            misread(int(event.args["id"]))

        self._head = Head(hands)
        self._reveal = side.reveal_dialog(self._desk, self.ticket_id)
        self._undo = ui.element("div").classes("undo")
        self._undo.set_visibility(False)
        self._danger = ui.element("div")
        with ui.element("div").classes("case-body"):
            with ui.element("div").classes("case-main"):
                self._talk = Talk("没有在线对话。来电来访的情况在右边。", read_wrong)
                self._box = ReplyBox(
                    ticket_id=self.ticket_id,
                    seat_id=actor.seat_id,
                    value=draft,
                    draft=self._draft,
                    send=self._send,
                    ask=self._ask,
                )
            self._side = ui.element("div").classes("case-side")
            with self._side:
                self._facts, self._articles = ui.element("div"), ui.element("div")
                self._others, self._events = ui.element("div"), ui.element("div")
        self._show()
        await self._seen()
        await self._suggest()

    @property
    def view(self) -> CaseView:
        assert self._view is not None
        return self._view

    async def refresh(self) -> None:
        """New words of hers are a new look, with its own line; a delivery is none."""
        actor = actor_of(who())
        mark = await self._desk.store.read(lambda tx: mark_of(tx, actor, self.ticket_id))
        new = mark[:3] != self.view.mark[:3]
        self._view = await self._read(look=new)
        self._show()
        if new:
            await self._seen()
            await self._suggest()

    async def take(self) -> None:
        await self._hands_do_take()
        said("已签收，在您手上了")

    async def _hands_do_take(self) -> None:
        actor, now = actor_of(who()), self._desk.clock()
        await self._desk.store.unit(lambda tx: work.accept(tx, actor, self.ticket_id, now=now))
        await self.refresh()

    async def _read(self, *, look: bool) -> CaseView:
        actor, now = actor_of(who()), self._desk.clock()
        store = self._desk.store
        await store.read(lambda tx: work.seen(tx, actor, self.ticket_id))
        if not look:
            return await store.read(lambda tx: read_case(tx, self._desk, actor, self.ticket_id, now=now))
        return await access_log.shown(
            store,
            actor,
            casework.READ,
            self.ticket_id,
            lambda tx: read_case(tx, self._desk, actor, self.ticket_id, now=now),
            now=now,
        )

    def _show(self) -> None:
        view, desk = self.view, self._desk
        self._head.show(view)
        _refill(self._danger, lambda: side.alarm_card(desk, view), when=view.ticket.danger_kind is not None)
        sent = {
            one.message_id: sent_files(self.ticket_id, [two for two in view.files if two.message_id == one.message_id])
            for one in view.files
        }
        self._talk.show(said_of(desk, view.lines, view.names, now=view.now, sent=sent))
        _refill(self._facts, lambda: side.facts_card(desk, view, self._reveal))
        _refill(self._others, lambda: side.others_card(desk, view))
        _refill(self._events, lambda: side.events_card(desk, view))
        self._box.state(box_state(view))

    async def _suggest(self) -> None:
        asked = f"{self.view.last_words}\n{self.view.ticket.topic}"
        if asked == self._asked:
            return
        self._asked = asked
        text = self.view.last_words or str(self.view.facts.get("what") or "")
        self._candidates = (await self._desk.suggest(text, [self.view.ticket.topic]))[:CANDIDATES]
        _refill(self._articles, lambda: side.articles_card(self._candidates, self._insert))

    async def _insert(self, candidate: Candidate) -> None:
        self._box.insert(self._desk.render(candidate.article))

    async def _draft(self, ticket_id: int, text: str) -> None:
        actor, now = actor_of(who()), self._desk.clock()
        await self._desk.store.unit(lambda tx: work.save_draft(tx, actor, ticket_id, text, now=now))

    async def _send(self, ticket_id: int, text: str, final: bool) -> None:
        self._same(ticket_id)
        actor, now, service = actor_of(who()), self._desk.clock(), self._desk.service
        if self.view.conversation is None:
            await self._desk.store.unit(
                lambda tx: work.called(service, tx, actor, ticket_id, text, final=final, now=now)
            )
        else:
            await self._desk.store.unit(
                lambda tx: work.reply(service, tx, actor, ticket_id, text, final=final, now=now)
            )
        await self.refresh()

    async def _ask(self, ticket_id: int, text: str) -> None:
        self._same(ticket_id)
        actor, now = actor_of(who()), self._desk.clock()
        await self._desk.store.unit(lambda tx: work.ask_her(tx, actor, ticket_id, text, now=now))
        await self.refresh()

    def _same(self, ticket_id: int) -> None:
        if ticket_id != self.ticket_id:
            raise Refused(409, work.CHANGED)

    def _offer_undo(self, words: str, undo: Callable[[], Awaitable[None]]) -> None:
        async def back() -> None:
            self._undo.set_visibility(False)
            await undo()
            said("已撤销")

        self._undo.clear()
        with self._undo:
            ui.label(words)
            button("撤销", "ticket.transfer", back, "plain").classes("small")
            ui.timer(UNDO_SECONDS, lambda: self._undo.set_visibility(False), once=True)
        self._undo.set_visibility(True)


def box_state(view: CaseView) -> BoxState:
    """Whether one can write to her, and what the button says."""
    if view.ticket.closed_at is not None:
        return BoxState(enabled=False, hint="已办结。要回复她，请先重办。")
    if not work.may_work(actor_of(who()), view.ticket):
        return BoxState(enabled=False, hint="抄送给您的工单，只能写备注。")
    if view.gone:
        return BoxState(enabled=False, hint="她已要求删除记录，不能再发消息。")
    if view.conversation is None:
        hint = "她没有在线对话：把电话里或当面说的写在这里。"
        return BoxState(enabled=True, hint=hint, label="记为已答复", ask="请她补充")
    paused = view.conversation.paused
    hint = "她说先不说了：写好的回复会等她来取。" if paused else "写给她的话。她会在自己的聊天窗口里看到。"
    low = view.budget is not None and view.budget.left(view.now) == 0
    return BoxState(enabled=True, hint=hint, ask="请她补充", budget=budget_words(view.budget, now=view.now), low=low)


def _refill(place: ui.element, build: Callable[[], None], *, when: bool = True) -> None:
    place.clear()
    if when:
        with place:
            build()
