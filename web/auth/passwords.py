"""Argon2id off the event loop, in two threads, with a short queue in front."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from web.auth.errors import Busy
from web.auth.password_rules import normal

THREADS: Final = 2
WAITING: Final = 24  # more than this at once is no office signing in
MEMORY_KIB: Final = 46 * 1024  # OWASP's first choice and one pass more, on one lane: the office machine has two cores
PASSES: Final = 2
GENERATED: Final = 20
# Without characters that are read for one another; this list is read from a terminal and typed by hand.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def generate() -> str:
    """116 bits, of three kinds of characters so that it also passes the 等保 rules."""
    while True:
        word = "".join(secrets.choice(ALPHABET) for _ in range(GENERATED))
        if any(c.islower() for c in word) and any(c.isupper() for c in word) and any(c.isdigit() for c in word):
            return word


class Passwords:
    """Hashes and compares; an unknown login is compared with a hash of nothing, for the same time."""

    def __init__(self, *, memory: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._waiting = 0
        self._nobody = self._pool.submit(self.hash_now, secrets.token_hex(16))

    def hash_now(self, password: str) -> str:
        """Blocks for about a tenth of a second: for the command line and the first start."""
        return self._hasher.hash(_bytes(password))

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.hash_now, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """`stored` None: nobody of that name; takes as long and says no."""
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._matches, stored, password)
        finally:
            self._waiting -= 1

    def outdated(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._pool.shutdown()

    def _matches(self, stored: str | None, password: str) -> bool:
        try:
            same = self._hasher.verify(stored or self._nobody.result(), _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return same and stored is not None


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")
