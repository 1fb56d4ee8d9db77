"""The right-hand column of a case: facts, contact behind a reason, articles, the other matters, what happened."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from knowledge.article import Candidate
from store.rows import Ticket
from tickets import casework as work
from web import words
from web.auth.permissions import on, who
from web.desk import Desk, actor_of
from web.parts.controls import Asking, button, field
from web.times import short, whole
from web.workbench.rows import danger_name, topic_name, unit_name
from web.workbench.timeline import actor_words, event_words
from web.workbench.view import CaseView

ARTICLES = 4
HERE = "here"  # she wants to be answered where she writes


def facts_card(desk: Desk, view: CaseView, reveal: Callable[[], None]) -> None:
    ticket = view.ticket
    sealed = [name for name in view.facts if name in words.SEALED_FACTS and view.facts[name] not in (None, "", HERE)]
    with _card("情况"):
        with ui.element("dl").classes("facts"):
            _pair("来源", words.SOURCES.get(ticket.source, ticket.source))
            _pair("事项", topic_name(desk, ticket.topic))
            if ticket.first_topic != ticket.topic:
                _pair("机器人原判", topic_name(desk, ticket.first_topic))
            _pair("单位", _units(desk, ticket))
            _pair("首问责任", view.names.get(ticket.first_owner or 0, "还没有人接触"))
            _pair("承办", view.names.get(ticket.owner or 0, "未签收"))
            if ticket.helper:
                _pair("身份", "替别人来问的")
            for name, value in view.facts.items():
                if name in words.FACTS and name not in words.SEALED_FACTS and value not in (None, ""):
                    _pair(words.FACTS[name], "是" if value is True else str(value))
            for name in sealed:
                _pair(words.FACTS[name], words.masked(str(view.facts[name])))
            carded = any(one.kind == "contact" for one in view.files)
            if carded:
                _pair(words.FACTS["card"], "已遮住")
            if view.facts.get("contact") == HERE:
                _pair(words.FACTS["contact"], "就在聊天里回复")
            if view.facts.get("protected"):
                _pair("受保护群体", "是")
        if sealed or carded:
            button("查看联系方式…", "contact.reveal", reveal, "plain").classes("small")


def reveal_dialog(desk: Desk, ticket_id: int) -> Callable[[], None]:
    """The reason is on disk before anything is shown; what is shown goes when the dialog closes."""
    asking = Asking("查看联系方式", "先写原因。原因和您的姓名会记下来，负责人看得到。")
    with asking:
        why = field("原因", "例如：她要求今天下午回电话", rows=1)
        shown = ui.element("dl").classes("facts revealed")

        async def reveal() -> None:
            shown.clear()
            found = await work.reveal(
                desk.store, actor_of(who()), ticket_id, reason=str(why.value or ""), now=desk.clock()
            )
            with shown:
                for name in (*sorted(words.SEALED_FACTS), "safe"):
                    if found.get(name):
                        _pair(words.FACTS[name], str(found[name]))

        with ui.element("div").classes("ask-actions"):
            button("关闭", "desk.open", asking.dialog.close, "quiet")
            button("记下原因并查看", "contact.reveal", reveal, "main")

    def forget() -> None:
        shown.clear()
        why.value = ""

    asking.dialog.on("hide", on("desk.open", forget))
    return asking.open


def articles_card(candidates: Sequence[Candidate], insert: Callable[[Candidate], Awaitable[None]]) -> None:
    with _card("可参考的文章"):
        if not candidates:
            ui.label("没有找到合适的文章").classes("hint")
        for candidate in candidates[:ARTICLES]:
            article = candidate.article
            with ui.element("div").classes("article"):
                ui.label(article.title).classes("article-title")
                source = article.sources[0] if article.sources else None
                if source is not None:
                    ui.label(f"{source.title} {source.article} · {source.date:%Y-%m-%d}").classes("hint")
                ui.label(article.answer).classes("article-answer")

                async def chosen(candidate: Candidate = candidate) -> None:
                    await insert(candidate)

                button("插入回复", "ticket.reply", chosen, "plain").classes("small")


def others_card(desk: Desk, view: CaseView) -> None:
    if not view.others:
        return
    with _card("她的其他工单"):
        for other in view.others:
            state = words.STATES.get(other.state, other.state)
            ui.link(f"{other.number} {topic_name(desk, other.topic)} · {state}", f"/desk/ticket/{other.id}").classes(
                "other"
            )


def events_card(desk: Desk, view: CaseView) -> None:
    with _card("经过"), ui.element("ol").classes("events"):
        for event in reversed(view.events):
            with ui.element("li"):
                stamp = ui.label(short(event.at, view.now)).classes("at")
                stamp.props["title"] = whole(event.at)
                with ui.element("div"):
                    ui.label(f"{actor_words(event, view.names)} {event_words(desk, event, view.names)}")
                    if event.note:
                        ui.label(event.note).classes("event-note")


def alarm_card(desk: Desk, view: CaseView) -> None:
    """Which danger, and how far the alarm has come."""
    ticket = view.ticket
    kind = desk.taxonomy.danger.get(ticket.danger_kind or "")
    with ui.element("section").classes("danger-strip"):
        ui.label(danger_name(desk, ticket)).classes("danger-kind")
        if kind is not None and kind.number:
            ui.label(f"她看到的电话：{kind.number}").classes("danger-number")
        for alarm in view.alarms:
            if alarm.taken_at is not None:
                by = view.names.get(alarm.taken_by or 0, "")
                ui.label(f"{by} {short(alarm.taken_at, view.now)} 接手告警")
            else:
                rung = "、".join(view.names.get(seat, "") for seat in alarm.rung)
                ui.label(f"告警第 {alarm.step} 步：{'正在呼叫 ' + rung if rung else '没有可呼叫的值班人员'}")
        told = [alarm.told_nobody_at for alarm in view.alarms if alarm.told_nobody_at is not None]
        if told:
            ui.label(f"{short(told[-1], view.now)} 已如实告诉她暂时没有人接").classes("hint")


def _units(desk: Desk, ticket: Ticket) -> str:
    dept = desk.org.depts.get(ticket.dept or "", "")
    copied = "、".join(unit_name(desk, unit) for unit in ticket.cc)
    return f"{unit_name(desk, ticket.unit)} {dept}".strip() + (f"（抄送{copied}）" if copied else "")


def _card(heading: str) -> ui.element:
    section = ui.element("section").classes("card")
    with section:
        ui.label(heading).classes("card-heading")
    return section


def _pair(name: str, value: str) -> None:
    with ui.element("div").classes("pair"):
        ui.label(name).classes("term")
        ui.label(value).classes("value")
