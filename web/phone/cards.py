"""The cards beside a call: what to say in danger, what it is about, articles, her three words."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from knowledge.article import Candidate
from store.calls import Call
from store.rows import Ticket
from web import words
from web.auth.permissions import on
from web.desk import Desk
from web.ears import Card, Heard
from web.parts.controls import button, choice, polite
from web.phone.words import WHO
from web.workbench.actions import topics_of
from web.workbench.rows import topic_name, unit_name

ARTICLES = 4
Choose = Callable[[str], Awaitable[None]]


def danger_name(desk: Desk, kind: str, level: str, *, sure: bool) -> str:
    named = desk.taxonomy.danger.get(kind)
    text = f"{words.LEVELS.get(level, '')} · {words.brief(named.zh) if named else kind}"
    return text if sure else f"可能{text}"


def script_card(heading: str, card: Card, who: str | None, turn: Choose | None) -> None:
    """The bot's own words for this danger, to be read aloud. `turn` chooses whom they are for."""
    section = ui.element("section").classes("card script")
    section.props["aria-label"] = f"话术：{heading}"
    with section:
        ui.label(heading).classes("script-kind")
        if card.number:
            ui.label(card.number).classes("script-number").props["aria-label"] = f"电话 {card.number}"
        if turn is not None:
            with ui.element("div").classes("chips").props('role="group" aria-label="对谁说"'):
                for key, name in WHO.items():
                    _chip(name, key == who, "call.take", key, turn)
        ui.label("照着念").classes("card-heading")
        for line in card.lines:
            ui.label(line).classes("script-line")
        ui.label("接着问").classes("card-heading")
        for line in card.questions:
            ui.label(line).classes("script-line")
        if card.number:
            ui.label(f"对方打不了，您替她打 {card.number}，这边电话别挂。").classes("hint")


def topics_card(desk: Desk, call: Call, heard: Heard, choose: Choose) -> None:
    """What it sounds like; a click makes it so."""
    with _card("听起来是"):
        if not heard.topics:
            ui.label("记下几个字，这里会列出可能的事项、地点和文章。").classes("hint")
        with ui.element("div").classes("chips").props('role="group" aria-label="事项"'):
            for topic in heard.topics:
                _chip(topic_name(desk, topic), topic == call.topic, "call.take", topic, choose)
        if call.ticket_id is None:
            planned, unit = topic_of(desk, call, heard), call.district or heard.unit or call.unit
            doubt = "（还不太确定，请看一眼）" if not heard.certain and call.topic is None else ""
            if planned is not None:
                ui.label(f"开单按：{topic_name(desk, planned)}{doubt} · {unit_name(desk, unit)}").classes(
                    "hint planned"
                )
        if heard.elsewhere:
            ui.label(f"她说在{heard.elsewhere}：本地的规定可能不同，可以告诉她那里的12338。").classes("hint")


def topic_of(desk: Desk, call: Call, heard: Heard) -> str | None:
    """What a person chose, what it surely is, what danger makes of it, what it sounds like."""
    by_danger = desk.ears.card(call.danger_kind, "self").topic if desk.ears and call.danger_kind else None
    likely = heard.topics[0] if heard.topics and heard.certain else None
    return call.topic or likely or by_danger or next(iter(heard.topics), None)


def idle_card() -> None:
    with _card("话术和参考"):
        ui.label("接起电话开始记，这里会出现：危险话术、听起来是什么事、在哪里、可参考的文章。").classes("hint")


def choices_card(desk: Desk, call: Call, heard_unit: str | None, choose_topic: Choose, choose_unit: Choose) -> None:
    with _card("事项和地点"):
        topic = choice("事项（不选就按听到的）", topics_of(desk), value=call.topic, search=True)
        units = {key: unit_name(desk, key) for key in desk.org.units}
        label = f"地点（听到：{unit_name(desk, heard_unit)}）" if heard_unit else "地点（没听到就归本单位）"
        unit = choice(label, units, value=call.district, search=True)

        async def topic_chosen() -> None:
            if topic.value:
                await choose_topic(str(topic.value))

        async def unit_chosen() -> None:
            if unit.value:
                await choose_unit(str(unit.value))

        topic.on_value_change(on("call.take", polite(topic_chosen)))
        unit.on_value_change(on("call.take", polite(unit_chosen)))


def code_card(ticket: Ticket, code: str, *, seen: bool) -> None:
    with _card("已开单"):
        if seen:
            ui.link(ticket.number, f"/desk/ticket/{ticket.id}", new_tab=True).classes("number")
        else:
            ui.label(f"{ticket.number} 已送到承办单位").classes("number")
        ui.label("方便的话，把这三个词念给她听；身边有人、不方便记，就不念：").classes("hint")
        ui.label(code).classes("words-code")


def articles_card(candidates: Sequence[Candidate]) -> None:
    with _card("可参考的文章"):
        if not candidates:
            ui.label("还没有合适的文章").classes("hint")
        for candidate in candidates[:ARTICLES]:
            article = candidate.article
            with ui.element("details").classes("article"):
                with ui.element("summary").classes("article-title"):
                    ui.label(article.title)
                source = article.sources[0] if article.sources else None
                if source is not None:
                    ui.label(f"{source.title} {source.article} · {source.date:%Y-%m-%d}").classes("hint")
                ui.label(article.answer).classes("article-whole")


def _chip(text: str, chosen: bool, permission: str, key: str, choose: Choose) -> None:
    async def pick() -> None:
        await choose(key)

    button(text, permission, pick, "main" if chosen else "plain").classes("small").props(
        f"aria-pressed={'true' if chosen else 'false'}"
    )


def _card(heading: str) -> ui.element:
    section = ui.element("section").classes("card")
    with section:
        ui.label(heading).classes("card-heading")
    return section
