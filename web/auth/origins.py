"""Which pages may talk to us: our own address, nobody else's."""

from typing import Final, Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Addresses(Protocol):
    """What of the settings says where we are."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def public_url(self) -> str: ...
    @property
    def secure(self) -> bool: ...


def own_origins(settings: Addresses) -> frozenset[str]:
    """Taken from the settings, never from the Host header, which a rebinding name server controls."""
    found = set()
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        found.add(f"{parts.scheme}://{parts.netloc}".lower())
    if not settings.secure:
        names = {settings.host, "127.0.0.1", "localhost", "::1"}
        found |= {f"http://{f'[{name}]' if ':' in name else name}:{settings.port}" for name in names}
    return frozenset(found)


def trusted_socket(headers: Headers, own: frozenset[str]) -> bool:
    """A browser always names the origin of a socket."""
    return _one(headers, "origin") in own


def trusted_change(headers: Headers, own: frozenset[str]) -> bool:
    """For requests that change something, and for polling in place of a socket.

    Under our own `Referrer-Policy: no-referrer` a form is posted with `Origin: null`, and a same-origin GET by script
    has none at all; then the browser's own word, which no script can write, must say same-origin.
    """
    origin = _one(headers, "origin")
    if origin not in {None, "null"}:
        return origin in own
    return _one(headers, "sec-fetch-site") == "same-origin"


def foreign(headers: Headers, own: frozenset[str]) -> bool:
    """Whether it names an origin that is not ours; naming none is no offence for a file."""
    origin = _one(headers, "origin")
    return origin is not None and origin not in own


def _one(headers: Headers, name: str) -> str | None:
    values = headers.getlist(name)
    if len(values) > 1:
        return ""  # two origins are a forgery, and equal to none of ours
    return values[0].lower() if values else None
