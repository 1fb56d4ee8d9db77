"""Sign-in, sign-out and new password: plain pages that need neither script nor socket."""

from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from store import Store, sessions
from web.auth import cookies
from web.auth.errors import Busy
from web.auth.forms import EXPIRED, HOME, local_path, password_page, sign_in_page
from web.auth.passwords import Passwords
from web.auth.sign_in import Clock, Entry, SignIn
from web.auth.visit import SCOPE_KEY, Rules, Visit

FORM_LIMIT: Final = 16 * 1024
HERE: Final = Path(__file__).parent
FIRST: Final = "第一次登录，请把发给您的口令换成只有您知道的。"


def auth_routes(store: Store, settings: Rules, clock: Clock, passwords: Passwords | None = None) -> list[Route]:
    """The routes under /desk that stand before the workbench. They expect the Guard around the application."""
    desk = _Desk(store, settings, clock, passwords or Passwords())
    return [
        Route("/desk/sign-in", desk.show_sign_in, methods=["GET"]),
        Route("/desk/sign-in", desk.sign_in, methods=["POST"]),
        Route("/desk/sign-out", desk.sign_out, methods=["POST"]),
        Route("/desk/password", desk.show_password, methods=["GET"]),
        Route("/desk/password", desk.change_password, methods=["POST"]),
        Route("/desk/session", desk.session, methods=["GET"]),
        Route("/desk/sign-in.css", desk.style, methods=["GET"]),
        Route("/desk/session.js", desk.script, methods=["GET"]),
    ]


class _Desk:
    def __init__(self, store: Store, settings: Rules, clock: Clock, passwords: Passwords) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._sign_in = SignIn(store, passwords, settings.password_rules, clock)

    async def show_sign_in(self, request: Request) -> Response:
        back = local_path(request.query_params.get("next", HOME))
        visit = request.scope.get(SCOPE_KEY)
        if isinstance(visit, Visit):  # another tab signed in already
            return RedirectResponse(f"/desk/password?next={back}" if visit.must_change else back, 303)
        notice = EXPIRED if "expired" in request.query_params else ""
        return HTMLResponse(sign_in_page(back=back, notice=notice))

    async def sign_in(self, request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return Response(status_code=413)
        back, login = local_path(form.get("next", HOME)), form.get("login", "")
        try:
            entry = await self._sign_in.enter(login, form.get("password", ""))
        except Busy as error:
            return HTMLResponse(sign_in_page(back=back, login=login, problem=error.__doc__ or ""), error.status)
        if entry.token is None:
            return HTMLResponse(sign_in_page(back=back, login=login, problem=entry.why), 401)
        await self._end(request)  # the browser's old session, if it still had one
        return self._welcome(entry, back)

    async def sign_out(self, request: Request) -> Response:
        await self._end(request)
        response = RedirectResponse("/desk/sign-in", 303)
        cookies.take(response, secure=self._settings.secure)
        # Not "cookies": that would reach every site under the same registered name.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def show_password(self, request: Request) -> Response:
        visit: Visit = request.scope[SCOPE_KEY]
        back = local_path(request.query_params.get("next", HOME))
        rules = self._settings.password_rules
        notice = FIRST if visit.must_change else ""
        return HTMLResponse(password_page(back=back, login=visit.who.login, rules=rules, notice=notice))

    async def change_password(self, request: Request) -> Response:
        visit: Visit = request.scope[SCOPE_KEY]
        form = await _form(request)
        if form is None:
            return Response(status_code=413)
        back, login = local_path(form.get("next", HOME)), visit.who.login
        entry = Entry(why="两次输入的新口令不一样")
        if form.get("new") == form.get("again"):
            try:
                entry = await self._sign_in.change_password(login, form.get("old", ""), form.get("new", ""))
            except Busy as error:
                entry = Entry(why=error.__doc__ or "")
        if entry.token is None:
            rules = self._settings.password_rules
            return HTMLResponse(password_page(back=back, login=login, rules=rules, problem=entry.why), 422)
        return self._welcome(entry, back)

    async def session(self, _request: Request) -> Response:
        return Response(status_code=204)  # the Guard has answered 401 to everyone else

    async def style(self, _request: Request) -> Response:
        return FileResponse(HERE / "sign_in.css")

    async def script(self, _request: Request) -> Response:
        return FileResponse(HERE / "session.js", media_type="text/javascript")

    def _welcome(self, entry: Entry, back: str) -> Response:
        assert entry.token is not None
        response = RedirectResponse(back, 303)
        cookies.give(response, entry.token, secure=self._settings.secure, hours=self._settings.session_hours)
        return response

    async def _end(self, request: Request) -> None:
        visit = request.scope.get(SCOPE_KEY)
        if isinstance(visit, Visit):
            session_id, now = visit.session_id, self._clock()
            await self._store.unit(lambda tx: sessions.end(tx, session_id, now=now))


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a posted form; None when it is too long to be one of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LIMIT:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}
