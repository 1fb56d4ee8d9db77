"""What staff do with a ticket: each one function that checks sight, step and version, and leaves an event."""

from tickets.casework.calling import ASKED, SOURCES, open_by_staff, open_from_watch
from tickets.casework.case import CHANGED, OFFERED, may_work, reachable, seen
from tickets.casework.closing import OUTCOMES, close, follow_up, reopen
from tickets.casework.guarding import hide_from, looked, may_watch, reveal, set_danger, watched
from tickets.casework.holding import hold, release, run_out
from tickets.casework.moving import change_topic, send_back, transfer, undo_transfer
from tickets.casework.talking import (
    accept,
    ask_her,
    called,
    code_of,
    conversation_of,
    misread,
    note,
    read_draft,
    reply,
    resume,
    save_draft,
)

__all__ = [
    "ASKED",
    "CHANGED",
    "OFFERED",
    "OUTCOMES",
    "SOURCES",
    "accept",
    "ask_her",
    "called",
    "change_topic",
    "close",
    "code_of",
    "conversation_of",
    "follow_up",
    "hide_from",
    "hold",
    "looked",
    "may_watch",
    "may_work",
    "misread",
    "note",
    "open_by_staff",
    "open_from_watch",
    "reachable",
    "read_draft",
    "release",
    "reopen",
    "reply",
    "resume",
    "reveal",
    "run_out",
    "save_draft",
    "seen",
    "send_back",
    "set_danger",
    "transfer",
    "undo_transfer",
    "watched",
]
