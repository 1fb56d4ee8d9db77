"""Which updates are in hand and which are done, hence how far Telegram may forget them."""


class Ledger:
    """`offset` is the lowest id still open, or one above the highest seen: everything below it is committed."""

    def __init__(self, offset: int | None) -> None:
        self._next = offset  # one above the highest id seen; None: nothing is known yet
        self._open: set[int] = set()
        self._done: set[int] = set()

    @property
    def offset(self) -> int | None:
        return min(self._open) if self._open else self._next

    @property
    def busy(self) -> bool:
        return bool(self._open)

    def take(self, update_id: int, asked: int | None) -> bool:
        """True when it is new here. `asked` is the offset of the call that brought it: work went on meanwhile."""
        if update_id in self._open or update_id in self._done:
            return False
        if asked is not None and update_id < asked:
            # Telegram starts its ids anew after a week without updates. Handling one twice does no harm (the store
            # has its key), asking for the old number for ever would.
            self._done.clear()
            self._next = None
        elif update_id < (self.offset or 0):
            return False  # done since the call went out
        self._open.add(update_id)
        self._next = max(self._next or 0, update_id + 1)
        return True

    def settle(self, update_id: int) -> None:
        self._open.discard(update_id)
        self._done.add(update_id)
        lowest = self.offset
        if lowest is not None:
            self._done = {done for done in self._done if done >= lowest}
