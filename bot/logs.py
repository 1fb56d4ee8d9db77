"""Logs: one JSON line an event on stderr, ids only, never text."""

import json
import logging
import sys
from datetime import UTC, datetime

# httpx prints the Telegram token in its URLs, telegram prints message texts, uvicorn.access prints client ids.
TOO_TALKATIVE = ("httpx", "httpcore", "telegram", "uvicorn.access", "jieba", "engineio", "socketio", "websockets")
STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
            **{key: value for key, value in record.__dict__.items() if key not in STANDARD and _plain(value)},
        }
        if record.exc_info and record.exc_info[0] is not None:
            event["error"] = record.exc_info[0].__name__
            event["where"] = _where(record)
        return json.dumps(event, ensure_ascii=False)


def _plain(value: object) -> bool:
    return isinstance(value, int | float | bool) or (isinstance(value, str) and len(value) <= 80)


def _where(record: logging.LogRecord) -> list[str]:
    """File and line of each frame; the message of an error may quote her, so it stays out."""
    frames: list[str] = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames[-8:]


def configure_logs(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING if name != "telegram" else logging.ERROR)
        logging.getLogger(name).propagate = name not in {"httpx", "httpcore", "telegram", "uvicorn.access"}
