"""The page and its files, read once; only listed names exist."""

import json
from html import escape
from importlib.resources import files
from urllib.parse import urlsplit

from bot.settings import Settings, SettingsError

MEDIA_TYPES = {
    "chat.css": "text/css; charset=utf-8",
    "leave.js": "text/javascript; charset=utf-8",
    "wire.js": "text/javascript; charset=utf-8",
    "view.js": "text/javascript; charset=utf-8",
    "files.js": "text/javascript; charset=utf-8",
    "quiet.js": "text/javascript; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
MEGABYTE = 1024 * 1024


def page_html(settings: Settings) -> str:
    if urlsplit(settings.leave_url).scheme not in {"http", "https"}:
        raise SettingsError("leave_url 要以 https:// 或 http:// 开头")
    filled = _text("index.html")
    values = {
        "title": settings.page_title,
        "quiet_title": settings.quiet_title,
        "leave_url": settings.leave_url,
        "embedders": " ".join(settings.embedders),
        "most_bytes": str(settings.upload_mb * MEGABYTE),
    }
    for name, value in values.items():
        filled = filled.replace(f"{{{{ {name} }}}}", escape(value))
    return filled


def widget_js(settings: Settings) -> bytes:
    """The script for other sites; the address it leaves to goes in as a JSON text."""
    values = {"leave_url": settings.leave_url, "title": settings.page_title}
    script = _text("widget.js")
    for name, value in values.items():
        script = script.replace(f'"{{{{ {name} }}}}"', json.dumps(value))
    return script.encode()


def page_files() -> dict[str, tuple[bytes, str]]:
    """Name -> content and media type."""
    return {name: (_text(name).encode(), media_type) for name, media_type in MEDIA_TYPES.items()}


def _text(name: str) -> str:
    return (files("web") / "static" / "chat" / name).read_text(encoding="utf-8")
