"""Every staff page and every event handler is declared here with its permission, or it does not work."""

import functools
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, TypeVar
from urllib.parse import quote

from nicegui import Client, context, helpers, ui
from nicegui.element import Element
from starlette.responses import HTMLResponse

from web.auth.errors import Forbidden, SignedOut, Undeclared
from web.auth.forms import refusal_page
from web.auth.roles import PERMISSIONS, Who, allow, may
from web.auth.visit import SCOPE_KEY, Visit

__all__ = [
    "PAGES",
    "Declared",
    "Forbidden",
    "Who",
    "allow",
    "may",
    "on",
    "page",
    "sign_in_address",
    "undeclared",
    "undeclared_pages",
    "who",
]

PAGES: Final[dict[str, str]] = {}  # path -> permission
MARK: Final = "halfsky_permission"
ROOT: Final = "/desk"
SIGN_IN: Final = "/desk/sign-in"
PASSWORD: Final = "/desk/password"  # noqa: S105 - an address
Declared = Callable[..., Awaitable[None]]  # what `on` returns
Builder = TypeVar("Builder", bound=Callable[..., Any])


def page(path: str, permission: str, **options: Any) -> Callable[[Builder], Builder]:
    """Like `ui.page`, for staff with this permission only. `options` are those of `ui.page`."""
    _known(permission)
    if path != ROOT and not path.startswith(f"{ROOT}/"):
        raise Undeclared(f"staff page outside {ROOT}: {path}")

    def declare(builder: Builder) -> Builder:
        @functools.wraps(builder)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            visit = _visit(context.client)
            if not may(visit.who, permission):
                return HTMLResponse(refusal_page(), status_code=Forbidden.status)
            ui.add_body_html('<script src="/desk/session.js" defer></script>')
            return builder(*args, **kwargs)

        setattr(guarded, MARK, permission)
        ui.page(path, **options)(guarded)
        PAGES[path] = permission
        return builder

    return declare


def on(permission: str, handler: Callable[..., Any]) -> Declared:
    """Wrap an event or timer handler: the session is looked up again, then the permission, then it runs.

    Clicks of one page run in their order. Which case it touches is the handler's to `allow`.
    """
    _known(permission)

    async def ready() -> bool:
        client = context.client
        try:
            allow(await _visit(client).again(), permission)
        except SignedOut:
            client.open(sign_in_address(client.request.url.path))
            return False
        except Forbidden as error:
            ui.notify(type(error).__doc__, type="warning")
            return False
        return True

    async def with_event(event: Any) -> None:
        if await ready():
            await _run(handler, event)

    async def alone() -> None:
        if await ready():
            await _run(handler)

    wrapped = with_event if helpers.expects_arguments(handler) else alone
    setattr(wrapped, MARK, permission)
    return wrapped


def who() -> Who:
    """The seat whose page this is, as of the last look."""
    return _visit(context.client).who


def sign_in_address(back: str) -> str:
    return f"{SIGN_IN}?expired=1&next={quote(back)}"


def undeclared(element: Element, handler: Callable[..., Any] | None = None) -> list[str]:
    """Names of our functions that an event of this element would run without a declared permission.

    With `handler` only that listener is followed, without it all of them.
    """
    listeners = [handler] if handler else [one.handler for one in element._event_listeners.values()]  # noqa: SLF001 - no public way
    found = {id(one): one for start in (*listeners, *_kept(element)) if start for one in _ours(start, set())}
    return [f"{one.__module__}.{getattr(one, '__qualname__', one)}" for one in found.values()]


def undeclared_pages() -> list[str]:
    """Paths of NiceGUI pages that were not made by `page`: the program must not start with one."""
    return sorted(path for builder, path in Client.page_routes.items() if not hasattr(builder, MARK))


def _ours(function: Callable[..., Any], seen: set[int]) -> Iterator[Callable[..., Any]]:
    """Follow NiceGUI's own wrappers down to functions that are not NiceGUI's."""
    if id(function) in seen or hasattr(function, MARK):
        return
    seen.add(id(function))
    inner = function.func if isinstance(function, functools.partial) else function
    if (getattr(inner, "__module__", None) or "").split(".")[0] != "nicegui":
        yield inner
        return
    owner = getattr(inner, "__self__", None)
    cells = [cell.cell_contents for cell in getattr(inner, "__closure__", None) or ()]
    for value in (*cells, *(_kept(owner) if isinstance(owner, Element) else ())):
        for one in value if isinstance(value, list | tuple) else [value]:
            if callable(one) and not isinstance(one, type | Element):
                yield from _ours(one, seen)


def _kept(element: Element) -> Iterator[Callable[..., Any]]:
    """Handlers an element keeps in lists, such as those for a changed value."""
    for value in vars(element).values():
        if isinstance(value, list):
            yield from (one for one in value if callable(one) and not isinstance(one, type | Element))


def _visit(client: Client) -> Visit:
    found = client.request.scope.get(SCOPE_KEY)
    if not isinstance(found, Visit):
        raise SignedOut
    return found


def _known(permission: str) -> None:
    if permission not in PERMISSIONS:
        raise Undeclared(f"no such permission: {permission}")


async def _run(handler: Callable[..., Any], *event: Any) -> None:
    result = handler(*event)
    if helpers.should_await(result):
        await result
