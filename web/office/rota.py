"""/desk/duty: who is rung for a unit when there is danger, and in which order."""

from nicegui import ui

from store import Tx, duty, seats
from store.seats import Seat
from tickets.errors import Refused
from web import words
from web.auth.permissions import page, who
from web.auth.roles import Who
from web.desk import Desk
from web.parts.controls import button, choice, said
from web.parts.shell import OPTIONS, shell
from web.times import ago

HOW = "有危险时按这个顺序呼叫：第一位 3 分钟没接，呼叫下一位，再呼叫全部值班人和负责人。"
EMPTY = "值班表是空的：有危险时会如实告诉她没有值班人员，请她直接打110。"
HERE = 45 * 1_000_000  # a workbench notes its presence every fifteen seconds


def register_rota(desk: Desk) -> None:
    @page("/desk/duty", "duty.edit", **OPTIONS)
    async def rota() -> None:
        async with shell(desk, "/desk/duty") as news:
            with ui.element("div").classes("sheet-scroll"):
                sheet = Rota(desk)
                await sheet.build()
            news.follow({"duty", "seats"}, sheet.refresh)


def units_of(desk: Desk, person: Who) -> dict[str, str]:
    """Units whose list this person may edit: the administrator and the city's lead all of them."""
    everything = person.role == "admin" or person.units is None
    return {key: unit.name for key, unit in desk.org.units.items() if everything or key in (person.units or ())}


class Rota:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        units = units_of(desk, who())
        self._unit = who().unit if who().unit in units else next(iter(units))

    async def build(self) -> None:
        with ui.element("div").classes("sheet"):
            ui.label("值班表").classes("sheet-heading")
            ui.label(HOW).classes("hint")
            with ui.element("div").classes("form"):
                self._chosen = choice("单位", units_of(self._desk, who()), value=self._unit)
                self._more = choice("加一位", {})
            with ui.element("div").classes("form-actions"):
                button("换单位", "duty.edit", self._change, "plain")
                button("加到最后", "duty.edit", self._add, "main")
                button("演练一次告警", "alarm.test", self._test, "plain")
            self._body = ui.element("div")
        await self.refresh()

    async def refresh(self) -> None:
        unit, now = self._unit, self._desk.clock()

        def read(tx: Tx) -> tuple[list[int], list[Seat]]:
            return duty.of_units(tx, [unit]), seats.listing(tx)

        order, everyone = await self._desk.store.read(read)
        known = {one.id: one for one in everyone}
        free = {
            str(one.id): f"{one.name}（{words.ROLES.get(one.role, one.role)}）"
            for one in everyone
            if one.active and one.role != "admin" and one.unit in {unit, self._desk.org.city} and one.id not in order
        }
        self._more.set_options(free, value=None)
        self._body.clear()
        with self._body:
            if not order:
                ui.label(EMPTY).classes("due near")
            else:
                self._table([known[one] for one in order if one in known], now)

    def _table(self, people: list[Seat], now: int) -> None:
        ids = [one.id for one in people]
        with ui.element("table").classes("table"), ui.element("tbody"):
            for place, one in enumerate(people):
                with ui.element("tr"):
                    _cell(f"{place + 1}")
                    _cell(one.name)
                    _cell(_presence(one, now))
                    with ui.element("td"):
                        self._row_buttons(ids, place)

    def _row_buttons(self, ids: list[int], place: int) -> None:
        async def up() -> None:
            moved = [*ids]
            moved[place - 1], moved[place] = moved[place], moved[place - 1]
            await self._put(moved)

        async def off() -> None:
            await self._put([one for one in ids if one != ids[place]])

        if place:
            button("上移", "duty.edit", up, "quiet")
        button("移出", "duty.edit", off, "quiet")

    async def _change(self) -> None:
        wanted = str(self._chosen.value or "")
        if wanted not in units_of(self._desk, who()):
            raise Refused(403, "只能排本单位的值班")
        self._unit = wanted
        await self.refresh()

    async def _add(self) -> None:
        if not self._more.value:
            raise Refused(422, "请先选一位同事")
        order = await self._desk.store.read(lambda tx: duty.of_units(tx, [self._unit]))
        await self._put([*order, int(self._more.value)])

    async def _put(self, ids: list[int]) -> None:
        if self._unit not in units_of(self._desk, who()):
            raise Refused(403, "只能排本单位的值班")
        await self._desk.store.unit(lambda tx: duty.put(tx, self._unit, ids))
        await self.refresh()
        said("已保存")

    async def _test(self) -> None:
        now = self._desk.clock()
        await self._desk.store.unit(lambda tx: self._desk.service.test_alarm(tx, units=[self._unit], now=now))
        said("已发出演练告警")


def _presence(one: Seat, now: int) -> str:
    if one.present_at is None:
        return "没有登录过"
    return "工作台开着" if now - one.present_at < HERE else f"{ago(one.present_at, now)}在线"


def _cell(text: str) -> None:
    with ui.element("td"):
        ui.label(text)
