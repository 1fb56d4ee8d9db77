"""One call to the platform outside the running program: the menu, and the doctor's look."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.channels.base import Later
from bot.channels.wechat import codes
from bot.channels.wechat.account import Account
from bot.channels.wechat.client import Client, Rejected, new_http
from bot.channels.wechat.quiet import silence
from bot.channels.wechat.tokens import Tokens
from store import Store


@asynccontextmanager
async def calling(account: Account, store: Store, clock: Callable[[], int]) -> AsyncIterator[Client]:
    silence()
    async with new_http(account.api_url) as http:
        owner = f"errand:{secrets.token_hex(4)}"
        yield Client(account.api_url, Tokens(account, store, http, clock, owner), http)


async def problem_of(account: Account, store: Store, clock: Callable[[], int]) -> str | None:
    """What the platform holds against us, as advice for the operator; None when it talks to us."""
    silence()
    async with new_http(account.api_url) as http:
        try:
            await Tokens(account, store, http, clock, f"errand:{secrets.token_hex(4)}").ask(force=False)
        except Later as error:
            return codes.advice(error.reason)
    return None


def told(error: Rejected | Later) -> str:
    """A failed call in the operator's words."""
    if isinstance(error, Later):
        return codes.advice(error.reason)
    return f"微信返回错误码 {error.answer.code}：{error.answer.message}"
