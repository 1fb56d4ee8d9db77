"""/desk/phone 来电: the person who answers 12338 types while she listens; everything else comes to her."""

from collections.abc import Callable
from typing import TypeVar

from nicegui import background_tasks, context, ui

from store import Tx, calls
from store.calls import Call
from store.errors import StoreError
from tickets import phone
from tickets.actor import Actor
from tickets.errors import Refused
from web.auth.permissions import page, who
from web.desk import Desk, actor_of
from web.ears import Ears, Heard
from web.parts.controls import said
from web.parts.news import News
from web.parts.shell import OPTIONS, shell
from web.phone import dialogs, leading
from web.phone.call_box import Act, CallBox
from web.phone.call_keys import CallKeys
from web.phone.hearing import Hearing
from web.phone.missed import Missed
from web.phone.screen import Hands, Screen, risk_of
from web.phone.view import Lines, read_lines

T = TypeVar("T")
NOT_ONE = "先按 Alt+N 接一通电话"


def register_phone(desk: Desk) -> None:
    ears = desk.ears
    if ears is None:
        return

    @page("/desk/phone", "call.take", **OPTIONS)
    async def telephone() -> None:
        async with shell(desk, "/desk/phone") as news:
            await Phone(desk, ears).build(news)


class Phone:
    def __init__(self, desk: Desk, ears: Ears) -> None:
        self._desk = desk
        self._client = context.client
        self._lines, self._active = Lines(), 0
        self._whose: dict[int, str] = {}  # call -> for whom the script is read
        self._hearing = Hearing(ears.hear, self._heard, self._stays)
        hands = Hands(self._turned, self._topic, self._unit, self._ask_dismiss, self._ask_mark)
        self._screen = Screen(desk, ears, hands)

    async def build(self, news: News) -> None:
        with ui.element("div").classes("phone"):
            with ui.element("div").classes("phone-main"):
                self._box = CallBox(who().seat_id, self._acts())
                self._screen.build_strip()
                self._missed = Missed(self._desk, self._connected)
                self._missed.build()
            self._screen.build_side()
        CallKeys()
        self._end = dialogs.ending(self._ended)
        self._dismiss = dialogs.dismissing(self._dismissed)
        self._mark = dialogs.marking(self._desk, self._marked)
        self._back = dialogs.calling_back(self._called_back)
        self._earlier = dialogs.looking_back(self._desk, self._looked_back, self._desk.clock)
        await self.refresh()
        for call in self._lines.calls:
            self._listen(call.id, call.body)
        news.follow({calls.TOPIC, "seats"}, self.refresh)

    def _acts(self) -> dict[str, Act]:
        return {
            "answer": self._answer,
            "draft": self._draft,
            "number": self._number,
            "pick": self._pick,
            "open": self._open,
            "back": self._ask_back,
            "silent": self._silent,
            "mark": lambda _call, text: self._ask_mark(text),
            "dismiss": lambda _call, text: self._ask_dismiss(text),
            "earlier": self._ask_earlier,
            "end": self._ask_end,
        }

    async def refresh(self) -> None:
        actor = actor_of(who())
        self._lines = await self._desk.store.read(lambda tx: read_lines(tx, actor))
        if self._lines.get(self._active) is None:
            self._active = self._lines.calls[-1].id if self._lines.calls else 0
        self._show()
        await self._missed.refresh()

    def _show(self) -> None:
        call, heard = self._lines.get(self._active), self._hearing.of(self._active)
        self._box.show(self._lines.tabs(self._desk.clock()), self._active)
        self._screen.show(self._lines, call, heard, self._whose.get(self._active, heard.who))

    # -- what the box tells

    async def _answer(self, _call: int, _text: str) -> None:
        self._active = await self._do(lambda tx, actor, now: phone.answer(tx, actor, now=now))
        await self.refresh()
        self._box.write()

    async def _draft(self, call_id: int, text: str) -> None:
        await self._do(lambda tx, actor, now: phone.save(tx, actor, call_id, text, now=now))
        self._listen(call_id, text)

    async def _number(self, call_id: int, typed: str) -> None:
        await self._do(lambda tx, actor, _now: phone.set_number(tx, actor, call_id, typed))
        await self.refresh()

    async def _pick(self, call_id: int, _text: str) -> None:
        if self._lines.get(call_id) is not None:
            self._active = call_id
            self._show()
            self._box.write()

    async def _open(self, call_id: int, text: str) -> None:
        heard = await self._settled(call_id, text)
        opened = await self._do(lambda tx, actor, now: leading.open_one(self._desk, tx, actor, call_id, heard, now=now))
        said("已补进工单" if opened is None else f"已开单 {opened.ticket.number}")
        await self.refresh()

    async def _ask_back(self, call_id: int, text: str) -> None:
        await self._settled(call_id, text)
        self._back()

    async def _silent(self, call_id: int, text: str) -> None:
        await self._settled(call_id, text)
        await self._do(lambda tx, actor, now: phone.set_silent(tx, actor, call_id, now=now))
        await self.refresh()

    async def _ask_mark(self, text: str | None = None) -> None:
        heard = await self._settled(self._active, text)
        risk = risk_of(self._call(), heard)
        self._mark(risk.kind if risk else None)

    async def _ask_dismiss(self, text: str | None = None) -> None:
        heard = await self._settled(self._active, text)
        if risk_of(self._call(), heard) is None:
            raise Refused(409, "现在没有危险信号")
        self._dismiss()

    async def _ask_earlier(self, call_id: int, _text: str) -> None:
        if not self._lines.same.get(call_id):
            raise Refused(409, "这个号码没有别的来电")
        self._earlier()

    async def _ask_end(self, call_id: int, text: str) -> None:
        await self._settled(call_id, text)
        call = self._call()
        if call.danger_kind is not None and call.ticket_id is None:
            raise Refused(409, "这通电话有危险信号：请先开单，或者写明原因解除")
        self._end("silent" if call.silent else "ticket" if call.ticket_id else "answered")

    # -- what the dialogs and cards tell, of the call before me

    async def _ended(self, outcome: str) -> None:
        call_id, service = self._active, self._desk.service
        await self._do(lambda tx, actor, now: phone.end(service, tx, actor, call_id, outcome=outcome, now=now))
        self._hearing.forget(call_id)
        self._whose.pop(call_id, None)
        await self.refresh()
        self._box.write()

    async def _dismissed(self, reason: str) -> None:
        call_id, judged = self._active, list(self._hearing.of(self._active).judged)
        await self._do(lambda tx, actor, now: phone.dismiss(tx, actor, call_id, judged=judged, reason=reason, now=now))
        self._hearing.forget(call_id)
        await self.refresh()
        self._listen(call_id, self._call().body)

    async def _marked(self, kind: str, level: str) -> None:
        call_id, service = self._active, self._desk.service
        await self._do(
            lambda tx, actor, now: phone.raise_danger(
                service, tx, actor, call_id, kind=kind, level=level, sure=True, by_hand=True, now=now
            )
        )
        await self.refresh()

    async def _called_back(self, number: str, safe: str, named: bool) -> None:
        desk, call_id, heard = self._desk, self._active, self._hearing.of(self._active)
        wish = leading.Wish(number, safe, named)
        due = await self._do(lambda tx, actor, now: leading.call_back(desk, tx, actor, call_id, heard, wish, now=now))
        said(leading.due_words(due, desk.clock()))
        await self.refresh()

    async def _looked_back(self, reason: str) -> dialogs.Earlier:
        desk, actor = self._desk, actor_of(who())
        return await phone.look_back(desk.store, actor, self._active, reason=reason, now=desk.clock())

    async def _turned(self, whose: str) -> None:
        self._whose[self._active] = whose
        self._show()

    async def _topic(self, topic: str) -> None:
        call_id = self._active
        await self._do(lambda tx, actor, _now: phone.choose(tx, actor, call_id, topic=topic))
        await self.refresh()

    async def _unit(self, unit: str) -> None:
        call_id = self._active
        await self._do(lambda tx, actor, _now: phone.choose(tx, actor, call_id, district=unit))
        await self.refresh()

    async def _connected(self, call_id: int) -> None:
        self._active = call_id
        await self.refresh()
        self._box.write()

    # -- listening

    def _listen(self, call_id: int, text: str) -> None:
        call = self._lines.get(call_id)
        if call is not None and (text.strip() or self._hearing.of(call_id).topics):
            background_tasks.create(self._hearing.listen(call_id, text, call.dismissed), name="reading of a call")

    async def _heard(self, call_id: int) -> None:
        if call_id == self._active and not self._client.is_deleted:
            with self._client:
                self._show()

    async def _stays(self, call_id: int, heard: Heard) -> None:
        if self._client.is_deleted:
            return
        service, kind, level, sure = self._desk.service, heard.kind or "", heard.level, heard.sure
        with self._client:
            try:
                rose = await self._do(
                    lambda tx, actor, now: phone.raise_danger(
                        service,
                        tx,
                        actor,
                        call_id,
                        kind=kind,
                        level=level,
                        sure=sure,
                        by_hand=False,
                        now=now,
                    )
                )
            except (Refused, StoreError):  # ended meanwhile
                return
            if rose:
                await self.refresh()

    async def _settled(self, call_id: int, text: str | None) -> Heard:
        """The words are on disk and read before anything is decided on them. None: as they were last typed."""
        if text is None:
            text = self._hearing.text_of(call_id)
        else:
            words = text
            await self._do(lambda tx, actor, now: phone.save(tx, actor, call_id, words, now=now))
        heard = await self._hearing.settle(call_id, text, self._call(call_id).dismissed)
        await self.refresh()
        return heard

    def _call(self, call_id: int | None = None) -> Call:
        found = self._lines.get(self._active if call_id is None else call_id)
        if found is None:
            raise Refused(409, NOT_ONE)
        return found

    async def _do(self, step: Callable[[Tx, Actor, int], T]) -> T:
        actor, now = actor_of(who()), self._desk.clock()
        return await self._desk.store.unit(lambda tx: step(tx, actor, now))
