"""What the error codes of the platform mean for us.

Source: developers.weixin.qq.com, 全局返回码, and the code table of each call.
"""

import re
from dataclasses import dataclass
from typing import Any

TOKEN = frozenset({40001, 40014, 42001})  # the access token is old or unknown: one new one, one more try
CONFIGURED = {  # nothing goes until the operator acts: code -> class of the problem
    40013: "app_id",
    40125: "secret",
    41002: "app_id",
    41004: "secret",
    40164: "whitelist",
    40243: "secret_frozen",
}
LIMITED = {45009: 600.0, 45011: 60.0}  # calls a day, calls a minute: seconds until the next try
BUSY = -1
WINDOW = 45015  # she has not written within the window, or unsubscribed
BUDGET = 45047  # no reply left until she writes again
FORBIDDEN = frozenset({48001, 48004, 50002})  # the account may not call this, or was restricted
GONE = frozenset({40003, 43004, 43019})  # no such follower
MENU_UNKNOWN = frozenset({40200, 40008})  # this kind of account has no menu messages: choices go out as text
NOT_SUBSCRIBED = frozenset({43101, 43107})  # she did not agree to a notice, or it is used up
CONTENT = frozenset({87014, 45166})  # refused for its words
WHITELIST = re.compile(r"invalid ip ([0-9A-Fa-f.:]+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON answer of the platform."""

    code: int
    message: str
    body: dict[str, Any]

    @property
    def address(self) -> str | None:
        """The address the operator must put on the whitelist (40164)."""
        found = WHITELIST.search(self.message)
        return found[1] if found else None


def answer_of(body: dict[str, Any]) -> Answer:
    code = body.get("errcode", 0)
    return Answer(code if isinstance(code, int) else BUSY, str(body.get("errmsg", "")), body)


def problem_of(answer: Answer) -> str | None:
    """The class of a fault only the operator can mend."""
    found = CONFIGURED.get(answer.code)
    return f"{found}:{answer.address}" if found == "whitelist" and answer.address else found


def advice(problem: str) -> str:
    """What to do about a problem, for the operator."""
    kind, _, detail = problem.partition(":")
    if kind == "whitelist":
        return f"在公众平台“开发接口管理—IP 白名单”里加上 {detail or '本机的出口地址'}"
    return {
        "app_id": "核对 wechat_app_id",
        "secret": "核对 wechat_secret（AppSecret）；在公众平台重置后要一起改",
        "secret_frozen": "AppSecret 已冻结：在公众平台解冻",
        "permission": "公众号没有客服消息权限（48001）：需要已认证的服务号，在公众平台“接口权限”里查看",
        "token": "微信说凭据无效：有没有别的程序在用同一个公众号换凭据",
        "clock": "收到的签名时间与本机相差太多：请校准系统时间",
        "limited": "接口调用太频繁，等一会儿会自己恢复",
    }.get(kind, "检查网络和 wechat_api_url")
