"""The offset never passes an update that is not committed, whatever order they finish in."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.ledger import Ledger


@given(st.lists(st.integers(1, 60), unique=True, min_size=1), st.randoms(use_true_random=False))
def test_the_offset_is_the_lowest_open_id(ids: list[int], random: object) -> None:
    ledger = Ledger(1)
    for update_id in sorted(ids):
        assert ledger.take(update_id, 1)
        assert not ledger.take(update_id, 1), "repeated while in hand"
    order = sorted(ids, key=lambda update_id: random.random())  # type: ignore[attr-defined]  # hypothesis gives no type
    for number, update_id in enumerate(order, start=1):
        ledger.settle(update_id)
        left = order[number:]
        assert ledger.offset == (min(left) if left else max(ids) + 1)
        assert ledger.busy == bool(left)


def test_a_repeated_update_is_not_taken_twice() -> None:
    ledger = Ledger(None)
    assert ledger.take(10, None)
    assert ledger.take(11, None)
    ledger.settle(11)
    assert not ledger.take(11, 10), "done, but above the offset: Telegram still shows it"
    assert ledger.offset == 10


def test_nothing_known_asks_for_everything() -> None:
    assert Ledger(None).offset is None


def test_ids_that_start_anew_are_followed() -> None:
    ledger = Ledger(900_000_000)
    for update_id in (5_000, 5_001):
        assert ledger.take(update_id, ledger.offset)
        ledger.settle(update_id)
    assert ledger.offset == 5_002


def test_what_was_done_while_the_call_was_out_is_not_new() -> None:
    """The answer to a call with offset 10 comes after 10 and 11 were settled: no new beginning of ids."""
    ledger = Ledger(10)
    asked = ledger.offset
    for update_id in (10, 11, 12):
        assert ledger.take(update_id, asked)
    ledger.settle(10)
    ledger.settle(11)
    assert not ledger.take(10, asked)
    assert ledger.offset == 12
    ledger.settle(12)
    assert not ledger.take(12, asked)
    assert ledger.offset == 13
