"""What may be done with a telephone call: answered, listened to, ended with an outcome, or called back."""

from tickets.phone.answering import (
    MOST,
    OUTCOMES,
    answer,
    choose,
    dismiss,
    end,
    mine,
    raise_danger,
    save,
    set_number,
    set_silent,
)
from tickets.phone.earlier import count, look_back
from tickets.phone.leading import call_back, open_ticket
from tickets.phone.missed import connect, drop, enter, not_reached, paste, put_back, show_number, take
from tickets.phone.pasted import Pasted, parse

__all__ = [
    "MOST",
    "OUTCOMES",
    "Pasted",
    "answer",
    "call_back",
    "choose",
    "connect",
    "count",
    "dismiss",
    "drop",
    "end",
    "enter",
    "look_back",
    "mine",
    "not_reached",
    "open_ticket",
    "parse",
    "paste",
    "put_back",
    "raise_danger",
    "save",
    "set_number",
    "set_silent",
    "show_number",
    "take",
]
