"""The reply box: saves as one types, sends once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from tickets.errors import Refused
from web.auth.permissions import on
from web.parts.controls import polite

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class BoxState:
    enabled: bool
    hint: str
    label: str = "发送"
    ask: str = ""  # words of the second button; none without
    budget: str = ""  # how many replies her channel still takes, and until when
    low: bool = False  # none is left


class ReplyBox(Element, component="reply_box.js"):
    def __init__(
        self,
        *,
        ticket_id: int,
        seat_id: int,
        value: str,
        draft: Callable[[int, str], Awaitable[None]],
        send: Callable[[int, str, bool], Awaitable[None]],
        ask: Callable[[int, str], Awaitable[None]],
    ) -> None:
        super().__init__()
        self._props |= {"ticket": ticket_id, "seat": seat_id, "value": value, "open": True, "longest": LONGEST}
        self._props |= {"hint": "", "label": "发送", "ask": "", "budget": "", "low": False}
        self._draft, self._send, self._ask = draft, send, ask
        self.on("draft", on("ticket.reply", polite(self._drafted)))
        self.on("send", on("ticket.reply", polite(self._sent)))
        self.on("ask", on("ticket.reply", polite(self._asked)))

    def state(self, state: BoxState) -> None:
        wanted = {"open": state.enabled, "hint": state.hint, "label": state.label, "ask": state.ask}
        wanted |= {"budget": state.budget, "low": state.low}
        if any(self._props.get(name) != value for name, value in wanted.items()):
            self._props |= wanted
            self.update()

    def insert(self, words: str) -> None:
        self.run_method("insert", words)

    async def _drafted(self, event: GenericEventArguments) -> None:
        ticket_id, text, turn = _fields(event.args, "ticket", "text", "turn")
        await self._draft(int(ticket_id), str(text)[: LONGEST * 2])
        self.run_method("confirm", turn)

    async def _sent(self, event: GenericEventArguments) -> None:
        ticket_id, text, final = _fields(event.args, "ticket", "text", "final")
        await self._settle(self._send(int(ticket_id), str(text), bool(final)))

    async def _asked(self, event: GenericEventArguments) -> None:
        ticket_id, text = _fields(event.args, "ticket", "text")
        await self._settle(self._ask(int(ticket_id), str(text)))

    async def _settle(self, work: Awaitable[None]) -> None:
        """The words stay in the box when they were refused."""
        try:
            await work
        except Refused:
            self.run_method("sent", False)
            raise
        self.run_method("sent", True)


def _fields(args: Any, *names: str) -> tuple[Any, ...]:
    if not isinstance(args, dict) or any(name not in args for name in names):
        raise Refused(422, "没有收到内容，请再试一次")
    return tuple(args[name] for name in names)
