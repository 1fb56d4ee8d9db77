"""/desk/watch 待留意: doubtful signs of danger, each until a named person has looked."""

from collections.abc import Callable
from dataclasses import replace

from nicegui import ui
from nicegui.events import GenericEventArguments

from store import Tx, access_log, casework, conversations, messages
from store.rows import Conversation
from tickets import casework as work
from tickets.actor import Actor
from tickets.errors import Refused
from web import words
from web.auth.permissions import page, who
from web.desk import Desk, actor_of
from web.parts.case_list import CaseList, Row
from web.parts.controls import Asking, button, choice, said
from web.parts.news import News
from web.parts.shell import OPTIONS, shell
from web.parts.talk import Said, Talk
from web.times import ago, whole
from web.workbench.actions import dangers_of, topics_of
from web.workbench.lines import said_of
from web.workbench.rows import topic_name, unit_name

NOTHING = "没有要留意的对话。机器人拿不准的危险信号会出现在这里。"


def register_watching(desk: Desk) -> None:
    @page("/desk/watch", "watch.look", **OPTIONS)
    async def watch() -> None:
        async with shell(desk, "/desk/watch") as news:
            await Watching(desk).build(news, 0)

    @page("/desk/watch/{conversation_id}", "watch.look", **OPTIONS)
    async def watched(conversation_id: int) -> None:
        async with shell(desk, "/desk/watch") as news:
            await Watching(desk).build(news, conversation_id)


class Watching:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open_id = 0
        self._count = 0

    async def build(self, news: News, conversation_id: int) -> None:
        self._split = ui.element("div").classes("split")
        with self._split:
            with ui.element("aside").classes("list-pane"):
                self._list = CaseList("待留意", NOTHING, "watch.look", self._pick, lambda: None)
                ui.label("J/K 上下　Enter 打开").classes("keys hint")
            self._case = ui.element("section").classes("case-pane").props('aria-label="对话"')
        await self._refresh()
        await self._open(conversation_id)
        news.follow({"tickets", "outbox"}, self._refresh)

    async def _refresh(self) -> None:
        actor, now = actor_of(who()), self._desk.clock()
        self._list.show(await self._desk.store.read(lambda tx: read_watched(tx, self._desk, actor, now=now)))
        if self._open_id:
            await self._show_lines(quiet=True)

    async def _pick(self, event: GenericEventArguments) -> None:
        await self._open(int(event.args.get("id", 0)) if isinstance(event.args, dict) else 0)

    async def _open(self, conversation_id: int) -> None:
        self._list.select(conversation_id)
        self._open_id, self._count = 0, 0
        self._case.clear()
        if not conversation_id:
            self._nothing("从左边选一段对话")
            return
        try:
            found = await self._find(conversation_id)
        except Refused as refusal:
            self._nothing(refusal.message)
            return
        self._open_id = conversation_id
        self._split.classes(add="has-case")
        with self._case:
            self._head(found)
            with ui.element("div").classes("case-main"):
                self._talk = Talk("没有内容")
        await self._show_lines(quiet=False)

    def _nothing(self, text: str) -> None:
        self._split.classes(remove="has-case")
        with self._case, ui.element("div").classes("nothing"):
            ui.label(text)

    def _head(self, found: Conversation) -> None:
        kind = self._desk.taxonomy.danger.get(found.watch_kind or "")
        open_ticket = self._ticket_dialog(found)
        with ui.element("div").classes("case-head"):
            with ui.element("div").classes("case-title"):
                ui.link("‹ 列表", "/desk/watch").classes("back")
                ui.label(f"可能有危险：{words.brief(kind.zh) if kind else '未分类'}").classes("case-topic")
                ui.label(words.SOURCES.get(found.inbox.partition(":")[0], found.inbox)).classes("soft")
            with ui.element("div").classes("acts"):
                button("看过了，不需要开单", "watch.look", self._looked, "main")
                button("开工单…", "ticket.create", open_ticket)

    def _ticket_dialog(self, found: Conversation) -> Callable[[], None]:
        desk = self._desk
        asking = Asking("从这段对话开工单", "开单后归您办。选了紧急或危急会马上告警。")
        named = str((found.state or {}).get("unit") or who().unit)
        with asking:
            topic = choice(
                "事项", topics_of(desk), value=found.topic if found.topic in topics_of(desk) else None, search=True
            )
            unit = choice("单位", {key: unit_name(desk, key) for key in desk.org.units}, value=named, search=True)
            level = choice("危险级别", dict(words.LEVELS), value="watch")
            kind = choice("危险类别", dangers_of(desk), value=found.watch_kind, search=True)

            async def do() -> None:
                actor, now = actor_of(who()), desk.clock()
                risky = str(level.value or "none")
                opened = await desk.store.unit(
                    lambda tx: work.open_from_watch(
                        desk.service,
                        tx,
                        actor,
                        found.id,
                        topic=str(topic.value or ""),
                        unit=str(unit.value) if unit.value else None,
                        danger_kind=str(kind.value) if kind.value else None,
                        danger_level=None if risky == "none" else risky,
                        now=now,
                    )
                )
                ui.navigate.to(f"/desk/ticket/{opened.ticket.id}")

            asking.actions("开工单", "ticket.create", do)
        return asking.open

    async def _looked(self) -> None:
        actor, now, conversation_id = actor_of(who()), self._desk.clock(), self._open_id
        city = self._desk.org.city
        await self._desk.store.unit(lambda tx: work.looked(tx, actor, conversation_id, city=city, now=now))
        said("已记在您名下")
        await self._open(0)
        await self._refresh()

    async def _find(self, conversation_id: int) -> Conversation:
        """The look is on disk before anything of hers is read."""
        actor, now, city = actor_of(who()), self._desk.clock(), self._desk.org.city
        store = self._desk.store
        await store.read(lambda tx: work.watched(tx, actor, conversation_id, city=city))
        data = {"conversation": conversation_id}
        await store.unit(lambda tx: access_log.look(tx, actor, "watch.read", None, now=now, data=data))
        return await store.read(lambda tx: work.watched(tx, actor, conversation_id, city=city))

    async def _show_lines(self, *, quiet: bool) -> None:
        """`quiet`: only if somebody wrote since; then it is a new look with its own line."""
        actor, now, conversation_id = actor_of(who()), self._desk.clock(), self._open_id
        city = self._desk.org.city

        def read(tx: Tx) -> list[Said]:
            found = work.watched(tx, actor, conversation_id, city=city)
            lines = messages.transcript(tx, found.contact_id)
            said_lines = said_of(self._desk, lines, casework.names(tx), now=now)
            return [replace(one, id=0) for one in said_lines]  # corrections belong to a ticket

        lines = await self._desk.store.read(read)
        if quiet and len(lines) > self._count:
            data = {"conversation": conversation_id}
            await self._desk.store.unit(lambda tx: access_log.look(tx, actor, "watch.read", None, now=now, data=data))
        self._count = len(lines)
        self._talk.show(lines)


def read_watched(tx: Tx, desk: Desk, actor: Actor, *, now: int) -> list[Row]:
    found = [one for one in conversations.watched(tx) if work.may_watch(tx, actor, one, city=desk.org.city)]
    return [_row(desk, one, now) for one in found]


def _row(desk: Desk, one: Conversation, now: int) -> Row:
    kind = desk.taxonomy.danger.get(one.watch_kind or "")
    since = one.watch_since or now
    unit = str((one.state or {}).get("unit") or desk.org.city)
    return Row(
        id=one.id,
        href=f"/desk/watch/{one.id}",
        number=f"对话 {one.id}",
        title=f"可能：{words.brief(kind.zh) if kind else '有危险'}",
        unit=unit_name(desk, unit),
        state=topic_name(desk, one.topic) if one.topic else "还没有事项",
        who="",
        due=ago(since, now),
        dueWhole=whole(since),
        near=now - since > 3600 * 1_000_000,
        danger="",
        green="",
        unread=False,
        demo=one.demo,
    )
