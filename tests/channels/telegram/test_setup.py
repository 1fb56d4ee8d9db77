"""What the operator sets: refused with its name when it cannot work, and looked after by the doctor."""

from typing import Any

import pytest

from bot.channels.telegram import Account, account_of, troubles
from bot.settings import Settings, SettingsError
from store import Store
from tests.channels.telegram.kit import Desk, running
from tests.channels.telegram.site import called
from tests.telegram_api import TelegramApi

TOKEN = "712345678:AAE-loopback_only"
GROUP = -1009990003


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"telegram_mode": "push"}, "telegram_mode"),
        ({"telegram_mode": "webhook"}, "public_url"),
        ({"telegram_mode": "webhook", "public_url": "http://127.0.0.1:8338"}, "public_url"),
        ({"telegram_staff_group": "值班群"}, "telegram_staff_group"),
        ({"telegram_staff_group": "5550001"}, "telegram_staff_group"),
    ],
)
def test_what_cannot_work_is_refused(values: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings(telegram_token=TOKEN, **values)


def test_the_account_of_the_settings() -> None:
    there = Settings(telegram_token=TOKEN, public_url="https://chat.example.org", telegram_mode="webhook")
    assert account_of(there).webhook == "https://chat.example.org"
    here = Settings(telegram_token=TOKEN, public_url="https://chat.example.org", telegram_staff_group=str(GROUP))
    assert (account_of(here).webhook, account_of(here).staff_group) == ("", GROUP)


async def said(account: Account) -> str:
    return "\n".join(f"{trouble.what}。{trouble.do}" for trouble in await troubles(account))


async def test_the_doctor_when_all_is_well(api: TelegramApi, one_store: Store) -> None:
    api.groups[GROUP] = "值班群"
    async with running(api, one_store, Desk(one_store).receive):
        await api.until(lambda: bool(api.called("getUpdates")))
        assert await troubles(Account(api.token, api.url, staff_group=GROUP)) == []
    async with called(api, one_store, Desk(one_store).receive) as (_, address):
        await api.until(lambda: api.webhook == address)
        assert await troubles(Account(api.token, api.url, address.removesuffix("/telegram"))) == []


async def test_the_doctor_names_what_is_wrong(api: TelegramApi) -> None:
    assert "令牌" in await said(Account("712345678:wrong", api.url))
    assert "推送地址不是这里" in await said(Account(api.token, api.url, "https://chat.example.org"))
    assert "告警群" in await said(Account(api.token, api.url, staff_group=-5))
    api.webhook = "https://chat.example.org/telegram"
    assert "自己取不到消息" in await said(Account(api.token, api.url))
    api.webhook = "http://127.0.0.1:9/telegram"
    api.say(5550001, "有人吗")
    await api.until(lambda: bool(api.pusher.last_error))
    text = await said(Account(api.token, api.url, "http://127.0.0.1:9"))
    assert "推送不到这里" in text
    assert api.token not in text
    await api.stop()
    assert "连不上" in await said(Account(api.token, api.url))
