"""What stands around the box: the strip of danger below it, and the cards beside it; only what changed is rebuilt."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from store.calls import Call
from tickets.service import LEVELS
from web.auth.permissions import who
from web.desk import Desk, actor_of
from web.ears import Ears, Heard
from web.parts.controls import button
from web.phone import cards
from web.phone.cards import Choose
from web.phone.view import Lines

CARDS = ("script", "code", "topics", "choices", "articles")


@dataclass(frozen=True, slots=True)
class Hands:
    """What the buttons of the screen do, for the call before me."""

    turn: Choose  # for whom the script is read
    topic: Choose
    unit: Choose
    dismiss: Callable[[], Awaitable[None]]
    mark: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Risk:
    """The danger that stands, or the graver one just heard."""

    kind: str
    level: str
    sure: bool


def risk_of(call: Call, heard: Heard) -> Risk | None:
    stands = Risk(call.danger_kind, call.danger_level or "watch", call.danger_sure) if call.danger_kind else None
    if heard.kind is None or (call.ticket_id is not None and stands is None):
        return stands
    fresh = Risk(heard.kind, heard.level, heard.sure)
    return max((one for one in (stands, fresh) if one), key=lambda one: (LEVELS.index(one.level), one.sure))


class Screen:
    def __init__(self, desk: Desk, ears: Ears, hands: Hands) -> None:
        self._desk, self._ears, self._hands = desk, ears, hands
        self._built: dict[str, object] = {}
        self._places: dict[str, ui.element] = {}

    def build_strip(self) -> None:
        self._places["strip"] = ui.element("div").props('role="alert" aria-live="assertive"').classes("phone-strip")

    def build_side(self) -> None:
        with ui.element("aside").classes("phone-side").props('aria-label="话术和参考"'):
            for name in CARDS:
                self._places[name] = ui.element("div").classes(f"place-{name}")

    def show(self, lines: Lines, call: Call | None, heard: Heard, whose: str) -> None:
        if call is None:
            for name in self._places:
                self._fill(name, None, _nothing)
            self._fill("topics", 0, cards.idle_card)
            return
        desk, hands = self._desk, self._hands
        risk = risk_of(call, heard)
        shown = (call.id, risk, call.silent, call.ticket_id is not None)
        self._fill("strip", shown if risk or call.silent else None, lambda: self._danger(call, risk))
        self._fill("script", (*shown, whose) if risk or call.silent else None, lambda: self._script(call, risk, whose))
        ticket, code = lines.tickets.get(call.id), lines.codes.get(call.id)
        if ticket is None or code is None:
            self._fill("code", None, _nothing)
        else:
            units = actor_of(who()).units
            seen = units is None or bool({ticket.unit, *ticket.cc} & set(units))
            self._fill("code", (call.id, ticket.id), lambda: cards.code_card(ticket, code, seen=seen))
        place = (call.id, call.topic, call.district, heard.unit)
        said = (heard.topics, heard.certain, heard.elsewhere, *place, call.danger_kind, call.ticket_id)
        self._fill("topics", said, lambda: cards.topics_card(desk, call, heard, hands.topic))
        self._fill("choices", place, lambda: cards.choices_card(desk, call, heard.unit, hands.topic, hands.unit))
        found = tuple(one.article.id for one in heard.articles)
        self._fill("articles", (call.id, found), lambda: cards.articles_card(heard.articles))

    def _danger(self, call: Call, risk: Risk | None) -> None:
        with ui.element("div").classes("danger-strip"):
            if risk is None:
                ui.label("没有声音 · 可能有危险").classes("danger-kind")
                ui.label("按右边的话术做；有声音了，再按一次“没有声音”。")
                return
            ui.label(cards.danger_name(self._desk, risk.kind, risk.level, sure=risk.sure)).classes("danger-kind")
            if call.ticket_id is not None:
                ui.label("已开单；新写的危险按“补进工单”告警，降低请在工单里判断。").classes("grow")
                return
            hint = "删掉文字也不会消失。" if risk.sure else "拿不准：问一问，再决定。"
            ui.label(hint).classes("grow")
            if not risk.sure:
                button("确有危险…", "call.take", self._hands.mark).classes("small")
            button("解除…", "call.dismiss", self._hands.dismiss).classes("small").props('title="Alt+X"')

    def _script(self, call: Call, risk: Risk | None, whose: str) -> None:
        if risk is not None:
            heading = cards.danger_name(self._desk, risk.kind, risk.level, sure=risk.sure)
            cards.script_card(heading, self._ears.card(risk.kind, whose), whose, self._hands.turn)
        if call.silent:
            cards.script_card("没有声音", self._ears.silent, None, None)

    def _fill(self, name: str, key: object, build: Callable[[], None]) -> None:
        if self._built.get(name) == key:
            return
        self._built[name] = key
        self._places[name].clear()
        if key is not None:
            with self._places[name]:
                build()


def _nothing() -> None:
    return
