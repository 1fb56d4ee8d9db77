"""A delivery of the outbox as customer-service messages: counted, joined when few are left, never lost in silence."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Delivery, Kept, Later, Refused
from bot.channels.wechat import codes
from bot.channels.wechat.account import Account
from bot.channels.wechat.client import Client, Rejected
from bot.channels.wechat.packing import pack
from bot.channels.wechat.text import LIMIT, mend, size, split, with_choices
from store import Store, Tx, budgets, replies

logger = logging.getLogger("halfsky.wechat")

RESERVE = 2  # replies that stay for what staff may still have to say
MENU_LIMIT = 1024  # bytes of text above a menu message; a longer one is sent with numbers
REMEMBERED = 1_000
SEND = "/cgi-bin/message/custom/send"
NOTICE = "/cgi-bin/message/subscribe/bizsend"


@dataclass(frozen=True, slots=True)
class Plan:
    conversation_id: int
    parts: tuple[str, ...]
    buttons: tuple[str, ...]
    with_it: tuple[str, ...]  # ids of other replies that leave with this one
    left: int


class Sender:
    def __init__(self, account: Account, client: Client, store: Store, clock: Callable[[], int]) -> None:
        self._account = account
        self._client = client
        self._store = store
        self._clock = clock
        self._menus = True  # until the platform says that this kind of account has none
        # Parts handed over of replies that then met an error: the outbox comes again with the whole reply.
        self._handed: dict[str, int] = {}

    async def send(self, delivery: Delivery) -> None:
        """Raises Refused, Later, or Kept when she was told that something waits."""
        now = self._clock()
        plan = await self._store.read(lambda tx: self._plan(tx, delivery, now=now))
        if plan is None:
            raise Refused("gone")
        done = self._handed.get(delivery.reply_id, 0)
        if not plan.parts:
            raise Refused("empty")
        if plan.left < len(plan.parts) - done:  # half an answer may say the opposite of the whole
            await self._out(plan, delivery.address)
        for number in range(done, len(plan.parts)):
            last = number == len(plan.parts) - 1
            await self._part(plan, delivery.address, plan.parts[number], plan.buttons if last else ())
            self._remember(delivery.reply_id, number + 1)
        self._handed.pop(delivery.reply_id, None)
        if plan.with_it:
            await self._store.unit(lambda tx: replies.sent(tx, plan.with_it, now=now))

    def _plan(self, tx: Tx, delivery: Delivery, *, now: int) -> Plan | None:
        conversation_id = replies.conversation_of(tx, delivery.reply_id)
        if conversation_id is None:
            return None
        left = budgets.of(tx, conversation_id, self._account.limits).left(now)
        alone = split(mend(delivery.text))
        more = [] if delivery.reply_id in self._handed else replies.following(tx, delivery.reply_id, now=now)
        needed = len(alone) + sum(len(split(one.text)) for one in more)
        if more and left < needed + RESERVE:
            packed = pack([delivery, *more])
            if packed.count > 1:
                names = tuple(one.reply_id for one in more[: packed.count - 1])
                return Plan(conversation_id, (packed.text,), packed.buttons, names, left)
        return Plan(conversation_id, tuple(alone), delivery.buttons, (), left)

    async def _part(self, plan: Plan, address: str, text: str, buttons: tuple[str, ...]) -> None:
        limits, now = self._account.limits, self._clock()
        if not await self._store.unit(lambda tx: budgets.spend(tx, plan.conversation_id, limits, now=now)):
            await self._out(plan, address)
        try:
            await self._hand_over(address, text, buttons)
        except Later:
            # It may have arrived all the same; the platform's own count has the last word.
            await self._store.unit(lambda tx: budgets.give_back(tx, plan.conversation_id))
            raise
        except Rejected as error:
            await self._refused(plan, address, error.answer.code)

    async def _hand_over(self, address: str, text: str, buttons: tuple[str, ...]) -> None:
        labels = [label for label in buttons if label.strip()]
        if len(labels) > 1 and self._menus and size(text) <= MENU_LIMIT:
            try:
                await self._client.post(SEND, menu_message(address, text, labels))
            except Rejected as error:
                if error.answer.code not in codes.MENU_UNKNOWN:
                    raise
                self._menus = False
            else:
                return
        whole = with_choices(text, labels)
        # Choices that no longer fit are still words she may write; the text says them.
        await self._client.post(SEND, text_message(address, whole if size(whole) <= LIMIT else text))

    async def _refused(self, plan: Plan, address: str, code: int) -> None:
        """Always raises."""
        conversation_id, limits, now = plan.conversation_id, self._account.limits, self._clock()
        await self._store.unit(lambda tx: budgets.give_back(tx, conversation_id))
        logger.info("wechat_refused", extra={"code": code})
        if code in {codes.WINDOW, codes.BUDGET}:
            why = "window" if code == codes.WINDOW else "budget"
            await self._store.unit(lambda tx: budgets.close(tx, conversation_id, limits, why=why, now=now))
            await self._out(plan, address, why)
        if code in codes.FORBIDDEN:
            await self._out(plan, address, "permission")
        raise Refused("gone" if code in codes.GONE else "content" if code in codes.CONTENT else f"code{code}")

    async def _out(self, plan: Plan, address: str, why: str | None = None) -> None:
        """No reply can leave: the subscription notice if there is one, else staff must call. Always raises."""
        if self._account.notice_template:
            try:
                await self._client.post(NOTICE, notice(self._account, address))
            except Rejected as error:
                logger.info("wechat_notice_refused", extra={"code": error.answer.code})
            except Later as error:
                raise Later(error.reason) from error  # the outbox gives up in the end, and staff call
            else:
                raise Kept("notice")
        raise Refused(why or await self._why(plan))

    async def _why(self, plan: Plan) -> str:
        budget = await self._store.read(lambda tx: budgets.of(tx, plan.conversation_id, self._account.limits))
        return budget.closed or ("window" if budget.until <= self._clock() else "budget")

    def _remember(self, reply_id: str, parts: int) -> None:
        self._handed[reply_id] = parts
        while len(self._handed) > REMEMBERED:
            del self._handed[next(iter(self._handed))]


def text_message(address: str, text: str) -> dict[str, Any]:
    return {"touser": address, "msgtype": "text", "text": {"content": text}}


def menu_message(address: str, text: str, labels: list[str]) -> dict[str, Any]:
    """What she presses comes back as a text with the label as its words."""
    items = [{"id": str(number), "content": label} for number, label in enumerate(labels, start=1)]
    menu = {"head_content": text, "list": items, "tail_content": "点一下，或直接打字"}
    return {"touser": address, "msgtype": "msgmenu", "msgmenu": menu}


def notice(account: Account, address: str) -> dict[str, Any]:
    """Only what the operator wrote into the settings: nothing of hers, nothing of the answer."""
    return {"touser": address, "template_id": account.notice_template, "data": account.notice}
