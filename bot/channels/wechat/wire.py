"""What every call to the platform has in common."""

import json
from typing import Any

import httpx

from bot.channels.base import Later

PATIENCE = httpx.Timeout(10.0, connect=5.0)  # seconds
LONGEST = 3600.0


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """The platform sends JSON as text/plain too. Raises Later for anything else: a proxy's error page, say."""
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        raise Later("not_json") from error
    if not isinstance(body, dict):
        raise Later("not_json")
    return body


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds the platform asks for; None when it says nothing useful."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST) if said.isdecimal() else None
