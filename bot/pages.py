"""The staff pages in NiceGUI, behind their guard."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import FastAPI
from nicegui import ui
from starlette.types import ASGIApp

from bot.channels.telegram import text as telegram
from bot.channels.wechat import text as wechat
from bot.core import Core, encode
from bot.ears import ears_of
from bot.pipeline import day_of
from handlers import buttons
from handlers.answer import related
from handlers.phrases import say
from knowledge.article import Article, Candidate
from knowledge.facts import load_facts
from knowledge.render import render as render_article
from store.budgets import Limits
from store.folder import Folder
from web.auth.guard import Guard
from web.auth.permissions import undeclared_pages
from web.auth.routes import auth_routes
from web.desk import Desk, Render
from web.knowledge.given import Knowing, Shown
from web.knowledge.register import register_knowledge
from web.register import register

Suggest = Callable[[str, Sequence[str]], Awaitable[list[Candidate]]]


def staff_pages(core: Core, *, suggest: Suggest, render: Render) -> FastAPI:
    """Refuses to be built when a page has no permission."""
    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages.router.routes.extend(auth_routes(core.store, core.settings, core.clock))
    desk = Desk(
        store=core.store,
        service=core.service,
        org=core.org,
        taxonomy=core.taxonomy,
        suggest=suggest,
        render=render,
        clock=core.clock,
        ears=ears_of(core),
        read_file=Folder(core.store, core.settings.var_dir).read,
        limits={"wechat": Limits(core.settings.wechat_replies, core.settings.wechat_hours * 3_600_000_000)},
    )
    register(pages, desk)
    register_knowledge(desk, knowing_of(core))
    undeclared = undeclared_pages()
    if undeclared:
        raise RuntimeError(f"staff pages without a permission: {undeclared}")
    # No storage secret: nothing of ours is kept in NiceGUI's storage, and it sets no cookie of its own.
    ui.run_with(pages, title="工作台", language="zh-CN", tailwind=False)
    return pages


def knowing_of(core: Core) -> Knowing:
    def reply(article: Article) -> tuple[str, tuple[str, ...]]:
        """As handlers.answer puts it for somebody who asks here and names no other need."""
        near = related(lambda name: core.shelf.find(name, day_of(core.clock())), article)
        shown = (*near, buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN)
        return f"{render_article(article)}\n\n{say('answer.more')}", shown

    return Knowing(core.shelf, encode, load_facts(), reply, CHANNELS)


def _on_wechat(text: str, shown: Sequence[str]) -> Shown:
    return Shown(tuple(wechat.split(wechat.with_choices(text, shown))), ())


def _on_telegram(text: str, shown: Sequence[str]) -> Shown:
    return Shown(tuple(telegram.split(text)), tuple(shown))


CHANNELS = {
    "网页": lambda text, shown: Shown((text,), tuple(shown)),
    "微信": _on_wechat,
    "Telegram": _on_telegram,
}


def guarded_pages(core: Core, pages: FastAPI) -> ASGIApp:
    return Guard(pages, core.store, core.settings, core.clock)
