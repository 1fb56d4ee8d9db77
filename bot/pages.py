"""The staff pages in NiceGUI, behind their guard."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI
from nicegui import ui
from starlette.types import ASGIApp

from bot.core import Core
from knowledge.article import Candidate
from web.auth.guard import Guard
from web.auth.permissions import undeclared_pages
from web.auth.routes import auth_routes
from web.desk import Desk, Render
from web.register import register

Suggest = Callable[[str, Sequence[str]], Awaitable[list[Candidate]]]


def staff_pages(core: Core, *, suggest: Suggest, render: Render) -> FastAPI:
    """Refuses to be built when a page has no permission."""
    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages.router.routes.extend(auth_routes(core.store, core.settings, core.clock))
    register(
        pages,
        Desk(
            store=core.store,
            service=core.service,
            org=core.org,
            taxonomy=core.taxonomy,
            suggest=suggest,
            render=render,
            clock=core.clock,
        ),
    )
    undeclared = undeclared_pages()
    if undeclared:
        raise RuntimeError(f"staff pages without a permission: {undeclared}")
    # No storage secret: nothing of ours is kept in NiceGUI's storage, and it sets no cookie of its own.
    ui.run_with(pages, title="工作台", language="zh-CN", tailwind=False)
    return pages


def guarded_pages(core: Core, pages: FastAPI) -> ASGIApp:
    return Guard(pages, core.store, core.settings, core.clock)
