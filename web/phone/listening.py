"""The calls in a seat's hands and what is heard of them; the page draws it."""

from collections.abc import Callable
from typing import TypeVar

from nicegui import background_tasks, context

from store import Tx
from store.calls import Call
from store.errors import StoreError
from tickets import phone
from tickets.actor import Actor
from tickets.errors import Refused
from web.auth.permissions import who
from web.desk import Desk, actor_of
from web.ears import Ears, Heard
from web.phone.hearing import Hearing
from web.phone.view import Lines, read_lines

T = TypeVar("T")
NOT_ONE = "先按 Alt+N 接一通电话"


class Listening:
    def __init__(self, desk: Desk, ears: Ears) -> None:
        self._desk = desk
        self._client = context.client
        self._lines, self._active = Lines(), 0
        self._wanted = 0  # the call a person chose last
        self._asked = self._known = 0  # readings begun, the newest one that is shown
        self._whose: dict[int, str] = {}  # call -> for whom the script is read
        self._hearing = Hearing(ears.hear, self._heard, self._stays)

    async def refresh(self) -> None:
        """Read again, then draw."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw what is known."""
        raise NotImplementedError

    async def load(self) -> None:
        actor = self.me()
        self._asked = turn = self._asked + 1
        lines = await self._desk.store.read(lambda tx: read_lines(tx, actor))
        if turn < self._known:  # an older look came back late
            return
        self._known, self._lines = turn, lines
        last = lines.calls[-1].id if lines.calls else 0
        self._active = self._wanted if lines.get(self._wanted) else last

    def me(self) -> Actor:
        """By the page, not by the button that was pressed: its card may have been drawn anew meanwhile."""
        with self._client:
            return actor_of(who())

    def turn_to(self, call_id: int) -> None:
        self._wanted = self._active = call_id

    def listen(self, call_id: int, text: str) -> None:
        call = self._lines.get(call_id)
        if call is not None and (text.strip() or self._hearing.of(call_id).topics):
            background_tasks.create(self._hearing.listen(call_id, text, call.dismissed), name="reading of a call")

    async def _heard(self, call_id: int) -> None:
        if call_id == self._active and not self._client.is_deleted:
            with self._client:
                self.show()

    async def _stays(self, call_id: int, heard: Heard) -> None:
        if self._client.is_deleted:
            return
        service, kind, level, sure = self._desk.service, heard.kind or "", heard.level, heard.sure
        with self._client:
            try:
                rose = await self.do(
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

    async def settled(self, call_id: int, text: str | None) -> Heard:
        """The words are read, and their danger stands, before anything is decided. None: as they were last typed."""
        words = self._hearing.text_of(call_id) if text is None else text
        heard = await self._hearing.settle(call_id, words, self.call(call_id).dismissed)
        await self.refresh()
        return heard

    def call(self, call_id: int | None = None) -> Call:
        found = self._lines.get(self._active if call_id is None else call_id)
        if found is None:
            raise Refused(409, NOT_ONE)
        return found

    async def do(self, step: Callable[[Tx, Actor, int], T]) -> T:
        actor, now = self.me(), self._desk.clock()
        return await self._desk.store.unit(lambda tx: step(tx, actor, now))
