"""按她的要求删除记录: after staff made sure that it is her; the number of the receipt stands until it was read out."""

from collections.abc import Callable

from nicegui import context, ui

from tickets.forgetting import forget_for_her
from web.auth.permissions import who
from web.desk import actor_of
from web.parts.controls import Asking, field
from web.workbench.actions import Hands

HINT = "先核对是她本人，别人可能拿着她的手机。删除后马上看不到，7 天后销毁；有危险没办结的，办结后才销毁。"


def forget_dialog(hands: Hands) -> Callable[[], None]:
    asking = Asking("按她的要求删除记录", HINT)
    with asking:
        why = field("怎么核对的", "例如：回拨了她留的号码，她说得出哪天说了什么", rows=2)

        async def do() -> None:
            desk, actor, client = hands.desk, actor_of(who()), context.client
            now, reason = desk.clock(), str(why.value or "")
            number = await desk.store.unit(
                lambda tx: forget_for_her(desk.service, tx, actor, hands.ticket_id, reason=reason, now=now)
            )
            with client:  # the case may be gone from the page by now
                words = f"已删除。请把回执号念给她：{number}"
                ui.notify(words, position="top", timeout=0, close_button="念过了", classes="said")

        asking.actions("删除", "ticket.erase", do, "danger")
    return asking.open
