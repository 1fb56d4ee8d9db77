"""What staff do with a ticket, on both databases: sight, steps, versions, events, and the duty of the first person."""

from collections.abc import Callable
from typing import Any

import pytest

from store import Store, Tx, access_log, alarms, contacts, conversations, messages, outbox, tickets
from store import casework as rows
from tests.tickets.casework_desk import HOUR, MINUTE, NOW, Bench, build_bench, open_one
from tickets import casework as work
from tickets.actor import Actor
from tickets.errors import Refused

Step = Callable[[Bench, Tx, Actor], Any]


@pytest.fixture
async def bench(store: Store) -> Bench:
    return await build_bench(store)


async def accept(bench: Bench, who: Actor, at: int = NOW) -> None:
    await bench.store.unit(lambda tx: work.accept(tx, who, bench.ticket_id, now=at))


async def reply(bench: Bench, who: Actor, text: str = "您好", *, final: bool = False, at: int = NOW + MINUTE) -> str:
    return await bench.store.unit(
        lambda tx: work.reply(bench.service, tx, who, bench.ticket_id, text, final=final, now=at)
    )


# Everything a person can do to a ticket; those who may not see it get the same answer as for one that is not there.
STEPS: dict[str, Step] = {
    "accept": lambda b, tx, who: work.accept(tx, who, b.ticket_id, now=NOW),
    "reply": lambda b, tx, who: work.reply(b.service, tx, who, b.ticket_id, "好", now=NOW),
    "called": lambda b, tx, who: work.called(b.service, tx, who, b.ticket_id, "好", now=NOW),
    "ask": lambda b, tx, who: work.ask_her(tx, who, b.ticket_id, "好", now=NOW),
    "resume": lambda b, tx, who: work.resume(b.service, tx, who, b.ticket_id, now=NOW),
    "note": lambda b, tx, who: work.note(tx, who, b.ticket_id, "好", now=NOW),
    "save": lambda b, tx, who: work.save_draft(tx, who, b.ticket_id, "好", now=NOW),
    "read": lambda b, tx, who: work.read_draft(tx, who, b.ticket_id),
    "misread": lambda b, tx, who: work.misread(tx, who, b.ticket_id, 1, intent=None, danger=None, now=NOW),
    "transfer": lambda b, tx, who: work.transfer(
        b.service, tx, who, b.ticket_id, unit="kunshan", dept=None, reason="好", now=NOW
    ),
    "send_back": lambda b, tx, who: work.send_back(tx, who, b.ticket_id, reason="好", now=NOW),
    "topic": lambda b, tx, who: work.change_topic(b.service, tx, who, b.ticket_id, "job_training", now=NOW),
    "danger": lambda b, tx, who: work.set_danger(
        b.service, tx, who, b.ticket_id, kind="threat", level="urgent", reason="好", now=NOW
    ),
    "hold": lambda b, tx, who: work.hold(tx, who, b.ticket_id, now=NOW),
    "hide": lambda b, tx, who: work.hide_from(tx, who, b.ticket_id, [b.chen.seat_id], reason="好", now=NOW),
    "close": lambda b, tx, who: work.close(
        b.service, tx, who, b.ticket_id, outcome="answered", topic="rights_maternity", now=NOW
    ),
    "follow": lambda b, tx, who: work.follow_up(tx, who, b.ticket_id, "好", now=NOW),
    "reopen": lambda b, tx, who: work.reopen(b.service, tx, who, b.ticket_id, reason="好", now=NOW),
    "code": lambda b, tx, who: work.code_of(tx, who, b.ticket_id),
}


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("kept_out", [False, True])
async def test_who_may_not_see_it_can_do_nothing(bench: Bench, name: str, kept_out: bool) -> None:
    stranger = bench.zhao
    if kept_out:  # a colleague of the same unit, named by her
        stranger = bench.chen
        ids = [bench.chen.seat_id]
        await bench.store.unit(lambda tx: work.hide_from(tx, bench.li, bench.ticket_id, ids, reason="表弟", now=NOW))
    before, events = await bench.ticket(), await bench.events()
    with pytest.raises(Refused) as refused:
        await bench.store.unit(lambda tx: STEPS[name](bench, tx, stranger))
    assert refused.value.status == 404
    assert (await bench.ticket(), await bench.events()) == (before, events)


@pytest.mark.parametrize("name", ["accept", "transfer", "topic", "close", "reply"])
async def test_who_was_only_copied_in_reads_and_notes(store: Store, name: str) -> None:
    bench = await build_bench(store, topic="rights_dv")  # told to the city as well
    city = Actor(999, "seat", "sz", ("sz",))
    await bench.store.unit(lambda tx: work.note(tx, city, bench.ticket_id, "已知悉", now=NOW))
    with pytest.raises(Refused) as refused:
        await bench.store.unit(lambda tx: STEPS[name](bench, tx, city))
    assert refused.value.status == 403


async def test_the_first_to_touch_it_keeps_the_duty(bench: Bench) -> None:
    await accept(bench, bench.li)
    await accept(bench, bench.chen)
    ticket = await bench.ticket()
    assert (ticket.first_owner, ticket.owner) == (bench.li.seat_id, bench.chen.seat_id)
    assert [event.kind for event in await bench.events()] == ["opened", "taken", "taken"]


async def test_a_version_somebody_else_changed_is_refused(bench: Bench) -> None:
    seen = (await bench.ticket()).version
    await accept(bench, bench.li)
    for step in (
        lambda tx: work.accept(tx, bench.chen, bench.ticket_id, version=seen, now=NOW),
        lambda tx: work.change_topic(
            bench.service, tx, bench.chen, bench.ticket_id, "job_training", version=seen, now=NOW
        ),
    ):
        with pytest.raises(Refused) as refused:
            await bench.store.unit(step)
        assert (refused.value.status, refused.value.message) == (409, work.CHANGED)


async def test_a_reply_takes_the_ticket_stops_the_first_clock_and_leaves_by_the_outbox(bench: Bench) -> None:
    reply_id = await reply(bench, bench.li, "公司不能这样做")
    ticket = await bench.ticket()
    assert (ticket.state, ticket.owner, ticket.first_reply_at) == ("in_progress", bench.li.seat_id, NOW + MINUTE)
    lines = await bench.store.read(lambda tx: messages.transcript(tx, ticket.contact_id))
    assert [(line.who, line.text, line.state, line.reply_id) for line in lines if line.who == "staff"] == [
        ("staff", "公司不能这样做", "queued", reply_id)
    ]
    claimed = await bench.store.unit(lambda tx: outbox.claim(tx, ["web"], now=NOW + HOUR))
    assert [(row.seat_id, row.ticket_id) for row in claimed] == [(bench.li.seat_id, ticket.id)]


async def test_the_first_reply_alone_stops_the_clock(bench: Bench) -> None:
    await reply(bench, bench.li, at=NOW + MINUTE)
    await reply(bench, bench.li, final=True, at=NOW + HOUR)
    ticket = await bench.ticket()
    assert (ticket.first_reply_at, ticket.state) == (NOW + MINUTE, "answered")


@pytest.mark.parametrize(("text", "status"), [("", 422), ("  \n", 422), ("字" * 2001, 422)])
async def test_what_is_no_reply_is_refused(bench: Bench, text: str, status: int) -> None:
    with pytest.raises(Refused) as refused:
        await reply(bench, bench.li, text)
    assert refused.value.status == status
    assert (await bench.ticket()).owner is None


async def test_asking_her_stops_the_clock_and_her_answer_starts_it_again(bench: Bench) -> None:
    await bench.store.unit(lambda tx: work.ask_her(tx, bench.li, bench.ticket_id, "孩子多大？", now=NOW))
    waiting = await bench.ticket()
    assert (waiting.state, waiting.paused_at, waiting.first_reply_at) == ("waiting", NOW, NOW)
    day = 24 * HOUR
    await bench.store.unit(
        lambda tx: bench.service.join(
            tx, bench.ticket_id, facts={}, unit=None, danger_kind=None, danger_level=None, alarm=False, now=NOW + day
        )
    )
    resumed = await bench.ticket()
    assert (resumed.state, resumed.paused_at) == ("in_progress", None)
    assert resumed.due_close is not None
    assert waiting.due_close is not None
    assert resumed.due_close - waiting.due_close == day  # Monday to Tuesday, one working day


async def test_a_transfer_needs_the_receiver_and_comes_back_with_a_reason(bench: Bench) -> None:
    await accept(bench, bench.li)
    after = await bench.store.unit(
        lambda tx: work.transfer(
            bench.service, tx, bench.wang, bench.ticket_id, unit="kunshan", dept="rights", reason="户籍在昆山", now=NOW
        )
    )
    assert (after.state, after.unit, after.owner, after.first_owner) == ("assigned", "kunshan", None, bench.li.seat_id)
    assert "gusu" in after.cc  # who gave it away still sees what becomes of it
    with pytest.raises(Refused, match="备注"):
        await accept(bench, bench.li)
    back = await bench.store.unit(
        lambda tx: work.send_back(tx, bench.zhao, bench.ticket_id, reason="人在姑苏", now=NOW + HOUR)
    )
    assert (back.state, back.unit, back.owner) == ("returned", "gusu", bench.li.seat_id)
    assert [(event.kind, event.note) for event in (await bench.events())[-2:]] == [
        ("transferred", "户籍在昆山"),
        ("returned", "人在姑苏"),
    ]
    await accept(bench, bench.li)
    assert (await bench.ticket()).state == "accepted"


async def test_a_transfer_is_taken_back_by_whoever_did_it_while_nobody_touched_it(bench: Bench) -> None:
    before = await bench.ticket()
    await bench.store.unit(
        lambda tx: work.transfer(
            bench.service, tx, bench.li, bench.ticket_id, unit="kunshan", dept=None, reason="误点", now=NOW
        )
    )
    with pytest.raises(Refused):
        await bench.store.unit(lambda tx: work.undo_transfer(tx, bench.chen, bench.ticket_id, now=NOW))
    with pytest.raises(Refused):
        await bench.store.unit(lambda tx: work.undo_transfer(tx, bench.li, bench.ticket_id, now=NOW + HOUR))
    after = await bench.store.unit(lambda tx: work.undo_transfer(tx, bench.li, bench.ticket_id, now=NOW + MINUTE))
    assert (after.state, after.unit, after.dept, after.cc) == (before.state, before.unit, before.dept, before.cc)


async def test_another_topic_keeps_the_old_one_and_moves_department_and_limits(bench: Bench) -> None:
    before = await bench.ticket()
    after = await bench.store.unit(
        lambda tx: work.change_topic(bench.service, tx, bench.li, bench.ticket_id, "job_training", now=NOW)
    )
    assert (after.topic, after.first_topic, after.dept, after.unit) == (
        "job_training",
        "rights_maternity",
        "development",
        before.unit,
    )
    event = (await bench.events())[-1]
    assert (event.kind, event.data["from"], event.data["to"]) == ("topic", "rights_maternity", "job_training")


async def test_only_a_person_lowers_danger_and_says_why(store: Store) -> None:
    bench = await build_bench(
        store, topic="rights_dv", danger_kind="violence_now", danger_level="immediate", alarm=True
    )

    def lower(reason: str) -> Callable[[Tx], Any]:
        return lambda tx: work.set_danger(
            bench.service, tx, bench.li, bench.ticket_id, kind=None, level="none", reason=reason, now=NOW
        )

    with pytest.raises(Refused) as refused:
        await bench.store.unit(lower(" "))
    assert refused.value.status == 422
    await bench.store.unit(lower("已电话确认安全"))
    ticket = await bench.ticket()
    assert (ticket.danger_kind, ticket.danger_level, ticket.priority) == (None, None, "green")
    looks = await bench.store.read(lambda tx: access_log.of_ticket(tx, bench.ticket_id))
    assert [(look.action, look.seat_id, look.reason) for look in looks] == [
        ("danger.lower", bench.li.seat_id, "已电话确认安全")
    ]
    assert await bench.store.read(alarms.count_ringing) == 0


async def test_raising_danger_rings(bench: Bench) -> None:
    await bench.store.unit(
        lambda tx: work.set_danger(
            bench.service,
            tx,
            bench.li,
            bench.ticket_id,
            kind="threat",
            level="urgent",
            reason="电话里听到他在砸门",
            now=NOW,
        )
    )
    ticket = await bench.ticket()
    assert (ticket.priority, ticket.due_first) == ("urgent", NOW + 15 * MINUTE)
    assert [alarm.level for alarm in await bench.store.read(alarms.ringing)] == ["urgent"]


async def test_taking_a_ticket_takes_its_alarm(store: Store) -> None:
    bench = await build_bench(store, topic="rights_dv", danger_kind="threat", danger_level="urgent", alarm=True)
    await accept(bench, bench.li)
    taken = (await bench.store.read(lambda tx: alarms.of_ticket(tx, bench.ticket_id)))[0]
    assert taken.taken_by == bench.li.seat_id


async def test_her_contact_is_shown_after_the_line_that_says_why(bench: Bench) -> None:
    with pytest.raises(Refused) as refused:
        await work.reveal(bench.store, bench.li, bench.ticket_id, reason=" ", now=NOW)
    assert refused.value.status == 422
    with pytest.raises(Refused):
        await work.reveal(bench.store, bench.zhao, bench.ticket_id, reason="好奇", now=NOW)
    assert await bench.store.read(lambda tx: access_log.of_ticket(tx, bench.ticket_id)) == []
    facts = await work.reveal(bench.store, bench.li, bench.ticket_id, reason="约了回电", now=NOW)
    assert facts["contact"] == "13812345678"
    looks = await bench.store.read(lambda tx: access_log.of_ticket(tx, bench.ticket_id))
    assert [(look.action, look.reason) for look in looks] == [("contact.reveal", "约了回电")]


async def test_nothing_is_revealed_when_the_line_cannot_be_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(access_log, "look", broken)
    with pytest.raises(OSError, match="disk full"):
        await work.reveal(bench.store, bench.li, bench.ticket_id, reason="约了回电", now=NOW)


async def test_kept_out_holds_for_every_matter_of_hers_now_and_later(bench: Bench) -> None:
    await accept(bench, bench.chen)
    await bench.store.unit(
        lambda tx: work.hide_from(tx, bench.wang, bench.ticket_id, [bench.chen.seat_id], reason="亲戚", now=NOW)
    )
    ticket = await bench.ticket()
    assert (ticket.owner, ticket.first_owner) == (None, bench.wang.seat_id)

    def again(tx: Tx) -> int:
        conversation = conversations.of_contact(tx, ticket.contact_id)[0]
        matter = bench.service._matter(ticket)
        return bench.service.open(
            tx, matter, contact_id=ticket.contact_id, conversation=conversation, now=NOW
        ).ticket.id

    second = await bench.store.unit(again)
    for seat, count in ((bench.chen, 0), (bench.li, 2)):
        found = await bench.store.read(
            lambda tx, seat=seat: tickets.queue(tx, seat_id=seat.seat_id, units=seat.units, now=NOW)  # type: ignore[misc]
        )
        assert len(found) == count
        hits = await bench.store.read(
            lambda tx, seat=seat: rows.by_number_end(tx, "000", seat_id=seat.seat_id, units=seat.units)  # type: ignore[misc]
        )
        assert hits == []  # not the end of any number
        ends = await bench.store.read(
            lambda tx, seat=seat: rows.by_number_end(tx, "0002", seat_id=seat.seat_id, units=seat.units)  # type: ignore[misc]
        )
        assert [one.id for one in ends] == ([second] if count else [])


CLOSING = [  # role, replied, outcome, what is refused (None: closed)
    ("li", True, "answered", None),
    ("li", True, "duplicate", None),
    ("li", False, "answered", 422),
    ("li", False, "duplicate", 422),
    ("wang", False, "duplicate", None),
    ("wang", False, "answered", 422),
    ("li", True, "made_up", 422),
]


@pytest.mark.parametrize(("who", "replied", "outcome", "refused"), CLOSING)
async def test_closing_needs_an_outcome_and_a_word_to_her_or_a_lead(
    bench: Bench, who: str, replied: bool, outcome: str, refused: int | None
) -> None:
    actor: Actor = getattr(bench, who)
    await accept(bench, actor)
    if replied:
        await reply(bench, actor)

    def close(tx: Tx) -> Any:
        return work.close(
            bench.service, tx, actor, bench.ticket_id, outcome=outcome, topic="job_training", now=NOW + HOUR
        )

    if refused is not None:
        with pytest.raises(Refused) as why:
            await bench.store.unit(close)
        assert why.value.status in {refused, 403}
        assert (await bench.ticket()).closed_at is None
        return
    await bench.store.unit(close)
    ticket = await bench.ticket()
    assert (ticket.state, ticket.outcome, ticket.confirmed_topic, ticket.closed_at) == (
        "archived",
        outcome,
        "job_training",
        NOW + HOUR,
    )
    with pytest.raises(Refused, match="重办"):
        await reply(bench, actor)
    await bench.store.unit(
        lambda tx: work.reopen(bench.service, tx, actor, bench.ticket_id, reason="她不满意", now=NOW + 2 * HOUR)
    )
    again = await bench.ticket()
    assert (again.state, again.outcome, again.closed_at, again.number) == ("reopened", None, None, ticket.number)


async def test_no_danger_is_closed_without_a_reason_or_while_it_rings(store: Store) -> None:
    bench = await build_bench(store, topic="rights_dv", danger_kind="threat", danger_level="urgent", alarm=True)

    def close(reason: str) -> Callable[[Tx], Any]:
        return lambda tx: work.close(
            bench.service,
            tx,
            bench.wang,
            bench.ticket_id,
            outcome="other",
            topic="rights_dv",
            reason=reason,
            now=NOW,
        )

    with pytest.raises(Refused, match="告警"):
        await bench.store.unit(close("依据"))
    await accept(bench, bench.wang)
    with pytest.raises(Refused, match="依据"):
        await bench.store.unit(close(""))
    await bench.store.unit(close("民警已到场"))
    assert (await bench.ticket()).closed_at == NOW


async def test_a_call_becomes_a_ticket_of_whoever_took_it(bench: Bench) -> None:
    facts = {"what": "老板拖欠工资", "contact": "13900001111", "made_up": "x", "where": " "}
    opened = await bench.store.unit(
        lambda tx: work.open_by_staff(
            bench.service, tx, bench.li, source="phone", topic="job_training", unit=None, facts=facts, now=NOW
        )
    )
    ticket = opened.ticket
    assert (ticket.source, ticket.state, ticket.owner, ticket.first_owner, ticket.unit) == (
        "phone",
        "accepted",
        bench.li.seat_id,
        bench.li.seat_id,
        "gusu",
    )
    kept = await bench.store.read(lambda tx: tickets.facts(tx, ticket))
    assert kept == {"what": "老板拖欠工资", "contact": "13900001111"}
    assert await bench.store.read(lambda tx: contacts.code_of(tx, ticket.contact_id)) == opened.code
    bench.ticket_id = ticket.id
    with pytest.raises(Refused, match="电话"):
        await reply(bench, bench.li)
    await bench.store.unit(
        lambda tx: work.called(bench.service, tx, bench.li, ticket.id, "告诉她去仲裁", now=NOW + MINUTE)
    )
    after = await bench.ticket()
    assert (after.first_reply_at, after.state) == (NOW + MINUTE, "in_progress")


async def test_a_doubtful_sign_stands_until_a_named_person_has_looked(bench: Bench) -> None:
    ticket = await bench.ticket()

    def flag(tx: Tx) -> int:
        before = conversations.of_contact(tx, ticket.contact_id)[0]
        changes = conversations.Changes(
            state={"unit": "gusu"}, topic=None, paused=False, last_in_at=NOW, watch_kind="violence_recent"
        )
        conversations.advance(tx, before, changes, now=NOW)
        return before.id

    flagged = await bench.store.unit(flag)
    with pytest.raises(Refused):
        await bench.store.unit(lambda tx: work.looked(tx, bench.zhao, flagged, city="sz", now=NOW))
    await bench.store.unit(lambda tx: work.looked(tx, bench.li, flagged, city="sz", now=NOW))
    assert await bench.store.read(conversations.watched) == []
    looks = await bench.store.read(lambda tx: access_log.of_seat(tx, bench.li.seat_id, since=0))
    assert [(look.action, look.data["conversation"]) for look in looks] == [("watch.looked", flagged)]
    with pytest.raises(Refused) as refused:  # somebody else was first
        await bench.store.unit(lambda tx: work.looked(tx, bench.chen, flagged, city="sz", now=NOW))
    assert refused.value.status == 409


async def test_what_the_bot_misread_is_kept_for_the_trainer_and_changes_nothing(bench: Bench) -> None:
    before = await bench.ticket()
    other = await open_one(bench)

    def wrong(message_id: int) -> Callable[[Tx], None]:
        return lambda tx: work.misread(
            tx, bench.li, bench.ticket_id, message_id, intent="job_training", danger=None, now=NOW
        )

    await bench.store.unit(wrong(1))
    assert await bench.ticket() == before
    assert (await bench.events())[-1].data == {
        "message": 1,
        "was": "rights_maternity",
        "should": "job_training",
        "danger": None,
    }
    assert other.contact_id != before.contact_id
    with pytest.raises(Refused):  # a message of another woman
        await bench.store.unit(wrong(2))


async def test_a_draft_is_each_persons_own_and_leaves_with_the_reply(bench: Bench) -> None:
    await bench.store.unit(lambda tx: work.save_draft(tx, bench.li, bench.ticket_id, "写到一半", now=NOW))
    for seat, words in ((bench.li, "写到一半"), (bench.chen, "")):
        found = await bench.store.read(
            lambda tx, seat=seat: work.read_draft(tx, seat, bench.ticket_id)  # type: ignore[misc]
        )
        assert found == words
    await reply(bench, bench.li)
    assert await bench.store.read(lambda tx: work.read_draft(tx, bench.li, bench.ticket_id)) == ""


async def test_new_to_me_is_what_others_did_after_i_looked(bench: Bench) -> None:
    async def dot(who: Actor) -> bool:
        found = await bench.store.read(lambda tx: rows.unread(tx, who.seat_id, [bench.ticket_id]))
        return bench.ticket_id in found

    assert await dot(bench.li)
    await bench.store.unit(lambda tx: access_log.look(tx, bench.li, rows.READ, bench.ticket_id, now=NOW + 1))
    assert not await dot(bench.li)
    await accept(bench, bench.li, NOW + 2)
    assert not await dot(bench.li)
    await accept(bench, bench.chen, NOW + 3)
    assert await dot(bench.li)


async def test_holding_silences_every_conversation_of_hers_and_ends_by_itself(bench: Bench) -> None:
    ticket = await bench.ticket()
    await bench.store.unit(lambda tx: work.hold(tx, bench.li, bench.ticket_id, now=NOW))
    held = await bench.store.read(lambda tx: conversations.of_contact(tx, ticket.contact_id))
    assert [(one.held_by, one.held_until) for one in held] == [(bench.li.seat_id, NOW + 8 * HOUR)]
    await bench.store.unit(lambda tx: work.release(bench.service, tx, bench.li, bench.ticket_id, now=NOW))
    free = await bench.store.read(lambda tx: conversations.of_contact(tx, ticket.contact_id))
    assert [(one.held_by, one.held_until) for one in free] == [(bench.li.seat_id, NOW)]  # until the bot has said so
