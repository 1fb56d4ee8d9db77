"""What the sign-in refuses, each with its HTTP status.

Refused
├── SignedOut      no session, or it has ended          401
├── Forbidden      the seat may not do this             403
├── Busy           too many sign-ins wait for their turn 503
└── Undeclared     a page or handler names no permission 500 (a mistake in our code)
"""

from typing import ClassVar


class Refused(Exception):
    """不能这样做"""

    status: ClassVar[int] = 400


class SignedOut(Refused):
    """登录已过期"""

    status = 401


class Forbidden(Refused):
    """您没有这项权限"""

    status = 403


class Busy(Refused):
    """登录的人较多，请过一会儿再试"""

    status = 503


class Undeclared(Refused):
    """A page or an event handler without a declared permission."""

    status = 500
