"""Her three words open her conversation again on the web: with its lines, under a new token."""

import secrets
from collections.abc import Sequence

from bot.channels.webchat import Resumed
from bot.moving import carried, hold_too
from store import Tx, contacts, conversations, messages, outbox
from store.rows import Line
from tickets.words import normalise

SENT = {"image": "［图片］", "voice": "［录音］", "video": "［视频］", "file": "［文件］"}


def resume(tx: Tx, words: str, known_words: Sequence[str], *, source: str | None, now: int) -> Resumed | None:
    """None when the words open nothing. The page that held the old token is shut out."""
    code = normalise(known_words, words)
    if code is None or not contacts.may_try(tx, source, now=now):
        return None
    contact_id = contacts.find_by_code(tx, code, source=source, now=now)
    if contact_id is None:
        return None
    token = secrets.token_urlsafe(16)
    web = [one for one in conversations.of_contact(tx, contact_id) if one.inbox == "web"]
    if web:
        conversations.rename(tx, web[-1], token=token)
    else:
        state = carried(tx, contact_id).to_json()
        hold_too(
            tx,
            conversations.create(
                tx, inbox="web", address=token, token=token, contact_id=contact_id, now=now, state=state
            ),
        )
    lines = messages.transcript(tx, contact_id)
    outbox.handed(tx, _waiting(lines), now=now)
    return Resumed(token, tuple((line.who, _shown(line), line.reply_id or str(line.id), line.at) for line in lines))


def _waiting(lines: Sequence[Line]) -> list[str]:
    """What lay ready for her, on whichever channel: she has it before her now."""
    return [
        reply_id
        for line in lines
        for reply_id, state in ((line.reply_id, line.state), *((one.reply_id, one.state) for one in line.copies))
        if reply_id and state == "waiting"
    ]


def _shown(line: Line) -> str:
    """Her files are not shown again: whoever holds the three words reads what was said, and sees no pictures."""
    sent = SENT.get(line.kind or "")
    return line.text if sent is None else f"{line.text}\n{sent}".strip()
