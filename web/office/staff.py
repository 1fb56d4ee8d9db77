"""/desk/seats: the administrator adds people, changes what they may do, stops them, gives a new password."""

from collections.abc import Callable

from nicegui import ui

from store import seats
from store.seats import Seat
from tickets.errors import Refused
from web import words
from web.auth.passwords import generate
from web.auth.permissions import page, who
from web.auth.roles import ROLES
from web.desk import Desk
from web.parts.controls import Asking, button, choice, line, said
from web.parts.shell import OPTIONS, shell
from web.times import short

NAMES: dict[str, str] = {role: words.ROLES[role] for role in ROLES}
ONCE = "这个口令只显示这一次，请当面或电话告诉本人；第一次登录要换成自己的。"


def register_staff(desk: Desk) -> None:
    @page("/desk/seats", "seat.manage", **OPTIONS)
    async def staff() -> None:
        async with shell(desk, "/desk/seats") as news:
            with ui.element("div").classes("sheet-scroll"):
                sheet = Staff(desk)
                await sheet.build()
            news.follow({"seats"}, sheet.refresh)


class Staff:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._units = {key: unit.name for key, unit in desk.org.units.items()}
        self._chosen: Seat | None = None

    async def build(self) -> None:
        with ui.element("div").classes("sheet"):
            ui.label("坐席").classes("sheet-heading")
            ui.label("坐席只看本单位的工单；负责人看本单位（市级负责人看全市）；管理员不看工单内容。").classes("hint")
            with ui.element("div").classes("form-actions"):
                button("加一位…", "seat.manage", self._adding(), "main")
            self._edit = self._editing()
            self._body = ui.element("div")
        with Asking("新口令", ONCE) as asking:
            self._shown = ui.label("").classes("words-code")
            button("我记下了", "seat.manage", self._forget, "main")
        self._password = asking
        await self.refresh()

    async def refresh(self) -> None:
        everyone, now = await self._desk.store.read(seats.listing), self._desk.clock()
        self._body.clear()
        with self._body, ui.element("table").classes("table"):
            with ui.element("thead"), ui.element("tr"):
                for name in ("姓名", "账号", "角色", "单位", "状态", ""):
                    with ui.element("th"):
                        ui.label(name)
            with ui.element("tbody"):
                for one in everyone:
                    self._row(one, now)

    def _row(self, one: Seat, now: int) -> None:
        async def change() -> None:
            self._chosen = one
            self._edit()

        async def reset() -> None:
            await self._reset(one)

        with ui.element("tr").classes("" if one.active else "off"):
            texts = (one.name, one.login, NAMES.get(one.role, one.role), self._units.get(one.unit, one.unit))
            for text in (*texts, _state(one, now)):
                with ui.element("td"):
                    ui.label(text)
            with ui.element("td"):
                button("改", "seat.manage", change, "quiet")
                button("重置口令", "seat.manage", reset, "quiet")

    def _adding(self) -> Callable[[], None]:
        asking = Asking("加一位")
        with asking:
            login, name = line("账号", "字母和数字，用来登录"), line("姓名")
            role, unit = choice("角色", NAMES, value="seat"), choice("单位", self._units, search=True)

            async def do() -> None:
                made, words_given = str(login.value or "").strip().casefold(), str(name.value or "").strip()
                if not made.isascii() or not made.isalnum() or not words_given or not unit.value:
                    raise Refused(422, "账号用字母和数字；姓名和单位都要填")
                password = generate()
                hashed, now = await self._desk.passwords.hash(password), self._desk.clock()
                added = await self._desk.store.unit(
                    lambda tx: seats.add(
                        tx,
                        login=made,
                        name=words_given,
                        role=str(role.value),
                        unit=str(unit.value),
                        password=hashed,
                        now=now,
                    )
                )
                if added is None:
                    raise Refused(409, "这个账号已经有人用了")
                login.value = name.value = ""
                self._show(password)
                await self.refresh()

            asking.actions("加", "seat.manage", do)
        return asking.open

    def _editing(self) -> Callable[[], None]:
        asking = Asking("改坐席", "改角色、单位或停用，会让他立刻退出登录。")
        with asking:
            name = line("姓名")
            role, unit = choice("角色", NAMES), choice("单位", self._units, search=True)
            active = ui.switch("可以登录")

            async def do() -> None:
                one = self._chosen
                if one is None or not str(name.value or "").strip():
                    raise Refused(422, "姓名不能空")
                if one.id == who().seat_id and (not active.value or role.value != "admin"):
                    raise Refused(409, "不能停用自己或取消自己的管理员角色，请让另一位管理员来做")
                now = self._desk.clock()
                values = {"name": str(name.value).strip(), "role": str(role.value), "unit": str(unit.value)}
                await self._desk.store.unit(
                    lambda tx: seats.change(tx, one.id, now=now, **values, active=bool(active.value))
                )
                said("已保存")
                await self.refresh()

            asking.actions("保存", "seat.manage", do)

        def show() -> None:
            one = self._chosen
            if one is not None:
                name.value, role.value, unit.value, active.value = one.name, one.role, one.unit, one.active
                asking.open()

        return show

    async def _reset(self, one: Seat) -> None:
        password = generate()
        hashed, now = await self._desk.passwords.hash(password), self._desk.clock()
        await self._desk.store.unit(lambda tx: seats.set_password(tx, one.id, hashed, now=now, must_change=True))
        self._show(password)

    def _show(self, password: str) -> None:
        self._shown.text = password
        self._password.open()

    def _forget(self) -> None:
        self._shown.text = ""
        self._password.dialog.close()


def _state(one: Seat, now: int) -> str:
    if not one.active:
        return "已停用"
    if one.locked_until is not None and one.locked_until > now:
        return f"暂时锁定到 {short(one.locked_until, now)}"
    return "等本人换口令" if one.must_change else "正常"
