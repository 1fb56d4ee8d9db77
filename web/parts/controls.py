"""Buttons, dialogs and short words to staff, each with its declared permission."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import helpers, ui
from typing_extensions import Self

from tickets.errors import Refused
from web.auth.permissions import on


def button(text: str, permission: str, handler: Callable[..., Any], kind: str = "plain") -> ui.button:
    """`kind`: main, plain, quiet or danger."""
    return (
        ui.button(text, color=None, on_click=on(permission, polite(handler)))
        .props("unelevated no-caps")
        .classes(f"btn btn-{kind}")
    )


def polite(handler: Callable[..., Any]) -> Callable[..., Awaitable[None]]:
    """A refusal of the rules becomes words on the screen."""

    async def asked(*event: Any) -> None:
        try:
            result = handler(*event)
            if helpers.should_await(result):  # a dialog is awaitable too, and would open
                await result
        except Refused as refusal:
            ui.notify(refusal.message, type="warning", position="top", timeout=6000)

    async def with_event(event: Any) -> None:
        await asked(event)

    async def alone() -> None:
        await asked()

    return with_event if helpers.expects_arguments(handler) else alone


def said(words: str) -> None:
    ui.notify(words, position="top", timeout=2500, classes="said")


class Asking:
    """A dialog with a heading, fields, and one button that does it; it stays open when the rules refuse."""

    def __init__(self, heading: str, hint: str = "") -> None:
        self.dialog = ui.dialog().props("no-shake")
        with self.dialog, ui.element("div").classes("ask") as self.card:
            ui.label(heading).classes("ask-heading")
            if hint:
                ui.label(hint).classes("hint")

    def __enter__(self) -> Self:
        self.card.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.card.__exit__(*error)

    def actions(self, text: str, permission: str, handler: Callable[[], Awaitable[None]], kind: str = "main") -> None:
        async def do() -> None:
            await handler()
            self.dialog.close()

        with ui.element("div").classes("ask-actions"):
            ui.button("取消", color=None, on_click=on("desk.open", self.dialog.close)).props(
                "unelevated no-caps"
            ).classes("btn btn-quiet")
            button(text, permission, do, kind)

    def open(self) -> None:
        self.dialog.open()


def field(label: str, placeholder: str = "", *, rows: int = 3, value: str = "") -> ui.textarea:
    return (
        ui.textarea(label, placeholder=placeholder, value=value)
        .props(f"outlined dense autogrow input-style='min-height:{rows * 24}px' maxlength=2000")
        .classes("field")
    )


def line(label: str, placeholder: str = "", *, value: str = "") -> ui.input:
    return ui.input(label, placeholder=placeholder, value=value).props("outlined dense maxlength=200").classes("field")


def choice(label: str, options: dict[str, str], *, value: str | None = None, search: bool = False) -> ui.select:
    """`search` lets one type a part of the words."""
    return (
        ui.select(options, label=label, value=value, with_input=search)
        .props("outlined dense options-dense behavior=menu")
        .classes("field")
    )
