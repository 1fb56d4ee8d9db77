"""/desk/parameters: every dated number, its source and days, and which articles a change reaches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from nicegui import ui

from knowledge.parameters import load_wanted, used_by
from store import Tx, articles, editions, parameters
from store.articles import APPROVED, WAITING, NotAllowed
from store.parameters import Kept, Value
from tickets.errors import Refused
from web.auth.permissions import may, page, who
from web.desk import Desk
from web.knowledge.given import Knowing, day_of
from web.knowledge.listing import PATH as ARTICLES
from web.parts.controls import Asking, button, line, said
from web.parts.shell import OPTIONS, shell

PATH: Final = "/desk/parameters"
HOW: Final = (
    "文章里写 {{ 名称 }} 的地方都用这里的值。改一个值要写依据和从哪天起，另一位同事批准后生效，用到它的文章一起变。"
)
LABELS: Final = {
    "value": "值（数字）",
    "unit": "单位",
    "law": "依据",
    "article": "第几条",
    "dated": "依据的版本日期",
    "valid_from": "从哪天起（空着＝一直）",
    "valid_to": "到哪天止（空着＝一直）",
}
NEW: Final = Value("", "", "", "", "", "", date.min, None, None, None)


def register_parameters(desk: Desk, knowing: Knowing) -> None:
    @page(PATH, "article.read", **OPTIONS)
    async def table() -> None:
        async with shell(desk, PATH) as news:
            with ui.element("div").classes("sheet-scroll"):
                sheet = Table(desk, knowing)
                await sheet.build()
            news.follow({editions.TOPIC}, sheet.refresh)


class Table:
    def __init__(self, desk: Desk, knowing: Knowing) -> None:
        self._desk = desk
        self._knowing = knowing
        self._changing = NEW

    async def build(self) -> None:
        with ui.element("div").classes("sheet wide-sheet"):
            ui.label("参数").classes("sheet-heading")
            ui.label(HOW).classes("hint")
            self._edit = self._asking()
            self._body = ui.element("div")
        await self.refresh()

    async def refresh(self) -> None:
        def read(tx: Tx) -> tuple[list[Kept], dict[int, str]]:
            kept = parameters.listing(tx)
            return kept, articles.authors(tx, sorted({one.author for one in kept if one.author is not None}))

        kept, people = await self._desk.store.read(read)
        uses = used_by(self._knowing.shelf.library.articles.values())
        waiting = [one for one in kept if one.state == WAITING]
        known = {one.value.name for one in kept if one.state == APPROVED}
        self._body.clear()
        with self._body:
            for one in waiting:
                self._proposal(one, people.get(one.author or 0, ""), uses.get(one.value.name, ()))
            missing = [wanted for wanted in load_wanted() if wanted.name not in known]
            if missing:
                ui.label("下面几项还没有核实，计算时会如实说缺什么并请人：").classes("hint")
                with ui.element("div").classes("acts wanted"):
                    for wanted in missing:
                        self._missing(wanted.name, wanted.zh)
            self._rows([one for one in kept if one.state == APPROVED], dict(uses))

    def _proposal(self, one: Kept, author: str, ids: tuple[str, ...]) -> None:
        with ui.element("div").classes("undo wrap"):
            ui.label(f"等批准：{one.value.zh} 改为 {one.value.value}{one.value.unit}，{_days(one.value)}，{author}提交")
            ui.label(f"会改变 {len(ids)} 篇：{self._titles(ids)}").classes("hint")
            if may(who(), "parameter.edit"):
                button("批准", "parameter.edit", self._deciding(one.id, approve=True), "main")
                button("退回", "parameter.edit", self._deciding(one.id, approve=False), "quiet")

    def _missing(self, name: str, zh: str) -> None:
        if may(who(), "parameter.edit"):
            button(f"填{zh}…", "parameter.edit", self._opening(replace(NEW, name=name, zh=zh)), "plain")
        else:
            ui.label(zh).classes("tag")

    def _rows(self, kept: list[Kept], uses: dict[str, tuple[str, ...]]) -> None:
        day = day_of(self._desk.clock())
        with ui.element("table").classes("table stack"):
            with ui.element("thead"), ui.element("tr"):
                for name in ("参数", "值", "依据", "有效", "用到它的文章", ""):
                    with ui.element("th"):
                        ui.label(name)
            with ui.element("tbody"):
                for one in sorted(kept, key=lambda one: (one.value.name, one.id)):
                    self._row(one, uses.get(one.value.name, ()), day)

    def _row(self, one: Kept, ids: tuple[str, ...], day: date) -> None:
        value = one.value
        over = value.valid_to is not None and value.valid_to < day
        with ui.element("tr").classes("off" if over else ""):
            with ui.element("td"):
                ui.label(value.zh)
                ui.label(f"{{{{ {value.name} }}}}").classes("hint")
            with ui.element("td"):
                ui.label(f"{value.value}{value.unit}").classes("number")
            with ui.element("td"):
                ui.label(f"{value.law}{value.article}（{value.dated}版）").classes("hint")
            with ui.element("td"):
                ui.label(_days(value)).classes("hint")
            with ui.element("td"):
                for name in ids:
                    found = self._knowing.shelf.library.articles.get(name)
                    ui.link(found.title if found else name, f"{ARTICLES}/{name}").classes("other")
            with ui.element("td"):
                if may(who(), "parameter.edit"):
                    button("改", "parameter.edit", self._opening(value), "quiet")

    def _titles(self, ids: tuple[str, ...]) -> str:
        known = self._knowing.shelf.library.articles
        return "、".join(known[name].title for name in ids if name in known) or "没有"

    def _opening(self, value: Value) -> Callable[[], None]:
        def show() -> None:
            self._changing = value
            self._heading.text = value.zh
            for name, one in self._inputs.items():
                one.value = _text(getattr(value, name))
            self._edit()

        return show

    def _asking(self) -> Callable[[], None]:
        asking = Asking("改参数", "值只写数字（或“5到10”这样的范围），单位另写。")
        with asking:
            self._heading = ui.label("").classes("sheet-heading")
            self._inputs = {name: line(label) for name, label in LABELS.items()}
            why = line("为什么改")

            async def do() -> None:
                value, person, now = self._read(), who(), self._desk.clock()
                words = str(why.value or "").strip()
                await self._desk.store.unit(
                    lambda tx: parameters.propose(tx, value, author=person.seat_id, why=words, now=now)
                )
                ids = used_by(self._knowing.shelf.library.articles.values()).get(value.name, ())
                said(f"已交给同事批准，会改变 {len(ids)} 篇文章")

            asking.actions("交给同事批准", "parameter.edit", do)
        return asking.open

    def _read(self) -> Value:
        texts = {name: str(one.value or "").strip() for name, one in self._inputs.items()}
        if not texts["value"] or not texts["law"] or not texts["article"]:
            raise Refused(422, "值、依据、第几条都要写")
        try:
            days = {name: _day(texts[name]) for name in ("dated", "valid_from", "valid_to")}
        except ValueError as error:
            raise Refused(422, "日期要写成 2026-01-01 这样") from error
        if days["dated"] is None:
            raise Refused(422, "依据的版本日期要写")
        return replace(
            self._changing,
            value=texts["value"],
            unit=texts["unit"],
            law=texts["law"],
            article=texts["article"],
            dated=days["dated"],
            valid_from=days["valid_from"],
            valid_to=days["valid_to"],
            fact=None,
        )

    def _deciding(self, parameter_id: int, *, approve: bool) -> Callable[[], object]:
        async def decide() -> None:
            seat_id, now = who().seat_id, self._desk.clock()
            work = parameters.approve if approve else parameters.decline
            try:
                await self._desk.store.unit(lambda tx: work(tx, parameter_id, seat_id=seat_id, now=now))
            except NotAllowed as refusal:
                raise Refused(403, str(refusal)) from refusal
            said("已批准，几秒内生效" if approve else "已退回")

        return decide


def _days(value: Value) -> str:
    start = f"{value.valid_from}起" if value.valid_from else ""
    end = f"到{value.valid_to}" if value.valid_to else ""
    return f"{start}{end}" or "一直有效"


def _text(value: object) -> str:
    return "" if value in {None, date.min} else str(value)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
