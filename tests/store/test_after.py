"""What a page has not shown yet, by the last reply it knows, by its token, or by both."""

import pytest

from store import Store, Tx, contacts, conversations, outbox

NOW = 1_795_399_200_000_000
MINUTE = 60_000_000


def _write(tx: Tx) -> dict[str, str]:
    """Two conversations, each with two lines that were read, one of staff on its way, and one that waits."""
    names: dict[str, str] = {}
    for token in ("hers", "other"):
        contact = contacts.create(tx, now=NOW)
        one = conversations.create(tx, inbox="web", address=token, token=token, contact_id=contact, now=NOW)
        changes = conversations.Changes(state={}, topic=None, paused=False, last_in_at=NOW)
        conversations.advance(tx, one, changes, now=NOW)
        for name, seat, state in (
            ("old", None, "sent"),
            ("new", None, "sent"),
            ("staff", 7, "queued"),
            ("kept", 7, ""),
        ):
            reply = outbox.add(
                tx,
                conversation_id=one.id,
                contact_id=contact,
                inbox="web",
                text=f"{token}-{name}",
                seat_id=seat,
                now=NOW,
            )
            names[f"{token}-{name}"] = reply
            if state != "queued":
                row = outbox.NAMED.run(tx, {"reply": reply}).fetchone()
                outbox.settle(tx, row[0], state or "waiting", now=NOW)
    return names


@pytest.mark.parametrize(
    ("token", "after", "since", "shown"),
    [
        ("hers", None, None, ["hers-old", "hers-new", "hers-staff"]),
        (None, "hers-old", None, ["hers-new", "hers-staff"]),
        ("hers", "hers-old", None, ["hers-new", "hers-staff"]),
        ("hers", "hers-staff", None, ["hers-staff"]),  # still on its way: overtaken, not forgotten
        ("hers", "hers-new", NOW - MINUTE, ["hers-staff"]),
        ("hers", "hers-new", NOW + MINUTE, []),  # she has gone: it waits until she writes
        ("hers", "other-new", None, ["hers-old", "hers-new", "hers-staff"]),  # her token names another one by now
        ("hers", "unknown", None, ["hers-old", "hers-new", "hers-staff"]),
        ("nobody", "hers-old", None, None),
        (None, "unknown", None, None),
        (None, None, None, None),
    ],
)
async def test_what_comes_after(
    store: Store, token: str | None, after: str | None, since: int | None, shown: list[str] | None
) -> None:
    names = await store.unit(_write)
    reply = None if after is None else names.get(after, after)
    rows = await store.glance(lambda tx: outbox.after(tx, token=token, reply_id=reply, since=since))
    assert (None if rows is None else [row.text for row in rows]) == shown


async def test_a_pause_stops_what_answers_nothing_and_the_oldest_come_first(store: Store) -> None:
    await store.unit(_write)

    def pause(tx: Tx) -> None:
        found = conversations.by_token(tx, "hers")
        assert found is not None
        conversations.pause(tx, found.contact_id)

    rows = await store.glance(lambda tx: outbox.after(tx, token="hers", reply_id=None, limit=2))
    assert rows is not None
    assert [row.text for row in rows] == ["hers-old", "hers-new"]
    await store.unit(pause)
    assert await store.glance(lambda tx: outbox.after(tx, token="hers", reply_id=None)) == []
