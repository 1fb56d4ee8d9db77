"""Slots for a dialogue: `[{kind: lawyer, times: ["2026-11-25 09:00"], capacity: 1, unit: sz}]`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from store import Tx, bookings
from tests.stages import Scene
from tickets.clock import BEIJING

HALF_AN_HOUR = 30 * 60 * 1_000_000


async def make_slots(scene: Scene, rows: Sequence[dict[str, Any]]) -> None:
    def make(tx: Tx) -> None:
        for row in rows:
            for moment in row["times"]:
                start = int(datetime.fromisoformat(moment).replace(tzinfo=BEIJING).timestamp()) * 1_000_000
                values = {
                    "unit": row.get("unit", "sz"),
                    "kind": row["kind"],
                    "start_at": start,
                    "end_at": start + HALF_AN_HOUR,
                    "capacity": row.get("capacity", 1),
                    "place": row.get("place", "三楼接待室"),
                    "note": "",
                    "created_by": scene.lead.seat_id,
                    "created_at": scene.clock.now,
                }
                bookings.add_slot(tx, values)

    if rows:
        await scene.store.unit(make)
