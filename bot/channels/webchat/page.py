"""The page and its files, read once; only listed names exist."""

from html import escape
from importlib.resources import files
from urllib.parse import urlsplit

from bot.settings import Settings, SettingsError

MEDIA_TYPES = {
    "chat.css": "text/css; charset=utf-8",
    "leave.js": "text/javascript; charset=utf-8",
    "wire.js": "text/javascript; charset=utf-8",
    "view.js": "text/javascript; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def page_html(settings: Settings) -> str:
    if urlsplit(settings.leave_url).scheme not in {"http", "https"}:
        raise SettingsError("leave_url 要以 https:// 或 http:// 开头")
    filled = _text("index.html")
    for name, value in {"title": settings.page_title, "leave_url": settings.leave_url}.items():
        filled = filled.replace(f"{{{{ {name} }}}}", escape(value))
    return filled


def page_files() -> dict[str, tuple[bytes, str]]:
    """Name -> content and media type."""
    return {name: (_text(name).encode(), media_type) for name, media_type in MEDIA_TYPES.items()}


def _text(name: str) -> str:
    return (files("web") / "static" / "chat" / name).read_text(encoding="utf-8")
