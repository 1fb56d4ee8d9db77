"""Signatures and the AES envelope of the WeChat platform, for both directions."""

import base64
import binascii
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # WeChat pads to 32 bytes, twice AES's own block
RANDOM = 16
LENGTH = 4


class Unsealed(Exception):
    """The envelope is not what the platform promises, or was sealed for another account."""


def sign(*parts: str) -> str:
    """SHA-1 over the sorted parts: the platform's choice, not ours."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - fixed by the protocol


def signed(signature: str, *parts: str) -> bool:
    return hmac.compare_digest(sign(*parts).encode(), signature.encode("utf-8", "replace"))


def seal(key: bytes, text: str, app_id: str) -> str:
    """16 random bytes, the length, the text and the account, AES-256-CBC, its IV the first half of the key."""
    body = text.encode()
    plain = os.urandom(RANDOM) + struct.pack(">I", len(body)) + body + app_id.encode()
    padding = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode("ascii")


def unseal(key: bytes, sealed: str, app_id: str) -> str:
    """Check its signature first: this tells wrong padding from a wrong account only to somebody who may know."""
    try:
        body = base64.b64decode(sealed, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(body) + decryptor.finalize()
        if not plain or not 1 <= plain[-1] <= BLOCK:
            raise Unsealed("padding")
        content = plain[RANDOM : -plain[-1]]
        length = struct.unpack(">I", content[:LENGTH])[0]
        text, owner = content[LENGTH : LENGTH + length], content[LENGTH + length :]
        if len(text) != length or not hmac.compare_digest(owner, app_id.encode()):
            raise Unsealed("account")
        return text.decode()
    except (binascii.Error, ValueError, struct.error) as error:
        raise Unsealed(type(error).__name__) from error
