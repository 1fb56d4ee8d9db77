"""Five messages in 48 hours: counted, shown, joined when few are left, and never lost without a word to staff."""

from pathlib import Path

import pytest

from bot.channels.wechat.simulator import Fault
from store import Store, Tx, budgets, callbacks, outbox, tickets, undelivered
from store.budgets import Budget
from store.rows import Ticket
from tests.channels.wechat.kit import HER, HOUR, Office, office
from tickets.actor import Actor
from tickets.casework import talking

SEND = "/cgi-bin/message/custom/send"


@pytest.fixture
async def case(desk: Office) -> tuple[Actor, Ticket]:
    return await open_case(desk)


async def open_case(desk: Office) -> tuple[Actor, Ticket]:
    """She asked for a person, and a person has taken it."""
    actor = await desk.lead()
    await desk.sim.say(HER, "怀孕了公司要辞退我怎么办")
    await desk.settled()
    await desk.sim.say(HER, "找人")
    await desk.settled()
    found = await desk.store.read(lambda tx: tickets.queue(tx, seat_id=actor.seat_id, units=None, now=desk.clock.now))
    assert len(found) == 1
    ticket = await desk.store.unit(lambda tx: talking.accept(tx, actor, found[0].id, now=desk.clock.now))
    desk.screen.clear()
    desk.sim.platform.follower(HER).got.clear()
    return actor, ticket


async def reply(desk: Office, case: tuple[Actor, Ticket], *texts: str) -> None:
    actor, ticket = case
    for text in texts:
        await desk.store.unit(
            lambda tx, text=text: talking.reply(desk.core.service, tx, actor, ticket.id, text, now=desk.clock.now)  # type: ignore[misc]  # bound early
        )
    await desk.hand_over()


async def left(desk: Office) -> int:
    return (await budget(desk)).left(desk.clock.now)


async def budget(desk: Office) -> Budget:
    one = await desk.conversation()
    return await desk.store.read(lambda tx: budgets.of(tx, one.id, desk.account.limits))


async def called_for(desk: Office, ticket: Ticket) -> list[str]:
    events = await desk.store.read(lambda tx: tickets.events(tx, ticket))
    return [str(event.data["reason"]) for event in events if event.kind == callbacks.NEEDED]


async def test_the_staff_replys_are_counted_and_her_next_message_brings_five_again(
    desk: Office, case: tuple[Actor, Ticket]
) -> None:
    assert await left(desk) == 5
    await reply(desk, case, "第一条")
    await reply(desk, case, "第二条")
    assert await left(desk) == 3
    assert desk.sim.platform.follower(HER).left == 3  # the platform counts the same
    desk.clock.pass_seconds(1)
    await desk.sim.say(HER, "好的")
    assert await left(desk) == 5
    desk.clock.pass_seconds(37 * 3600)
    assert (await budget(desk)).until - desk.clock.now == 11 * HOUR


async def test_waiting_replies_leave_together_when_few_are_left(desk: Office, case: tuple[Actor, Ticket]) -> None:
    for number in range(3):
        await reply(desk, case, f"第{number}条")
    assert await left(desk) == 2
    await reply(desk, case, "明天上午九点。", "带上劳动合同。", "我们在门口等您。")
    assert desk.screen[-1] == "明天上午九点。\n\n带上劳动合同。\n\n我们在门口等您。"
    assert await left(desk) == 1
    assert {state for state, _ in await desk.states()} == {"sent"}


async def test_the_sixth_is_undelivered_and_staff_are_asked_to_call(desk: Office, case: tuple[Actor, Ticket]) -> None:
    for number in range(6):
        await reply(desk, case, f"第{number}条")
    assert len(desk.screen) == 5
    assert (await desk.states())[-1] == ("failed", "budget")
    assert await called_for(desk, case[1]) == ["budget"]
    await reply(desk, case, "再试一条")
    assert await called_for(desk, case[1]) == ["budget"]  # one call is asked for, however many failed
    assert await desk.store.read(lambda tx: undelivered.calls(tx, [case[1].id])) == {case[1].id}
    pushed = await desk.sim.say(HER, "看回复")  # and she still gets them by asking
    assert "第5条" in (pushed.reply or "")
    assert "再试一条" in (pushed.reply or "")
    await desk.settled()
    assert {state for state, _ in await desk.states()} <= {"sent", "fetched"}
    await desk.store.unit(
        lambda tx: talking.called(desk.core.service, tx, case[0], case[1].id, "已电话告知", now=desk.clock.now)
    )
    assert await desk.store.read(lambda tx: undelivered.calls(tx, [case[1].id])) == frozenset()


@pytest.mark.parametrize(("code", "reason"), [(45015, "window"), (45047, "budget"), (48001, "permission")])
async def test_what_the_platform_refuses_is_undelivered(
    desk: Office, case: tuple[Actor, Ticket], code: int, reason: str
) -> None:
    desk.sim.platform.faults = [Fault(SEND, code=code)]
    await reply(desk, case, "我们明天陪您去。")
    assert (await desk.states())[-1] == ("failed", reason)
    assert await called_for(desk, case[1]) == [reason]
    if code != 48001:
        assert (await budget(desk)).closed == reason
        assert await left(desk) == 0


async def test_after_two_days_a_neutral_line_cannot_leave_and_staff_must_call(
    desk: Office, case: tuple[Actor, Ticket]
) -> None:
    desk.clock.pass_seconds(49 * 3600)
    await reply(desk, case, "仲裁委受理了。")
    assert desk.screen == []
    assert [path for path, _ in desk.sim.platform.calls] == []  # not even tried: it would be refused
    assert [state for state, _ in await desk.states()][-2:] == ["waiting", "failed"]
    assert await called_for(desk, case[1]) == ["window"]
    pushed = await desk.sim.say(HER, "看回复")
    assert "仲裁委受理了。" in (pushed.reply or "")


async def test_later_than_ten_minutes_one_neutral_line_and_the_text_when_she_asks(
    desk: Office, case: tuple[Actor, Ticket]
) -> None:
    desk.clock.pass_seconds(3600)
    await reply(desk, case, "仲裁委受理了。")
    await reply(desk, case, "请带身份证。")
    assert len(desk.screen) == 1
    assert "新消息" in desk.screen[0]
    assert "仲裁" not in desk.screen[0]
    pushed = await desk.sim.say(HER, "1")  # the only button of the line
    assert "仲裁委受理了。" in (pushed.reply or "")
    assert "请带身份证。" in (pushed.reply or "")


async def test_after_a_pause_nothing_leaves(desk: Office, case: tuple[Actor, Ticket]) -> None:
    await desk.sim.say(HER, "他来了")
    await desk.settled()
    shown = len(desk.screen)
    await reply(desk, case, "仲裁委受理了。")
    desk.clock.pass_seconds(3600)
    await desk.hand_over()
    assert len(desk.screen) == shown
    assert [path for path, _ in desk.sim.platform.calls] == []


async def test_a_subscription_notice_instead(one_store: Store, tmp_path: Path) -> None:
    async with office(one_store, tmp_path, wechat_notice_template="tmpl") as desk:
        case = await open_case(desk)
        platform = desk.sim.platform
        platform.templates.add("tmpl")
        platform.follower(HER).notices = 1
        desk.clock.pass_seconds(49 * 3600)
        await reply(desk, case, "仲裁委受理了。")
        assert desk.screen == ["您有一条新消息"]
        assert await called_for(desk, case[1]) == []
        assert "仲裁委受理了。" in ((await desk.sim.say(HER, "看回复")).reply or "")
        await desk.settled()
        # In the chat, but nothing left: the notice she agreed to once is used up, so staff call.
        platform.faults = [Fault(SEND, code=45047)]
        await reply(desk, case, "请带身份证。")
        assert await called_for(desk, case[1]) == ["budget"]


async def test_she_unsubscribes(desk: Office, case: tuple[Actor, Ticket]) -> None:
    assert (await desk.sim.event(HER, "unsubscribe")).answers == ("success",)
    assert (await budget(desk)).closed == "left"
    await reply(desk, case, "我们明天陪您去。")
    assert (await desk.states())[-1] == ("failed", "left")
    assert await called_for(desk, case[1]) == ["left"]
    await desk.sim.event(HER, "subscribe")
    desk.clock.pass_seconds(1)
    await desk.sim.say(HER, "我回来了")
    assert await left(desk) == 5


async def test_a_click_allows_three_for_a_minute_and_takes_nothing_away(desk: Office) -> None:
    await desk.sim.event(HER, "CLICK", "找人")
    assert await left(desk) == 3
    desk.clock.pass_seconds(61)
    assert await left(desk) == 0
    await desk.sim.say(HER, "你好")
    desk.clock.pass_seconds(1)
    await desk.sim.event(HER, "CLICK", "看回复")
    assert await left(desk) == 5
    desk.clock.pass_seconds(61)
    assert await left(desk) == 5


async def test_choices_are_a_menu_message_or_numbers(desk: Office) -> None:
    desk.slow.seconds = 0.0
    await desk.sim.say(HER, "你好")
    await desk.settled()
    one = await desk.conversation()

    def offer(tx: Tx) -> str:
        return outbox.add(
            tx,
            conversation_id=one.id,
            contact_id=one.contact_id,
            inbox=one.inbox,
            text="您现在方便说话吗？",
            buttons=("方便", "不方便", "找人"),
            now=desk.clock.now,
        )

    await desk.store.unit(offer)
    await desk.hand_over()
    got = desk.sim.platform.follower(HER).got[-1]
    assert (got.kind, got.choices) == ("msgmenu", ("方便", "不方便", "找人"))
    desk.sim.platform.menus = False
    await desk.store.unit(offer)
    await desk.hand_over()
    got = desk.sim.platform.follower(HER).got[-1]
    assert got.kind == "text"
    assert got.text.endswith("1 方便\n2 不方便\n3 找人")
    assert await left(desk) == 3
    await desk.sim.choose(HER, "方便")
    assert desk.slow.calls[-1] == "方便"


async def test_429_waits_as_long_as_it_says(desk: Office, case: tuple[Actor, Ticket]) -> None:
    desk.sim.platform.faults = [Fault(SEND, status=429, retry_after=30), Fault(SEND, code=-1, times=1)]
    await reply(desk, case, "我们明天陪您去。")
    desk.clock.pass_seconds(29)
    await desk.hand_over()
    assert desk.screen == []
    desk.clock.pass_seconds(2)
    await desk.hand_over()  # -1: busy
    assert desk.screen == []
    desk.clock.pass_seconds(60)
    await desk.hand_over()
    assert desk.screen == ["我们明天陪您去。"]
    assert await left(desk) == 4


async def test_a_long_reply_is_split_well_and_a_restart_in_between_sends_the_rest(
    desk: Office, case: tuple[Actor, Ticket]
) -> None:
    paragraph = "这是一段话，讲清楚一件事情。" * 20
    await reply(desk, case, "\n\n".join([paragraph] * 4))
    assert len(desk.screen) == 2
    assert all(len(text.encode()) <= 2048 for text in desk.screen)
    assert all(text.endswith("。") for text in desk.screen)
    assert "".join(desk.screen).replace("\n", "") == paragraph * 4
    assert await left(desk) == 3


async def test_half_an_answer_is_never_sent(desk: Office, case: tuple[Actor, Ticket]) -> None:
    for number in range(4):
        await reply(desk, case, f"第{number}条")
    assert await left(desk) == 1
    await reply(desk, case, "这是一段话，讲清楚一件事情。" * 80)
    assert len(desk.screen) == 4
    assert (await desk.states())[-1][0] == "failed"
    assert len(await called_for(desk, case[1])) == 1
