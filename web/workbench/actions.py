"""The dialogs of a case, made once for it: what is being typed in one survives whatever changes around it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from nicegui import ui

from store import Tx, seats
from store.rows import Ticket
from tickets import casework as work
from tickets.actor import Actor
from web import words
from web.auth.permissions import who
from web.desk import Desk, actor_of
from web.parts.controls import Asking, choice, field, said
from web.workbench.rows import topic_name, unit_name

T = TypeVar("T")
NO_DEPT = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What the dialogs need of the page around them."""

    desk: Desk
    ticket_id: int
    ticket: Callable[[], Ticket]  # as it is on the screen now
    changed: Callable[[], Awaitable[None]]
    offer_undo: Callable[[str, Callable[[], Awaitable[None]]], None]

    async def do(self, step: Callable[[Tx, Actor, int], T]) -> T:
        """Run one step of casework as this person, then show what it left."""
        actor, now = actor_of(who()), self.desk.clock()
        result = await self.desk.store.unit(lambda tx: step(tx, actor, now))
        await self.changed()
        return result


def topics_of(desk: Desk) -> dict[str, str]:
    """Everything a ticket may be about, whole names, by group."""
    groups = desk.taxonomy.groups
    return {
        name: f"{groups.get(intent.group, '')} · {intent.zh}"
        for name, intent in desk.taxonomy.intents.items()
        if intent.consultation
    }


def dangers_of(desk: Desk) -> dict[str, str]:
    return {name: f"{words.LEVELS[kind.level]} · {kind.zh}" for name, kind in desk.taxonomy.danger.items()}


def transfer_dialog(hands: Hands) -> Callable[[], None]:
    desk = hands.desk
    asking = Asking("转办", "接收单位签收之前，您的单位仍看得到；首问责任不变。10 分钟内、对方没动过可以撤销。")
    with asking:
        unit = choice("转给哪个单位", {key: unit_name(desk, key) for key in desk.org.units}, search=True)
        dept = choice("部门", {NO_DEPT: "不指定", **desk.org.depts}, value=NO_DEPT)
        why = field("为什么转", "接收单位会看到", rows=1)

        async def do() -> None:
            target, reason = str(unit.value or ""), str(why.value or "")
            after = await hands.do(
                lambda tx, actor, now: work.transfer(
                    desk.service,
                    tx,
                    actor,
                    hands.ticket_id,
                    unit=target,
                    dept=str(dept.value) or None,
                    reason=reason,
                    version=hands.ticket().version,
                    now=now,
                )
            )
            why.value = ""

            async def undo() -> None:
                await hands.do(lambda tx, actor, now: work.undo_transfer(tx, actor, hands.ticket_id, now=now))

            hands.offer_undo(f"已转给{unit_name(desk, after.unit)}，等对方签收", undo)

        asking.actions("转办", "ticket.transfer", do)

    def show() -> None:
        unit.value, dept.value = hands.ticket().unit, hands.ticket().dept or NO_DEPT
        asking.open()

    return show


def topic_dialog(hands: Hands, after_topic: Callable[[], None]) -> Callable[[], None]:
    """Choosing is the click; the way back is offered, and so is another unit."""
    desk = hands.desk
    asking = Asking("改事项", "部门和期限跟着变，单位不变；原来的事项会留下记录。")
    with asking:
        topic = choice("事项", topics_of(desk), search=True)

        async def change(to: str) -> None:
            await hands.do(
                lambda tx, actor, now: work.change_topic(desk.service, tx, actor, hands.ticket_id, to, now=now)
            )

        async def do() -> None:
            before, wanted = hands.ticket().topic, str(topic.value or "")
            await change(wanted)
            after_topic()

            async def undo() -> None:
                await change(before)

            hands.offer_undo(f"事项改为{topic_name(desk, wanted)}；要换单位请用“转办”", undo)

        asking.actions("改", "ticket.topic", do)

    def show() -> None:
        topic.value = hands.ticket().topic
        asking.open()

    return show


def close_dialog(hands: Hands) -> Callable[[], None]:
    desk = hands.desk
    asking = Asking("办结", "请选一个结果，并确认事项。没有答复过她的，由负责人办结。")
    with asking:
        outcome = choice("结果", dict(words.OUTCOMES))
        topic = choice("确认事项", topics_of(desk), search=True)
        why = field("依据（有危险信号的必填）", rows=1)

        async def do() -> None:
            await hands.do(
                lambda tx, actor, now: work.close(
                    desk.service,
                    tx,
                    actor,
                    hands.ticket_id,
                    outcome=str(outcome.value or ""),
                    topic=str(topic.value or ""),
                    reason=str(why.value or ""),
                    version=hands.ticket().version,
                    now=now,
                )
            )
            said("已办结")

        asking.actions("办结", "ticket.close", do)

    def show() -> None:
        topic.value = hands.ticket().topic
        asking.open()

    return show


def danger_dialog(hands: Hands) -> Callable[[], None]:
    desk = hands.desk
    asking = Asking("危险判断", "机器人只会升高，不会降低；降低要由您判断并写明依据。升到紧急会马上告警。")
    with asking:
        level = choice("级别", dict(words.LEVELS))
        kind = choice("类别", dangers_of(desk), search=True)
        why = field("依据", "例如：已电话确认她现在在娘家，安全", rows=2)

        async def do() -> None:
            await hands.do(
                lambda tx, actor, now: work.set_danger(
                    desk.service,
                    tx,
                    actor,
                    hands.ticket_id,
                    kind=str(kind.value) if kind.value else None,
                    level=str(level.value or "none"),
                    reason=str(why.value or ""),
                    version=hands.ticket().version,
                    now=now,
                )
            )
            why.value = ""

        asking.actions("记在我名下", "ticket.note", do)

    def show() -> None:
        level.value, kind.value = hands.ticket().danger_level or "none", hands.ticket().danger_kind
        asking.open()

    return show


def hide_dialog(hands: Hands) -> Callable[[], Awaitable[None]]:
    desk = hands.desk
    asking = Asking("回避", "选中的同事看不到她的任何工单，也搜不到、计不进数，告警也不呼叫他。")
    with asking:
        who_out = (
            ui.select({}, label="哪些同事要回避", multiple=True).props("outlined dense use-chips").classes("field")
        )
        why = field("原因", "例如：来访者说他是她丈夫的表弟", rows=1)

        async def do() -> None:
            chosen = [int(one) for one in who_out.value or []]
            await hands.do(
                lambda tx, actor, now: work.hide_from(
                    tx, actor, hands.ticket_id, chosen, reason=str(why.value or ""), now=now
                )
            )
            why.value = ""
            said("已回避")

        asking.actions("回避", "ticket.seal", do)

    async def show() -> None:
        everyone = await desk.store.read(seats.listing)
        me = who().seat_id
        options = {
            one.id: f"{one.name}（{unit_name(desk, one.unit)}）"
            for one in everyone
            if one.id != me and one.active and one.role != "admin"
        }
        who_out.set_options(options, value=[])
        asking.open()

    return show


def words_dialog(
    hands: Hands,
    heading: str,
    hint: str,
    label: str,
    permission: str,
    step: Callable[[Tx, Actor, int, str], object],
    done: str,
) -> Callable[[], None]:
    """A note, a call, a return, a second beginning: one field and one button."""
    asking = Asking(heading, hint)
    with asking:
        text = field(label, rows=3)

        async def do() -> None:
            written = str(text.value or "")
            await hands.do(lambda tx, actor, now: step(tx, actor, now, written))
            text.value = ""
            said(done)

        asking.actions("记下", permission, do)
    return asking.open


def misread_dialog(hands: Hands) -> Callable[[int], None]:
    desk = hands.desk
    asking = Asking("机器人理解错了", "交给训练员，不改变这张工单。")
    chosen = {"message": 0}
    with asking:
        intent = choice("应该理解为", {name: one.zh for name, one in desk.taxonomy.intents.items()}, search=True)
        danger = choice("其实有危险（可不选）", dangers_of(desk), search=True).props("clearable")

        async def do() -> None:
            await hands.do(
                lambda tx, actor, now: work.misread(
                    tx,
                    actor,
                    hands.ticket_id,
                    chosen["message"],
                    intent=str(intent.value) if intent.value else None,
                    danger=str(danger.value) if danger.value else None,
                    now=now,
                )
            )
            said("已交给训练员")

        asking.actions("交给训练员", "ticket.note", do)

    def show(message_id: int) -> None:
        chosen["message"] = message_id
        intent.value, danger.value = None, None
        asking.open()

    return show
