"""Being forgotten: hidden at once with a receipt, destroyed after seven days, never while a danger is open."""

import os
from dataclasses import dataclass
from pathlib import Path

from store import Tx, callbacks, contacts, conversations, erasures, tickets
from store.erasures import Line
from tickets.booking.reserving import call_off_all
from tickets.service import Service

DAY = 86_400 * 1_000_000
AFTER = 7 * DAY
GROUP = 4
LIST_HEAD = "# Who asked to be forgotten: hashes and times only. Keep it with the keys, never inside a backup.\n"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a receipt says: destroyed, or when it will be, or that a person must look first."""

    done: bool
    waits: bool  # an open danger: a person decides
    due_at: int


def forget(service: Service, tx: Tx, contact_id: int, *, now: int) -> str:
    """Hide her, free what she holds, and return the number of her receipt."""
    number = _number(service)
    erasures.add(tx, contact_id, number, now=now, due_at=now + AFTER, counts=erasures.counted(tx, contact_id))
    contacts.hide(tx, contact_id, now=now, erase_at=now + AFTER)
    conversations.forget_addresses(tx, contact_id)
    call_off_all(tx, contact_id, now=now)
    callbacks.end_of_contact(tx, contact_id, now=now)
    return number


def standing(tx: Tx, number: str) -> Standing | None:
    found = erasures.find(tx, number)
    if found is None:
        return None
    return Standing(found.done_at is not None, _in_danger(tx, found.contact_id), found.due_at)


def destroy_due(tx: Tx, *, now: int) -> tuple[int, list[str]]:
    """Destroy what is due; never of somebody with an open danger. Returns how many, and files to remove."""
    done, files = 0, list[str]()
    for contact_id in contacts.due_for_erasing(tx, now=now):
        if not _in_danger(tx, contact_id):
            files += erasures.wipe(tx, contact_id, now=now)
            contacts.erase(tx, contact_id)
            done += 1
    return done, files


def _in_danger(tx: Tx, contact_id: int) -> bool:
    return any(ticket.danger_level for ticket in tickets.open_of_contact(tx, contact_id))


def _number(service: Service) -> str:
    """Twelve random digits: nobody guesses one, and it says nothing."""
    digits = f"{service.rng.randrange(10**12):012}"
    return "SC" + "-".join(digits[at : at + GROUP] for at in range(0, 12, GROUP))


def write_list(path: Path, lines: list[Line]) -> None:
    """Append to the list outside the database and make sure that it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = not path.exists()
    with path.open("a", encoding="ascii") as file:
        if fresh:
            path.chmod(0o600)
            file.write(LIST_HEAD)
        for line in lines:
            file.write(f"{line.mac} {line.number_mac} {line.asked_at} {line.due_at}\n")
        file.flush()
        os.fsync(file.fileno())


def read_list(path: Path) -> list[Line]:
    """A line that was cut by a crash is passed over: it is written again, because it was not yet noted as listed."""
    if not path.exists():
        return []
    rows = (row.split() for row in path.read_text(encoding="ascii").splitlines() if not row.startswith("#"))
    return [Line(row[0], row[1], int(row[2]), int(row[3])) for row in rows if _whole(row)]


def hide_returned(tx: Tx, lines: list[Line], *, now: int) -> int:
    """After a restore: who was forgotten stays forgotten. Returns how many were hidden again."""
    found = erasures.returned(tx, lines)
    for contact_id, line in found:
        contacts.hide(tx, contact_id, now=line.asked_at, erase_at=line.due_at)
        conversations.forget_addresses(tx, contact_id)
        call_off_all(tx, contact_id, now=now)
        callbacks.end_of_contact(tx, contact_id, now=now)
        erasures.again(tx, contact_id, line, now=now)
    return len(found)


def _whole(row: list[str]) -> bool:
    return len(row) == 4 and len(row[0]) == len(row[1]) == 64 and row[2].isdigit() and row[3].isdigit()
