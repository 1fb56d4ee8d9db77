"""/desk/articles/<id>: the form, what she will read, what changed; a second person approves; history and roll-back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from nicegui import ui

from knowledge.article import Article
from knowledge.fault import Fault
from knowledge.lint import lint_one
from knowledge.load import parse
from knowledge.write import written
from store import Tx, access_log, articles, editions, unanswered
from store.articles import Decision, NotAllowed, Shipped, Version
from tickets.errors import Refused
from web.auth.permissions import may, page, who
from web.desk import Desk
from web.knowledge.differences import changes
from web.knowledge.fields import Fields
from web.knowledge.form import EMPTY, article_of, fields_of
from web.knowledge.given import Knowing, day_of
from web.knowledge.listing import PATH
from web.knowledge.past import draw_past
from web.knowledge.preview import draw, draw_changes, draw_faults
from web.parts.controls import Asking, button, field, line, said
from web.parts.shell import OPTIONS, shell

GONE = "没有这篇文章。"
LONGEST = 60  # characters of a variant


@dataclass(frozen=True, slots=True)
class Known:
    """Everything about one article, newest version first."""

    versions: list[Version]
    decisions: list[Decision]
    live: Version | None
    names: frozenset[str]
    people: dict[int, str]


def register_editor(desk: Desk, knowing: Knowing) -> None:
    @page(f"{PATH}/new", "article.edit", **OPTIONS)
    async def start(like: int = 0) -> None:
        async with shell(desk, PATH):
            with ui.element("div").classes("sheet-scroll"):
                await Editor(desk, knowing, None, like).build()

    @page(f"{PATH}/{{name}}", "article.read", **OPTIONS)
    async def edit(name: str, like: int = 0) -> None:
        async with shell(desk, PATH) as news:
            with ui.element("div").classes("sheet-scroll"):
                editor = Editor(desk, knowing, name, like)
                await editor.build()
            news.follow({editions.TOPIC}, editor.refresh)


def known(tx: Tx, desk: Desk, name: str) -> Known:
    versions = articles.history(tx, name)
    live = {one.name: one for one in articles.live(tx, day_of(desk.clock()))}.get(name)
    seats = {one for version in versions for one in (version.author, version.confirmed_by) if one is not None}
    return Known(versions, articles.decisions(tx, name), live, articles.names(tx), articles.authors(tx, sorted(seats)))


class Editor:
    def __init__(self, desk: Desk, knowing: Knowing, name: str | None, like: int) -> None:
        """`like`: the message whose words start the article, or are added to its variants; 0 is none."""
        self._desk = desk
        self._knowing = knowing
        self._name = name
        self._like = like
        self._question = ""

    async def build(self) -> None:
        self._known = await self._read()
        if self._like and may(who(), "question.read"):
            found = await access_log.shown(
                self._desk.store,
                who(),
                "questions.read",
                None,
                lambda tx: unanswered.one(tx, self._like),
                now=self._desk.clock(),
            )
            self._question = "" if found is None else " ".join(found.text.split())[:LONGEST]
        if self._name is not None and not self._known.versions:
            ui.label(GONE).classes("empty")
            return
        article = self._starting()
        with ui.element("div").classes("editor"):
            with ui.element("div").classes("sheet"):
                ui.label(article.title or "新文章").classes("sheet-heading")
                self._state = ui.element("div")
                self._fields = Fields(
                    fields_of(article),
                    new=self._name is None,
                    may_edit=may(who(), "article.edit"),
                    changed=self._changed,
                )
                self._why = line("改了什么、为什么", value="有人这样问" if self._question else "")
                self._actions = ui.element("div").classes("form-actions wrap")
            self._side = ui.element("div").classes("sheet side-sheet")
        self._draw_actions()
        self._changed()

    async def refresh(self) -> None:
        self._known = await self._read()
        self._draw_actions()
        self._changed()

    async def _read(self) -> Known:
        if self._name is None:
            names = await self._desk.store.read(articles.names)
            return Known([], [], None, names, {})
        name = self._name
        return await self._desk.store.read(lambda tx: known(tx, self._desk, name))

    def _starting(self) -> Article:
        versions = [one for one in self._known.versions if one.state in {articles.APPROVED, articles.WAITING}]
        article = next((found for one in versions if (found := parse(f"{one.name}.md", one.text)[0])), EMPTY)
        added = (self._question,) if self._question and self._question not in article.variants else ()
        return article if not added else _with_variant(article, added)

    @property
    def _waiting(self) -> Version | None:
        return next((one for one in self._known.versions if one.state == articles.WAITING), None)

    def _checked(self) -> tuple[Article | None, list[Fault]]:
        article, faults = article_of(self._fields.values())
        if article is not None:
            rules = self._knowing.rules(frozenset(self._desk.taxonomy.intents))
            faults = lint_one(article, rules, self._known.names | {article.id})
        return article, faults

    def _changed(self) -> None:
        article, faults = self._checked()
        self._side.clear()
        with self._side:
            if faults:
                draw_faults(faults)
            if article is not None:
                ui.label("她会看到").classes("sheet-heading")
                draw(self._desk, self._knowing, article)
            if self._known.live is not None and article is not None:
                ui.label("和在用的相比").classes("sheet-heading")
                old, _ = parse(f"{article.id}.md", self._known.live.text)
                draw_changes(changes(written(old) if old else self._known.live.text, written(article)))
            draw_past(self._known.versions, self._known.decisions, self._known.people, self._desk.clock(), self._back)

    def _draw_actions(self) -> None:
        waiting, live = self._waiting, self._known.live
        self._state.clear()
        self._actions.clear()
        with self._state:
            for words in _standing(waiting, live, self._known):
                ui.label(words).classes("hint")
        with self._actions:
            if may(who(), "article.edit"):
                button("交给同事批准", "article.edit", self._propose, "main")
            if waiting is not None and may(who(), "article.approve"):
                button("批准", "article.approve", self._approve, "plain")
                button("退回", "article.approve", self._decline, "plain")
            if live is not None and live.confirmed_by is None and may(who(), "article.approve"):
                button("确认无误", "article.approve", self._confirm, "plain")
            if live is not None and may(who(), "article.approve"):
                button("退役…", "article.approve", self._retiring(), "quiet")

    async def _propose(self) -> None:
        article, faults = self._checked()
        if article is None or faults:
            raise Refused(422, f"还有 {len(faults)} 处要改：{faults[0].field}，{faults[0].text}")
        if self._name is None and article.id in self._known.names:
            raise Refused(409, "这个编号已经有了，换一个")
        live = self._known.live
        if live is not None and parse(f"{article.id}.md", live.text)[0] == article and self._waiting is None:
            raise Refused(422, "和在用的一样，没有改动")
        file = Shipped(article.id, written(article), article.valid_from)
        person, why, now = who(), str(self._why.value or "").strip(), self._desk.clock()
        await self._desk.store.unit(lambda tx: articles.propose(tx, file, author=person.seat_id, why=why, now=now))
        said("已交给同事批准，批准前她看到的不变")
        if self._name is None:
            ui.navigate.to(f"{PATH}/{article.id}")

    async def _approve(self) -> None:
        version = self._must_wait()
        article, _ = parse(f"{version.name}.md", version.text)
        rules = self._knowing.rules(frozenset(self._desk.taxonomy.intents))
        if article is None or lint_one(article, rules, self._known.names):
            raise Refused(409, "这个版本有错，不能批准，请退回")
        await self._decided(version, approve=True)
        said("已批准，几秒内生效")

    async def _decline(self) -> None:
        await self._decided(self._must_wait(), approve=False)
        said("已退回")

    def _must_wait(self) -> Version:
        version = self._waiting
        if version is None:
            raise Refused(409, "没有等批准的版本，请刷新")
        return version

    async def _decided(self, version: Version, *, approve: bool) -> None:
        seat_id, now = who().seat_id, self._desk.clock()
        decide = articles.approve if approve else articles.decline
        try:
            await self._desk.store.unit(lambda tx: decide(tx, version.id, seat_id=seat_id, note="", now=now))
        except NotAllowed as refusal:
            raise Refused(403, str(refusal)) from refusal

    async def _confirm(self) -> None:
        live, seat_id, now = self._known.live, who().seat_id, self._desk.clock()
        if live is not None:
            await self._desk.store.unit(lambda tx: articles.confirm(tx, live.id, seat_id=seat_id, now=now))
            said("已确认")

    def _retiring(self) -> Callable[[], None]:
        asking = Asking("退役这篇文章", "马上停止回答；要恢复，得再改一版并由同事批准。")
        with asking:
            note = field("为什么", rows=2)

            async def do() -> None:
                seat_id, now = who().seat_id, self._desk.clock()
                name, words = str(self._name), str(note.value or "").strip()
                try:
                    await self._desk.store.unit(
                        lambda tx: articles.retire(tx, name, seat_id=seat_id, note=words, now=now)
                    )
                except NotAllowed as refusal:
                    raise Refused(409, str(refusal)) from refusal
                said("已退役，几秒内停止回答")

            asking.actions("退役", "article.approve", do, "danger")
        return asking.open

    async def _back(self, version: Version) -> None:
        """An old text once more, as a new version: it needs a second person like any other."""
        person, now = who(), self._desk.clock()
        file = Shipped(version.name, version.text, version.valid_from)
        why = f"回到第 {version.number} 版"
        await self._desk.store.unit(lambda tx: articles.propose(tx, file, author=person.seat_id, why=why, now=now))
        said(f"{why}，等同事批准")
        ui.navigate.to(f"{PATH}/{version.name}")


def _with_variant(article: Article, added: tuple[str, ...]) -> Article:
    return replace(article, variants=(*article.variants, *added))


def _standing(waiting: Version | None, live: Version | None, found: Known) -> Iterator[str]:
    if not found.versions:
        return
    if found.versions[0].retired_at is not None:
        yield "已退役，不回答。"
    elif live is None:
        yield "现在没有在用的版本，不回答。"
    elif live.confirmed_by is None:
        yield f"在用的是第 {live.number} 版，随程序提供，还没有人确认。"
    else:
        yield f"在用的是第 {live.number} 版，{found.people.get(live.confirmed_by, '')}看过。"
    if waiting is not None:
        author = found.people.get(waiting.author or 0, "程序或文件")
        yield f"第 {waiting.number} 版等批准，{author}改的：{waiting.why}"
