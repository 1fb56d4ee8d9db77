"""How much may come in: by conversation first, then generously by address, as many women may share one."""

from dataclasses import dataclass, field
from ipaddress import ip_address

from bot.channels.webchat.refusal import Refusal

SECOND = 1_000_000


@dataclass(slots=True)
class Allowance:
    """`amount` in any `seconds` for each key: one number a key, the time its bucket would be empty again."""

    amount: int
    most_keys: int = 50_000
    seconds: int = 60
    _empty_at: dict[str, int] = field(default_factory=dict)

    def take(self, key: str, now: int) -> int:
        """0 when allowed, else the seconds to wait."""
        period = self.seconds * SECOND
        empty_at = max(self._empty_at.get(key, now), now)
        if empty_at > now + period:  # the clock was set back: nobody waits for that
            empty_at = now
        after = empty_at + period // self.amount
        if after > now + period:
            return -(-(after - now - period) // SECOND)
        self._empty_at.pop(key, None)
        self._empty_at[key] = after  # re-inserted, so the oldest stand first
        while len(self._empty_at) > self.most_keys:
            del self._empty_at[next(iter(self._empty_at))]
        return 0


@dataclass(slots=True)
class Limits:
    conversation: Allowance = field(default_factory=lambda: Allowance(20))
    address: Allowance = field(default_factory=lambda: Allowance(6_000))  # 200 people at full speed, and half again
    beginnings: Allowance = field(default_factory=lambda: Allowance(600))  # new conversations from one address

    files: Allowance = field(default_factory=lambda: Allowance(10))  # of one conversation, or of an address without
    files_a_day: Allowance = field(default_factory=lambda: Allowance(100, seconds=86_400))
    files_address: Allowance = field(default_factory=lambda: Allowance(300))

    def check_file(self, conversation: str | None, address: str, now: int) -> None:
        """Apart from the messages: what is written is never held up by pictures."""
        own = _own_machine(address)
        key = conversation or (None if own else address)
        waits = [each.take(key, now) for each in (self.files, self.files_a_day)] if key else []
        if not own:
            waits.append(self.files_address.take(address, now))
        if any(waits):
            raise Refusal(429, "一下子传得有点多，过一会儿会自动接着传", retry_after=max(waits))

    def check(self, conversation: str | None, address: str, now: int) -> None:
        waits = [self.conversation.take(conversation, now)] if conversation else []
        if not _own_machine(address):
            waits.append(self.address.take(address, now))
            if conversation is None:
                waits.append(self.beginnings.take(address, now))
        if any(waits):
            raise Refusal(429, "发得有点快，请稍等一下再发", retry_after=max(waits))


def _own_machine(address: str) -> bool:
    """A proxy on this machine speaks for everybody, so its address says nothing about anybody."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
