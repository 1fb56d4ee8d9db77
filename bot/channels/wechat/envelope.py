"""What stands around a push and its answer: who signed it, whether it is sealed, how the answer goes back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.wechat import xml
from bot.channels.wechat.account import Account
from bot.channels.wechat.crypto import Unsealed, seal, sign, signed, unseal

FRESH = 300  # seconds: an older signature is a replay by somebody else; the platform signs every try anew
SECOND = 1_000_000


class Forged(Exception):
    """Not from the platform, or not for this account. The reason is for our log only."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Envelope:
    account: Account

    def greeting(self, query: Mapping[str, str]) -> str:
        """The platform checks the address once: its echo goes back if the signature is right."""
        self._check(query, query.get("signature", ""))
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes, now: int) -> dict[str, str]:
        """The fields of the push. Raises Forged or BadXml; `now` in UTC microseconds."""
        self._check_fresh(query.get("timestamp", ""), now)
        key = self.account.aes_key
        if key is None:
            self._check(query, query.get("signature", ""))
            return xml.read(body)
        # With a key only sealed pushes count: the plain signature does not cover the body.
        sealed = xml.read(body).get("Encrypt", "")
        self._check(query, query.get("msg_signature", ""), sealed)
        try:
            return xml.read(unseal(key, sealed, self.account.app_id))
        except Unsealed as error:
            raise Forged("unsealed") from error

    def close(self, answer: str, now: int) -> str:
        """The XML of a passive reply as the platform wants it back."""
        key = self.account.aes_key
        if key is None:
            return answer
        sealed, nonce, timestamp = seal(key, answer, self.account.app_id), secrets.token_hex(8), now // SECOND
        signature = sign(self.account.token, str(timestamp), nonce, sealed)
        return xml.write({"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": timestamp, "Nonce": nonce})

    def _check(self, query: Mapping[str, str], signature: str, *more: str) -> None:
        parts = (self.account.token, query.get("timestamp", ""), query.get("nonce", ""), *more)
        if not signed(signature, *parts):
            raise Forged("signature")

    def _check_fresh(self, timestamp: str, now: int) -> None:
        if not timestamp.isdecimal() or len(timestamp) > 11 or abs(int(timestamp) - now // SECOND) > FRESH:
            raise Forged("timestamp")
