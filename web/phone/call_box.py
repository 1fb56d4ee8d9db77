"""The calls before me: one draft each, saved as one types; every key and button is one declared event."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from tickets.errors import Refused
from web.auth.permissions import on
from web.parts.controls import polite

LONGEST: Final = 8000
Act = Callable[[int, str], Awaitable[None]]  # (call, all that is typed of it)
PERMISSIONS: Final = {
    "answer": "call.take",
    "draft": "call.take",
    "number": "call.take",
    "pick": "call.take",
    "silent": "call.take",
    "mark": "call.take",
    "end": "call.take",
    "open": "ticket.create",
    "back": "ticket.create",
    "dismiss": "call.dismiss",
    "earlier": "call.earlier",
}


WORDLESS: Final = frozenset({"number", "pick"})


@dataclass(frozen=True, slots=True)
class Tab:
    id: int
    name: str
    masked: str
    level: str  # of the danger that stands, in words
    rings: bool  # opening the ticket sets off an alarm
    silent: bool
    ticket: str
    same: int  # other calls from this number
    text: str


class CallBox(Element, component="call_box.js"):
    def __init__(self, seat_id: int, save: Act, acts: Mapping[str, Act]) -> None:
        """`acts`: what is done after the words are saved, by the name of its event; `number` gets that field."""
        super().__init__()
        self._save = save
        self._props |= {"calls": [], "active": 0, "seat": seat_id, "longest": LONGEST}
        for name, act in acts.items():
            self.on(name, on(PERMISSIONS[name], polite(self._heard(name, act))))

    def show(self, tabs: Sequence[Tab], active: int) -> None:
        wanted = [asdict(tab) for tab in tabs]
        if wanted != self._props["calls"] or active != self._props["active"]:
            self._props |= {"calls": wanted, "active": active}
            self.update()

    def write(self) -> None:
        self.run_method("write")

    def _heard(self, name: str, act: Act) -> Callable[[GenericEventArguments], Awaitable[None]]:
        field = "number" if name == "number" else "text"

        async def heard(event: GenericEventArguments) -> None:
            args: Any = event.args if isinstance(event.args, dict) else {}
            try:
                call, text = int(args.get("call") or 0), str(args.get(field) or "")[:LONGEST]
            except (TypeError, ValueError) as error:
                raise Refused(422, "没有收到内容，请再试一次") from error
            if call and name not in WORDLESS:  # on disk before anything is decided, whatever is refused afterwards
                await self._save(call, text)
                self.run_method("confirm", call, args.get("turn"))
            await act(call, text)

        return heard
