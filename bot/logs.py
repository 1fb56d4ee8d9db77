"""Logs: one JSON line an event on stderr, ids only, never text."""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType

# What they print at INFO and DEBUG quotes addresses, client ids or bodies. Telegram's have bot/channels/telegram/quiet.
TOO_TALKATIVE = ("uvicorn.access", "uvicorn.error", "jieba", "engineio", "socketio", "websockets", "alembic", "asyncio")
STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
OURS = "halfsky"
# The first line of these is fixed words; asyncio quotes errors, and so whatever they quote, only from the second on.
FIRST_LINE = ("asyncio", "uvicorn", "alembic")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        if _is(record, OURS):
            event |= {key: value for key, value in record.__dict__.items() if key not in STANDARD and _plain(value)}
        if record.exc_info and record.exc_info[0] is not None:
            event["error"] = record.exc_info[0].__name__
            event["where"] = _where(record.exc_info[2])
        return json.dumps(event, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    """The words of the call, nothing put into them yet; of a stranger, who may have done that, only where it was."""
    if isinstance(record.msg, str) and (_is(record, OURS) or any(_is(record, name) for name in FIRST_LINE)):
        return record.msg.strip().partition("\n")[0]
    return f"{_short(record.pathname)}:{record.lineno}"


def _is(record: logging.LogRecord, name: str) -> bool:
    return record.name == name or record.name.startswith(f"{name}.")


def _plain(value: object) -> bool:
    return isinstance(value, int | float | bool) or (isinstance(value, str) and len(value) <= 80)


def _where(trace: TracebackType | None) -> list[str]:
    """File and line of each frame; the message of an error may quote her, so it stays out."""
    frames: list[str] = []
    while trace is not None:
        frames.append(f"{_short(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames[-8:]


def _short(path: str) -> str:
    return "/".join(path.rsplit("/", 2)[-2:])


def configure_logs(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False  # a failing handler would print the record, arguments and all
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _uncaught(kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
    """Python itself would print the message of the error."""
    if kind is not None and issubclass(kind, KeyboardInterrupt):
        return
    found = None if kind is None or error is None else (kind, error, trace)
    logging.getLogger(OURS).critical("uncaught", exc_info=found)
