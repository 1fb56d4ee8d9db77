"""The plain HTML pages before the workbench: sign-in, new password, refusal."""

import re
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Final

from web.auth.password_rules import advice

HOME: Final = "/desk"
LOCAL: Final = re.compile(r"/desk(/[A-Za-z0-9_.~-]+)*/?(\?[A-Za-z0-9_.~=&%-]*)?")
EXPIRED: Final = "登录已过期，您写的内容已保存。重新登录后会回到刚才的页面。"


def local_path(wanted: str) -> str:
    """Where to go after signing in: only a page of ours, never the sign-in itself."""
    inside = LOCAL.fullmatch(wanted) is not None and "/.." not in wanted
    return wanted if inside and not wanted.startswith(("/desk/sign-", "/desk/password", "/desk/session")) else HOME


def sign_in_page(*, back: str, login: str = "", problem: str = "", notice: str = "") -> str:
    body = _template("sign_in.html").substitute(
        notice=_notice(problem, notice),
        next=escape(back),
        login=escape(login),
        login_focus="" if login else "autofocus",
        password_focus="autofocus" if login else "",
        described=' aria-describedby="problem" aria-invalid="true"' if problem else "",
    )
    return _page("工作台登录", body)


def password_page(*, back: str, login: str, rules: str, problem: str = "", notice: str = "") -> str:
    body = _template("password.html").substitute(
        notice=_notice(problem, notice),
        next=escape(back),
        login=escape(login),
        advice=escape(advice(rules)),
        described=' aria-describedby="problem"' if problem else "",
    )
    return _page("换一个新口令", body)


def refusal_page(words: str = "您没有打开这个页面的权限。需要的话，请找本单位管理员。") -> str:
    return _page("不能打开", f'<p>{escape(words)}</p><p><a href="{HOME}">回到工作台</a></p>')


def _page(title: str, body: str) -> str:
    return _template("frame.html").substitute(title=escape(title), body=body)


def _notice(problem: str, notice: str) -> str:
    if problem:
        return f'<p class="notice problem" id="problem" role="alert">{escape(problem)}</p>'
    return f'<p class="notice" role="status">{escape(notice)}</p>' if notice else ""


@cache
def _template(name: str) -> Template:
    return Template(Path(__file__).with_name(name).read_text(encoding="utf-8"))
