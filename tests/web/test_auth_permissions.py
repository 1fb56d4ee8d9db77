"""Who may do what: the table of roles, and that no page and no handler stands outside it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from nicegui import Client, ui
from nicegui.element import Element

from store.seats import Seat
from tests.web import auth_desk
from web.auth import permissions
from web.auth.errors import Forbidden, Undeclared
from web.auth.roles import PERMISSIONS, ROLES, Role, Who, allow, may, who_of

WEB = Path(permissions.__file__).parents[1]
LIFE = {"on_startup", "on_shutdown", "on_exception", "on_connect", "on_disconnect", "on_delete"}  # no person's doing
SILENT = {"open", "close", "toggle", "hide", "show", "clear", "submit", "set_visibility"}  # NiceGUI's own, no business


def seat(role: str, unit: str) -> Who:
    return who_of(Seat(1, "li", "李", role, unit, "", 0, False, True, 0, None, None, 0))


@pytest.mark.parametrize(
    ("role", "unit", "units"),
    [
        ("seat", "gusu", ("gusu",)),
        ("seat", "sz", ("sz",)),
        ("lead", "gusu", ("gusu",)),
        ("lead", "sz", None),
        ("admin", "sz", ()),
        ("admin", "gusu", ()),
    ],
)
def test_which_units_are_seen(role: str, unit: str, units: tuple[str, ...] | None) -> None:
    assert seat(role, unit).units == units
    assert seat(role, unit).sees("gusu") is (units is None or "gusu" in units)


def test_an_unknown_role_is_nobody() -> None:
    with pytest.raises(Forbidden):
        seat("root", "sz")


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", [None, "gusu", "kunshan", ("kunshan", "gusu"), ("kunshan", "sz")])
@pytest.mark.parametrize("home", ["gusu", "sz"])
def test_the_whole_matrix(permission: str, role: Role, unit: str | tuple[str, ...] | None, home: str) -> None:
    """Own or other unit, for every role and permission: may = the role has it, and one of the units is seen."""
    who = seat(role, home)
    named = () if unit is None else (unit,) if isinstance(unit, str) else unit
    everywhere = role == "admin" or (role == "lead" and home == "sz")
    expected = role in PERMISSIONS[permission] and (unit is None or everywhere or home in named)
    assert may(who, permission, unit) is expected
    if not expected:
        with pytest.raises(Forbidden) as refused:
            allow(who, permission, unit)
        assert refused.value.status == 403


CASE_WORDS = ("queue.", "ticket.", "contact.", "watch.", "call.", "alarm.take", "example.", "report.", "access.")


def test_the_administrator_reads_no_case() -> None:
    case = [name for name in PERMISSIONS if name.startswith(CASE_WORDS)]
    assert len(case) > 15
    assert [name for name in case if "admin" in PERMISSIONS[name]] == []
    assert PERMISSIONS["seat.manage"] == {"admin"}


def test_an_unknown_permission_is_a_mistake_not_a_refusal() -> None:
    who = seat("admin", "sz")
    for wrong in (
        lambda: allow(who, "ticket.raed"),
        lambda: permissions.on("ticket.raed", print),
        lambda: permissions.page("/desk/x", "ticket.raed"),
        lambda: permissions.page("/elsewhere", "ticket.read"),
    ):
        with pytest.raises(Undeclared):
            wrong()


@pytest.fixture
def clean_routes() -> Iterator[None]:
    before = dict(Client.page_routes)
    yield
    Client.page_routes.clear()
    Client.page_routes.update(before)


@pytest.mark.usefixtures("clean_routes")
def test_every_page_of_nicegui_is_declared() -> None:
    auth_desk.register(FastAPI())
    assert permissions.undeclared_pages() == []
    assert permissions.PAGES["/desk/report"] == "report.read"

    @ui.page("/desk/naked")
    def naked() -> None: ...

    assert permissions.undeclared_pages() == ["/desk/naked"]


def stranger() -> None: ...


def strangers_of(element: Element) -> list[str]:
    return [name.rsplit(".", 1)[-1] for name in permissions.undeclared(element)]


def test_undeclared_handlers_are_found_under_nicegui_s_wrappers() -> None:
    declared = permissions.on("queue.read", stranger)
    with Client(ui.page("")):
        table = [
            (ui.button("x", on_click=stranger), ["stranger"]),
            (ui.button("x", on_click=declared), []),
            (ui.button("x", on_click=lambda: stranger()), ["<lambda>"]),  # noqa: PLW0108 - the case in question
            (ui.button("x", on_click=declared).on("mouseover", stranger), ["stranger"]),
            (ui.input("x", on_change=stranger), ["stranger"]),
            (ui.input("x", on_change=declared).on("keydown.enter", declared), []),
            (ui.input("x"), []),
            (ui.select(["a"], on_change=stranger), ["stranger"]),
            (ui.checkbox("x", on_change=stranger), ["stranger"]),
            (ui.keyboard(on_key=stranger), ["stranger"]),
            (ui.keyboard(on_key=declared), []),
            (ui.upload(on_upload=stranger), ["stranger"]),
            (ui.table(rows=[], on_select=stranger), ["stranger"]),
            (ui.menu_item("x", on_click=stranger), ["stranger"]),
            (ui.item("x", on_click=stranger), ["stranger"]),
            (ui.tabs(on_change=stranger), ["stranger"]),
            (ui.button("x", on_click=ui.dialog().open), []),
        ]
        found = [(type(element).__name__, strangers_of(element)) for element, _ in table]
    assert found == [(type(element).__name__, expected) for element, expected in table]


def handlers_in(path: Path) -> list[str]:
    """Handlers given to NiceGUI in this file that are not made by `on`: file:line each."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    declared = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_on(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    declared |= {
        node.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arg) and node.annotation and "Declared" in ast.unparse(node.annotation)
    }
    given = [value for node in ast.walk(tree) if isinstance(node, ast.Call) for value in _handlers(node)]
    return [f"{path.name}:{value.lineno}" for value in given if not _fine(value, declared)]


def _handlers(call: ast.Call) -> list[ast.expr]:
    named = [word.value for word in call.keywords if word.arg and word.arg.startswith("on_")]
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method == "on" and len(call.args) > 1:
        named.append(call.args[1])
    if method.startswith("on_") and call.args and method not in LIFE:
        named.append(call.args[0])
    return named


def _fine(value: ast.expr, declared: set[str]) -> bool:
    if isinstance(value, ast.Constant) and value.value is None:
        return True
    if isinstance(value, ast.Name):
        return value.id in declared
    if isinstance(value, ast.Attribute):
        return value.attr in SILENT
    return _is_on(value)


def _is_on(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] == "on"


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.py")), ids=lambda path: str(path.relative_to(WEB)))
def test_every_handler_in_web_is_declared(path: Path) -> None:
    """Wrap it: on_click=on("ticket.reply", handler). A parameter that carries one is annotated `Declared`."""
    assert handlers_in(path) == []


def test_the_search_for_handlers_can_see(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(
        "ui.button('a', on_click=save)\n"
        "ui.input().on('keydown', save)\n"
        "ui.input().on_value_change(lambda: 1)\n"
        "ui.button('a', on_click=on('ticket.reply', save))\n"
        "good = on('ticket.reply', save)\n"
        "ui.button('a', on_click=good)\n"
        "ui.button('a', on_click=dialog.close)\n"
    )
    assert handlers_in(sample) == ["sample.py:1", "sample.py:2", "sample.py:3"]
