"""Every duration of the channel in one place, in seconds, so that tests can run it faster."""

from dataclasses import dataclass

FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class Pace:
    poll: int = 25  # getUpdates keeps the line open this long
    look: float = 0.25  # between polls while updates are in hand; grows to `look_top` when nothing new comes
    look_top: float = 2.0
    first: float = 1.0  # first pause after a failure
    top: float = 30.0  # longest pause
    lease: float = 30.0
    handle: float = 60.0  # longest one update may take before it counts as failed
    call: float = 10.0  # an answer of the Bot API may be so late
    check: float = 60.0  # between two looks at whether Telegram still calls us
    grace: float = 10.0  # what is in hand may finish in this time at a stop

    def delay(self, tries: int) -> float:
        """The pause after so many failures in a row."""
        return min(self.top, self.first * FACTOR ** min(tries - 1, 40))
