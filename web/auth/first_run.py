"""The first administrator: made once, with a generated password that is shown once."""

from store import Tx, seats
from web.auth.passwords import Passwords, generate
from web.auth.roles import CITY

LOGIN = "admin"
NAME = "管理员"


def ensure_admin(tx: Tx, now: int) -> str | None:
    """The password of the administrator just made; None when there is one already."""
    if any(seat.role == "admin" for seat in seats.listing(tx)):
        return None
    password, hashed = make_password()
    made = seats.add(tx, login=LOGIN, name=NAME, role="admin", unit=CITY, password=hashed, now=now)
    return None if made is None else password


def make_password() -> tuple[str, str]:
    """A generated password and its hash."""
    passwords = Passwords()
    try:
        password = generate()
        return password, passwords.hash_now(password)
    finally:
        passwords.close()
