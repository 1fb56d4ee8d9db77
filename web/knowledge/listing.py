"""/desk/articles: every article with where it stands; filters, and a search over titles and questions."""

from collections import Counter

from nicegui import ui

from store import Tx, articles, editions
from store.articles import Version
from web.auth.permissions import may, page, who
from web.desk import Desk
from web.knowledge.given import Knowing, day_of
from web.knowledge.states import FILTERS, Standing, standings
from web.parts.controls import button, line
from web.parts.shell import OPTIONS, shell

PATH = "/desk/articles"
MOST = 200
HOW = "随程序提供的文章从第一天就回答，请逐篇看过后点“确认无误”。改过的要另一位同事批准才生效；退役立刻停止回答。"


def register_listing(desk: Desk, knowing: Knowing) -> None:
    @page(PATH, "article.read", **OPTIONS)
    async def listing(show: str = "all") -> None:
        async with shell(desk, PATH) as news:
            with ui.element("div").classes("sheet-scroll"):
                sheet = Listing(desk, knowing, show if show in FILTERS else "all")
                await sheet.build()
            news.follow({editions.TOPIC}, sheet.refresh)


def read(tx: Tx, desk: Desk) -> list[Standing]:
    day = day_of(desk.clock())
    live: dict[str, Version] = {one.name: one for one in articles.live(tx, day)}
    return standings(articles.newest(tx), live, day)


class Listing:
    def __init__(self, desk: Desk, knowing: Knowing, show: str) -> None:
        self._desk = desk
        self._knowing = knowing
        self._show = show
        self._find = ""

    async def build(self) -> None:
        with ui.element("div").classes("sheet wide-sheet"):
            ui.label("知识文章").classes("sheet-heading")
            ui.label(HOW).classes("hint")
            self._tabs = ui.element("nav").classes("tabs wrap").props('aria-label="筛选"')
            with ui.element("div").classes("form-actions"):
                self._words = line("标题、问法或意图里的字")
                button("找", "article.read", self._search, "plain")
                if may(who(), "article.edit"):
                    ui.link("写一篇新的", f"{PATH}/new").classes("btn btn-main")
            self._body = ui.element("div")
        await self.refresh()

    async def _search(self) -> None:
        self._find = str(self._words.value or "").strip()
        await self.refresh()

    async def refresh(self) -> None:
        found = await self._desk.store.read(lambda tx: read(tx, self._desk))
        counts = Counter(tag for one in found for tag in one.tags)
        self._tabs.clear()
        with self._tabs:
            for name, zh in FILTERS.items():
                link = ui.link(f"{zh} {counts[name]}", f"{PATH}?show={name}").classes("tab")
                if name == self._show:
                    link.classes("on").props("aria-current=page")
        wanted = [one for one in found if self._show in one.tags and self._matches(one)]
        self._body.clear()
        with self._body:
            if not wanted:
                ui.label("没有这样的文章。").classes("empty")
                return
            self._table(wanted[:MOST])
            if len(wanted) > MOST:
                ui.label(f"还有 {len(wanted) - MOST} 篇，写几个字再找。").classes("hint")

    def _matches(self, one: Standing) -> bool:
        if not self._find or one.article is None:
            return not self._find
        texts = (one.article.id, one.title, *one.article.variants, *self._names(one))
        return any(self._find in text for text in texts)

    def _names(self, one: Standing) -> list[str]:
        known = self._desk.taxonomy.intents
        return [known[name].zh for name in (one.article.intents if one.article else ()) if name in known]

    def _table(self, rows: list[Standing]) -> None:
        with ui.element("table").classes("table stack"):
            with ui.element("thead"), ui.element("tr"):
                for name in ("文章", "状态", "意图", "复核期限"):
                    with ui.element("th"):
                        ui.label(name)
            with ui.element("tbody"):
                for one in rows:
                    self._row(one)

    def _row(self, one: Standing) -> None:
        with ui.element("tr").classes("off" if "retired" in one.tags else ""):
            with ui.element("td"):
                ui.link(one.title, f"{PATH}/{one.version.name}")
            with ui.element("td"):
                ui.label(one.words).classes("due near" if {"due", "expired"} & one.tags else "soft")
            with ui.element("td"):
                ui.label("、".join(self._names(one))).classes("soft")
            with ui.element("td"):
                ui.label(str(one.article.review_by) if one.article else "").classes("number")
