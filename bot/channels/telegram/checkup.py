"""What Telegram itself says about us, as advice for the operator."""

from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.channels.telegram.account import Account
from bot.channels.telegram.calling import refused
from bot.channels.telegram.client import Client
from bot.channels.telegram.quiet import silence
from bot.channels.telegram.webhook import PATH


@dataclass(frozen=True, slots=True)
class Trouble:
    what: str
    do: str


async def troubles(account: Account) -> list[Trouble]:
    """Empty: Telegram talks to us, reaches us, and the group of staff hears alarms."""
    silence()
    client = Client(account.token, account.api_url)
    try:
        await client.bot.get_me()
        return [*await _way(client.bot, account), *await _group(client.bot, account)]
    except InvalidToken:
        return [Trouble("Telegram 不认这个令牌", "向 @BotFather 核对 telegram_token")]
    except TelegramError as error:
        return [Trouble(f"Telegram 连不上（{type(error).__name__}）", "检查网络和 telegram_api_url")]
    finally:
        await client.close()


async def _way(bot: Bot, account: Account) -> list[Trouble]:
    info = await bot.get_webhook_info()
    if not account.webhook:
        # Our own start removes it; one that is there now was set by somebody else since.
        return [Trouble("Telegram 那边设着推送地址，自己取不到消息", "重新启动程序")] if info.url else []
    if info.url != account.webhook.rstrip("/") + PATH:
        return [
            Trouble("Telegram 的推送地址不是这里", "程序在运行时会自己设好；还不行，看看有没有别的程序用同一个令牌")
        ]
    if refused(info):
        return [Trouble(f"Telegram 推送不到这里（{info.last_error_message}）", f"检查反向代理有没有放行 {PATH}")]
    return []


async def _group(bot: Bot, account: Account) -> list[Trouble]:
    if account.staff_group is None:
        return []
    try:
        await bot.get_chat(account.staff_group)
    except TelegramError:
        return [Trouble("告警群发不到", "把机器人拉进群，在群里发 /id，核对 telegram_staff_group")]
    return []
