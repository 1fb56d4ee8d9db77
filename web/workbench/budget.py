"""How many replies her channel still takes, in the words beside the reply box."""

from typing import Final

from store import Tx, budgets
from store.budgets import Budget
from store.rows import Conversation
from web.desk import Desk

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
WAITS: Final = "写下的回复会等她来取，急事请打电话"


def budget_of(tx: Tx, desk: Desk, conversation: Conversation | None) -> Budget | None:
    if conversation is None:
        return None
    limits = desk.limits.get(conversation.inbox.partition(":")[0])
    return None if limits is None else budgets.of(tx, conversation.id, limits)


def budget_words(budget: Budget | None, *, now: int) -> str:
    """还可发 3 条，剩 11 小时; empty where nothing is counted."""
    if budget is None:
        return ""
    left = budget.left(now)
    if left:
        return f"还可发 {left} 条，剩 {_time(budget.until - now)}"
    if budget.closed == "left":
        return "她已取消关注，发不到了：请打电话"
    if budget.closed == "window" or budget.until <= now:
        return f"已过可回复的时间：{WAITS}"
    return f"可发的条数已用完，她再来消息才能发：{WAITS}"


def _time(left: int) -> str:
    return f"{left // HOUR} 小时" if left >= HOUR else f"{max(1, left // MINUTE)} 分钟"
