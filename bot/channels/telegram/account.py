"""One bot as the settings describe it."""

import re
from dataclasses import dataclass

from bot.settings import Settings, SettingsError

TOKEN = re.compile(r"(\d{1,20}):[\w-]{3,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    token: str
    api_url: str
    webhook: str = ""  # our address as Telegram reaches it, without the path; empty: we poll
    staff_group: int | None = None

    @property
    def inbox(self) -> str:
        shape = TOKEN.fullmatch(self.token)
        if shape is None:
            raise SettingsError("telegram_token 不像 Telegram 令牌：应是“数字:字母数字”，请向 @BotFather 核对")
        return f"telegram:{shape[1]}"


def account_of(settings: Settings) -> Account:
    return Account(
        settings.telegram_token,
        settings.telegram_api_url,
        webhook=settings.public_url if settings.telegram_mode == "webhook" else "",
        staff_group=int(settings.telegram_staff_group) if settings.telegram_staff_group else None,
    )
