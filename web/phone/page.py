"""/desk/phone 来电: the person who answers 12338 types while she listens; everything else comes to her."""

from nicegui import ui

from store import calls
from tickets import phone
from tickets.errors import Refused
from web.auth.permissions import page, who
from web.desk import Desk, actor_of
from web.ears import Ears
from web.parts.controls import said
from web.parts.news import News
from web.parts.shell import OPTIONS, shell
from web.phone import dialogs, leading
from web.phone.call_box import Act, CallBox
from web.phone.call_keys import CallKeys
from web.phone.listening import Listening
from web.phone.missed import Missed
from web.phone.screen import Hands, Screen, risk_of


def register_phone(desk: Desk) -> None:
    ears = desk.ears
    if ears is None:
        return

    @page("/desk/phone", "call.take", **OPTIONS)
    async def telephone() -> None:
        async with shell(desk, "/desk/phone") as news:
            await Phone(desk, ears).build(news)


class Phone(Listening):
    def __init__(self, desk: Desk, ears: Ears) -> None:
        super().__init__(desk, ears)
        hands = Hands(self._turned, self._topic, self._unit, self._ask_dismiss, self._ask_mark)
        self._screen = Screen(desk, ears, hands)
        self._missed = Missed(desk, self._connected)

    async def build(self, news: News) -> None:
        with ui.element("div").classes("phone"):
            with ui.element("div").classes("phone-main"):
                self._box = CallBox(who().seat_id, self._save, self._acts())
                self._screen.build_strip()
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
            self.listen(call.id, call.body)
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
        await self.load()
        with self._client:
            self.show()
        await self._missed.refresh()

    def show(self) -> None:
        call, heard = self._lines.get(self._active), self._hearing.of(self._active)
        self._box.show(self._lines.tabs(self._desk.clock()), self._active)
        self._screen.show(self._lines, call, heard, self._whose.get(self._active, heard.who))

    # -- what the box tells

    async def _answer(self, _call: int, _text: str) -> None:
        self.turn_to(await self.do(lambda tx, actor, now: phone.answer(tx, actor, now=now)))
        await self.refresh()
        self._box.write()

    async def _save(self, call_id: int, text: str) -> None:
        await self.do(lambda tx, actor, now: phone.save(tx, actor, call_id, text, now=now))

    async def _draft(self, call_id: int, text: str) -> None:
        self.listen(call_id, text)

    async def _number(self, call_id: int, typed: str) -> None:
        await self.do(lambda tx, actor, _now: phone.set_number(tx, actor, call_id, typed))
        await self.refresh()

    async def _pick(self, call_id: int, _text: str) -> None:
        if self._lines.get(call_id) is not None:
            self.turn_to(call_id)
            self.show()
            self._box.write()

    async def _open(self, call_id: int, text: str) -> None:
        heard = await self.settled(call_id, text)
        opened = await self.do(lambda tx, actor, now: leading.open_one(self._desk, tx, actor, call_id, heard, now=now))
        said("已补进工单" if opened is None else f"已开单 {opened.ticket.number}")
        await self.refresh()

    async def _ask_back(self, call_id: int, text: str) -> None:
        await self.settled(call_id, text)
        self._back()

    async def _silent(self, call_id: int, text: str) -> None:
        await self.settled(call_id, text)
        await self.do(lambda tx, actor, now: phone.set_silent(tx, actor, call_id, now=now))
        await self.refresh()

    async def _ask_mark(self, text: str | None = None) -> None:
        heard = await self.settled(self._active, text)
        risk = risk_of(self.call(), heard)
        self._mark(risk.kind if risk else None)

    async def _ask_dismiss(self, text: str | None = None) -> None:
        heard = await self.settled(self._active, text)
        if risk_of(self.call(), heard) is None:
            raise Refused(409, "现在没有危险信号")
        self._dismiss()

    async def _ask_earlier(self, call_id: int, _text: str) -> None:
        if not self._lines.same.get(call_id):
            raise Refused(409, "这个号码没有别的来电")
        self._earlier()

    async def _ask_end(self, call_id: int, text: str) -> None:
        await self.settled(call_id, text)
        call = self.call()
        if call.danger_kind is not None and call.ticket_id is None:
            raise Refused(409, "这通电话有危险信号：请先开单，或者写明原因解除")
        self._end("silent" if call.silent else "ticket" if call.ticket_id else "answered")

    # -- what the dialogs and cards tell, of the call before me

    async def _ended(self, outcome: str) -> None:
        call_id, service = self._active, self._desk.service
        await self.do(lambda tx, actor, now: phone.end(service, tx, actor, call_id, outcome=outcome, now=now))
        self._hearing.forget(call_id)
        self._whose.pop(call_id, None)
        await self.refresh()
        self._box.write()

    async def _dismissed(self, reason: str) -> None:
        call_id, judged = self._active, list(self._hearing.of(self._active).judged)
        await self.do(lambda tx, actor, now: phone.dismiss(tx, actor, call_id, judged=judged, reason=reason, now=now))
        self._hearing.forget(call_id)
        await self.refresh()
        self.listen(call_id, self.call().body)

    async def _marked(self, kind: str, level: str) -> None:
        call_id, service = self._active, self._desk.service
        await self.do(
            lambda tx, actor, now: phone.raise_danger(
                service, tx, actor, call_id, kind=kind, level=level, sure=True, by_hand=True, now=now
            )
        )
        await self.refresh()

    async def _called_back(self, number: str, safe: str, named: bool) -> None:
        desk, call_id, heard = self._desk, self._active, self._hearing.of(self._active)
        wish = leading.Wish(number, safe, named)
        due = await self.do(lambda tx, actor, now: leading.call_back(desk, tx, actor, call_id, heard, wish, now=now))
        said(leading.due_words(due, desk.clock()))
        await self.refresh()

    async def _looked_back(self, reason: str) -> dialogs.Earlier:
        desk, actor = self._desk, actor_of(who())
        return await phone.look_back(desk.store, actor, self._active, reason=reason, now=desk.clock())

    async def _turned(self, whose: str) -> None:
        self._whose[self._active] = whose
        self.show()

    async def _topic(self, topic: str) -> None:
        call_id = self._active
        await self.do(lambda tx, actor, _now: phone.choose(tx, actor, call_id, topic=topic))
        await self.refresh()

    async def _unit(self, unit: str) -> None:
        call_id = self._active
        await self.do(lambda tx, actor, _now: phone.choose(tx, actor, call_id, district=unit))
        await self.refresh()

    async def _connected(self, call_id: int) -> None:
        self.turn_to(call_id)
        await self.refresh()
        self._box.write()
