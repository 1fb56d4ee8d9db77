"""The session cookie: its name, its attributes, and reading it from a request."""

import re
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def cookie_name(*, secure: bool) -> str:
    """A browser takes a `__Host-` cookie only over HTTPS, for this host alone and for the whole of it."""
    return "__Host-halfsky" if secure else "halfsky"


def read_token(connection: HTTPConnection, *, secure: bool) -> str | None:
    token = connection.cookies.get(cookie_name(secure=secure), "")
    return token if TOKEN.fullmatch(token) else None


def had_cookie(connection: HTTPConnection, *, secure: bool) -> bool:
    return cookie_name(secure=secure) in connection.cookies


def give(response: Response, token: str, *, secure: bool, hours: int) -> None:
    response.set_cookie(
        cookie_name(secure=secure),
        token,
        max_age=hours * 3600,
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def take(response: Response, *, secure: bool) -> None:
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="strict")
