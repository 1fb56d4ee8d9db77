"""What she will read, on each channel, and what changed: drawn as text only."""

from collections.abc import Sequence

from nicegui import ui

from knowledge.article import Article
from knowledge.fault import Fault
from knowledge.parameters import MissingParameter, names_in
from knowledge.render import details, prepared, simple
from knowledge.today import filled
from web.desk import Desk
from web.knowledge.differences import Change
from web.knowledge.given import Knowing, Shown, day_of


def draw(desk: Desk, knowing: Knowing, article: Article) -> None:
    """Every channel, then what the three further requests give, then the parameters it refers to."""
    day = day_of(desk.clock())
    try:
        today = filled(article, knowing.parameters, day)
    except MissingParameter as missing:
        ui.label(f"参数表里今天没有“{missing}”，这篇不会回答。").classes("due near")
        return
    text, buttons = knowing.reply(today)
    for name, shows in knowing.channels.items():
        _bubble(name, shows(text, buttons))
    for name, text in (("说简单点", simple(today)), ("说详细点", details(today)), ("要带什么", prepared(today))):
        with ui.expansion(name).classes("field preview-more"):
            ui.label(text).classes("words pre")
    for name in sorted(names_in(article)):
        if (found := knowing.parameters.find(name, day)) is not None:
            ui.label(f"{{{{ {name} }}}} = {found.shown}，{found.source}").classes("hint")


def _bubble(channel: str, shown: Shown) -> None:
    section = ui.element("section").classes("preview")
    section.props["aria-label"] = channel
    with section:
        ui.label(channel).classes("card-heading")
        for part in shown.parts:
            with ui.element("div").classes("said-line her"):
                ui.label(part).classes("words pre")
        with ui.element("div").classes("offered"):
            for label in shown.buttons:
                ui.label(label).classes("choice")


def draw_faults(faults: Sequence[Fault]) -> None:
    with ui.element("ul").classes("faults").props("role=alert"):
        for fault in faults:
            with ui.element("li"):
                ui.label(f"{fault.field}：{fault.text}")


def draw_changes(found: Sequence[Change]) -> None:
    if not found:
        ui.label("和在用的一样。").classes("hint")
        return
    with ui.element("div").classes("changes"):
        for change in found:
            mark = {"gone": "－", "new": "＋", "same": "　"}[change.kind]
            ui.label(f"{mark}{change.text}").classes(f"change {change.kind}")
