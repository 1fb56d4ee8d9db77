"""Turns the lines of a conversation into what the page shows."""

from collections.abc import Mapping, Sequence

from store.rows import Line
from web import words
from web.desk import Desk
from web.parts.talk import Fate, Said, SentFile
from web.times import local, whole
from web.workbench.rows import topic_name


def said_of(
    desk: Desk,
    lines: Sequence[Line],
    names: Mapping[int, str],
    *,
    now: int,
    sent: Mapping[int, tuple[SentFile, ...]] | None = None,
) -> list[Said]:
    """`sent`: by message, what came with it."""
    found: list[Said] = []
    day = ""
    for line in lines:
        then = local(line.at)
        today = f"{then.month}月{then.day}日" if then.date() != local(now).date() else "今天"
        found.append(
            Said(
                key=f"{line.who}{line.id}",
                id=line.id if line.who == "her" else 0,
                who=line.who,
                name=_name(line, names),
                at=f"{then:%H:%M}",
                whole=whole(line.at),
                day=today if today != day else "",
                text=_text(line),
                buttons=line.buttons,
                fates=_fates(line),
                read=topic_name(desk, line.intent) if line.who == "her" and line.intent else "",
                danger=words.LEVELS.get(line.danger_level or "none", "") if _risky(line) else "",
                files=(sent or {}).get(line.id, ()) if line.who == "her" else (),
            )
        )
        day = today
    return found


def _text(line: Line) -> str:
    said = line.text or words.KINDS.get(line.kind, "［无文字］")
    return f"［改成］{said}" if line.kind == "edit" else said


def _name(line: Line, names: Mapping[int, str]) -> str:
    if line.who == "her":
        return "来访者"
    return "机器人" if line.seat_id is None else names.get(line.seat_id, "工作人员")


def _fates(line: Line) -> tuple[Fate, ...]:
    """The fate of staff's words is always shown, the bot's only when it went wrong; on two channels, on each."""
    if line.state is None or (line.seat_id is None and line.state != "failed"):
        return ()
    if not line.copies:
        return (Fate(words.DELIVERY.get(line.state, line.state), line.state),)
    return tuple(
        Fate(f"{_place(inbox)} {words.DELIVERY.get(state, state)}", state)
        for inbox, state in ((line.inbox, line.state), *((one.inbox, one.state) for one in line.copies))
    )


def _place(inbox: str | None) -> str:
    kind = (inbox or "").partition(":")[0]
    return words.SOURCES.get(kind, kind)


def _risky(line: Line) -> bool:
    return line.danger_level is not None and line.danger_level != "none"
