"""The list of tickets or conversations; rows are plain values, drawn in the browser as text."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nicegui.element import Element

from web.auth.permissions import on


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    href: str
    number: str
    title: str
    unit: str
    state: str
    who: str
    due: str
    dueWhole: str  # noqa: N815 - the name the component reads
    near: bool
    danger: str
    green: str
    unread: bool
    demo: bool
    call: str = ""  # somebody must call her: a reply could not be delivered


class CaseList(Element, component="case_list.js"):
    def __init__(
        self, label: str, empty: str, permission: str, pick: Callable[..., Any], take: Callable[..., Any]
    ) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._props |= {"rows": [], "selected": 0, "label": label, "empty": empty, "find": ""}
        self.on("pick", on(permission, pick))
        self.on("take", on("ticket.take", take))

    def show(self, rows: Sequence[Row]) -> None:
        """Send them only if they changed."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._props["rows"] = [asdict(row) for row in rows]
            self.update()

    def select(self, row_id: int) -> None:
        self._props["selected"] = row_id
        self.update()

    def narrow(self, text: str) -> None:
        self._props["find"] = text
        self.update()
