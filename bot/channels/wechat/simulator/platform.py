"""What the platform knows and which of its rules answer a call: tokens, followers, allowances, media, menus."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SECOND = 1_000_000
TOKEN_SECONDS = 7200
OVERLAP = 300 * SECOND  # the old token lives on while the next one is handed out
FORCED_EVERY = 30 * SECOND
MESSAGE = (5, 48 * 3600 * SECOND)
EVENT = (3, 60 * SECOND)
MEDIA_KEPT = 3 * 86_400 * SECOND
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Credentials:
    app_id: str
    secret: str
    token: str
    aes_key: bytes | None = None
    original_id: str = "gh_5a1b2c3d4e5f"


@dataclass(frozen=True, slots=True)
class Got:
    """One thing on her screen."""

    kind: str  # passive, text, msgmenu, notice, system
    text: str
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Follower:
    openid: str
    follows: bool = True
    left: int = 0
    until: int = 0
    notices: int = 0  # subscription notices she agreed to
    got: list[Got] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.got]


@dataclass(slots=True)
class Fault:
    """The next calls of a path fail so, whatever they ask."""

    path: str
    times: int = 1
    code: int | None = None
    message: str = "error"
    status: int = 200
    retry_after: int | None = None
    hang: float = 0.0  # seconds before it answers, or not at all if the caller is gone by then


class Platform:
    def __init__(self, credentials: Credentials, clock: Callable[[], int]) -> None:
        """`clock` gives UTC microseconds; tests turn it by hand."""
        self.credentials = credentials
        self.clock = clock
        self.followers: dict[str, Follower] = {}
        self.tokens: dict[str, int] = {}  # token -> until
        self.made = 0  # tokens handed out anew
        self.whitelist: frozenset[str] | None = None  # None: every address
        self.templates: set[str] = set()
        self.menus = True  # False: an account without menu messages
        self.menu: Json | None = None
        self.media: dict[str, tuple[bytes, str, int]] = {}
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, Json]] = []
        self._current: str | None = None
        self._forced_at = 0

    def follower(self, openid: str) -> Follower:
        return self.followers.setdefault(openid, Follower(openid))

    def allow(self, openid: str, grant: tuple[int, int]) -> None:
        """A message or an event of hers lets the account answer; what she allowed before is not taken away."""
        her, (count, window) = self.follower(openid), grant
        now = self.clock()
        left = her.left if her.until > now else 0
        her.left, her.until = max(left, count), max(her.until, now + window)

    def upload(self, content: bytes, mime: str) -> str:
        """What she sends lies here for three days."""
        media_id = secrets.token_urlsafe(24)
        self.media[media_id] = (content, mime, self.clock() + MEDIA_KEPT)
        return media_id

    def take_fault(self, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.path == path and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def expire(self) -> None:
        """Every token is old at once."""
        self.tokens = dict.fromkeys(self.tokens, 0)

    # The calls. Each returns the JSON of the platform.

    def stable_token(self, body: Json, address: str) -> Json:
        if body.get("grant_type") != "client_credential":
            return error(40002, "invalid grant_type")
        if body.get("appid") != self.credentials.app_id:
            return error(40013, "invalid appid")
        if body.get("secret") != self.credentials.secret:
            return error(40125, "invalid appsecret")
        if self.whitelist is not None and address not in self.whitelist:
            return error(40164, f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist")
        now = self.clock()
        if body.get("force_refresh") and now - self._forced_at > FORCED_EVERY:
            self._forced_at = now
            self.tokens.clear()
            self._current = None
        if self._current is None or self.tokens.get(self._current, 0) - now < OVERLAP:
            self._current = f"{self.made}_{secrets.token_urlsafe(60)}"
            self.tokens[self._current] = now + TOKEN_SECONDS * SECOND
            self.made += 1
        return {"access_token": self._current, "expires_in": (self.tokens[self._current] - now) // SECOND}

    def check_token(self, token: str | None) -> Json | None:
        if not token:
            return error(41001, "access_token missing")
        if token not in self.tokens:
            return error(40001, "invalid credential, access_token is invalid or not latest")
        return error(42001, "access_token expired") if self.tokens[token] <= self.clock() else None

    def custom_send(self, body: Json) -> Json:
        her = self.followers.get(str(body.get("touser")))
        if her is None:
            return error(40003, "invalid openid")
        if not her.follows or her.until <= self.clock():
            return error(45015, "response out of time limit or subscription is canceled")
        if her.left <= 0:
            return error(45047, "out of response count limit")
        got = self._shown(body)
        if isinstance(got, dict):
            return got
        her.left -= 1
        her.got.append(got)
        return error(0, "ok")

    def _shown(self, body: Json) -> Got | Json:
        if body.get("msgtype") == "text":
            text = str(body["text"]["content"])
            if not text:
                return error(44004, "empty content")
            return error(45002, "content size out of limit") if len(text.encode()) > 2048 else Got("text", text)
        if body.get("msgtype") == "msgmenu":
            if not self.menus:
                return error(40200, "invalid account type")
            menu = body["msgmenu"]
            return Got("msgmenu", str(menu["head_content"]), tuple(str(item["content"]) for item in menu["list"]))
        return error(40008, "invalid message type")

    def notice(self, body: Json) -> Json:
        her = self.followers.get(str(body.get("touser")))
        if her is None:
            return error(40003, "invalid openid")
        if body.get("template_id") not in self.templates:
            return error(40037, "invalid template_id")
        if her.notices <= 0:
            return error(43101, "user refuse to accept the msg")
        her.notices -= 1
        her.got.append(Got("notice", "　".join(str(one["value"]) for one in body["data"].values())))
        return error(0, "ok")

    def menu_create(self, body: Json) -> Json:
        buttons = body.get("button")
        if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
            return error(40016, "invalid button size")
        if any(len(one.get("sub_button", [])) > 5 for one in buttons):
            return error(40023, "invalid sub button size")
        self.menu = body
        return error(0, "ok")


def error(code: int, message: str) -> Json:
    return {"errcode": code, "errmsg": message}
