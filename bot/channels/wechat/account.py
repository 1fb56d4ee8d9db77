"""One official account as the settings describe it."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from bot.settings import Settings, SettingsError
from store.budgets import Limits

HOUR = 3_600_000_000  # microseconds
# What a menu click, a scan or a new follower allows: 3 within one minute. Source as for the settings:
# developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
EVENT_REPLIES = 3
EVENT_WINDOW = 60_000_000


@dataclass(frozen=True, slots=True)
class Account:
    app_id: str
    secret: str
    token: str
    aes_key: bytes | None  # None: plain mode
    api_url: str
    limits: Limits
    notice_template: str = ""
    notice_data: str = "{}"  # JSON of the template's fields

    @property
    def inbox(self) -> str:
        return f"wechat:{self.app_id}"

    @property
    def notice(self) -> dict[str, Any]:
        return dict(json.loads(self.notice_data))


def account_of(settings: Settings) -> Account:
    """Raises SettingsError naming what is missing or cannot be right."""
    for name in ("wechat_secret", "wechat_token"):
        if not getattr(settings, name):
            raise SettingsError(f"设了 wechat_app_id，还缺 {name}：在公众平台“设置与开发—开发接口管理”里查看")
    try:
        notice = json.loads(settings.wechat_notice_data)
        fine = isinstance(notice, dict) and all(isinstance(one, dict) and "value" in one for one in notice.values())
    except ValueError:
        fine = False
    if not fine:
        raise SettingsError('wechat_notice_data 要写成 {"字段名":{"value":"文字"}} 的 JSON')
    return Account(
        app_id=settings.wechat_app_id,
        secret=settings.wechat_secret,
        token=settings.wechat_token,
        aes_key=aes_key(settings.wechat_aes_key) if settings.wechat_aes_key else None,
        api_url=settings.wechat_api_url.rstrip("/"),
        limits=Limits(settings.wechat_replies, settings.wechat_hours * HOUR),
        notice_template=settings.wechat_notice_template,
        notice_data=settings.wechat_notice_data,
    )


def aes_key(encoded: str) -> bytes:
    """The 43 characters of EncodingAESKey as the 32 bytes they stand for."""
    try:
        key = base64.b64decode(f"{encoded}=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(encoded) != 43 or len(key) != 32:
        raise SettingsError("wechat_aes_key（EncodingAESKey）应是 43 个字母和数字，请在公众平台核对")
    return key
