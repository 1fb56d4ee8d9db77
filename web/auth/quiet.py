"""What of NiceGUI must be quieter: the ids in its log lines, and its page for addresses that do not exist."""

import logging
import re
from typing import Final

from nicegui import core as nicegui_core
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from web.auth.forms import refusal_page
from web.auth.visit import SCOPE_KEY

ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class HideIds(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = ID.sub("-", record.getMessage()), ()
        return True


def hide_ids() -> None:
    logger = logging.getLogger("nicegui")
    if not any(isinstance(one, HideIds) for one in logger.filters):
        logger.addFilter(HideIds())


def plain_not_found() -> None:
    """NiceGUI builds a whole page with a socket for each wrong address, for anybody, and logs the address."""
    nicegui_core.app.add_exception_handler(404, _not_found)


async def _not_found(request: Request, _error: Exception) -> Response:
    if SCOPE_KEY in request.scope:
        return HTMLResponse(refusal_page("没有这个页面，或者您没有打开它的权限。"), 404)
    return PlainTextResponse("没有这个页面", 404)
