"""Whole conversations as tables, on every channel that can express them, through the whole pipeline.

A turn is what she does (`she`, or `sends` a voice), what staff do (`staff`: holds, gives_back, or words of a reply), or
time that passes (`wait`, seconds), and what then stands on her screen: `says`, `not`, `buttons`, `silent`.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core import load_library
from bot.settings import Settings
from nlu.archive import CURRENT
from nlu.serving import Interpreter
from nlu.taxonomy import group_of
from store.rows import Ticket
from tests.screens import Shown
from tests.slots import make_slots
from tests.stages import STAGES, House, Scene
from tickets.clock import BEIJING
from tickets.org import load_org

TABLES = sorted(Path("tests/dialogues").glob("*.yml"))
DEFAULT_AT = "2026-11-23T10:00:00"
ENOUGH = 120
UNBROKEN = 300  # characters of one line on her screen
QUESTIONS = 2
# What a channel cannot express, by what a turn needs.
CANNOT = {
    "pipeline": set[str](),
    "http": {"sends"},
    "socket": {"sends"},
    "telegram": set[str](),
    "wechat": {"file"},
    "terminal": {"sends", "staff", "lines"},
}


def tables() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path.stem}: {dialogue['name']}", dialogue)
        for path in TABLES
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def needs(dialogue: dict[str, Any]) -> set[str]:
    found = {part for turn in dialogue["turns"] for part in ("sends", "staff") if part in turn}
    found |= {str(turn["sends"]) for turn in dialogue["turns"] if "sends" in turn}
    return found | ({"lines"} if any("\n" in str(turn.get("she", "")) for turn in dialogue["turns"]) else set())


def cases() -> list[Any]:
    return [
        pytest.param(stage, dialogue, id=f"{stage}-{name}")
        for name, dialogue in tables()
        for stage in dialogue.get("only", STAGES)
        if not needs(dialogue) & CANNOT[stage]
    ]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    settings = Settings(var=str(tmp_path_factory.mktemp("var")))
    model = Interpreter(CURRENT, places=load_org(settings.org).gazetteer())
    return House(Path(settings.var) / "scenes", load_library(settings), model)


def test_there_are_enough_of_them() -> None:
    assert len({name for name, _ in tables()}) == len(tables()) >= ENOUGH


@pytest.mark.parametrize(("stage", "dialogue"), cases())
async def test_dialogue(house: House, stage: str, dialogue: dict[str, Any]) -> None:
    async with house.scene(stage, moment_of(dialogue), on_duty=on_duty(dialogue)) as scene:
        await make_slots(scene, dialogue.get("slots", []))
        for turn in dialogue["turns"]:
            shown = await act(scene, turn)
            check_turn(turn, shown, asked=stage != "wechat")
        if "tickets" in dialogue:
            check_tickets(dialogue["tickets"], await scene.tickets())
        if "alarms" in dialogue:
            assert len(await scene.alarms()) == dialogue["alarms"]


def moment_of(dialogue: dict[str, Any]) -> int:
    moment = datetime.fromisoformat(str(dialogue.get("at", DEFAULT_AT)))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).timestamp() * 1_000_000)


def on_duty(dialogue: dict[str, Any]) -> bool:
    return dialogue.get("duty", "none") not in ("none", None, [])


async def act(scene: Scene, turn: dict[str, Any]) -> list[Shown]:
    if "wait" in turn:
        scene.clock.pass_seconds(turn["wait"])
    if "she" in turn:
        return await scene.screen.says(str(turn["she"]).replace("{code}", await scene.code()))
    if "sends" in turn:
        return await scene.screen.sends(turn["sends"])
    if "staff" in turn:
        what = str(turn["staff"])
        levers = {"holds", "gives_back", "closes"}
        await (scene.staff(what) if what in levers else scene.staff("replies", what))
    await scene.around()
    return await scene.screen.reads()


def check_turn(expected: dict[str, Any], shown: Sequence[Shown], *, asked: bool = True) -> None:
    text = "\n".join(line.text for line in shown)
    where = f"{expected}\n{text}"
    if expected.get("silent"):
        assert not shown, where
    for part in listed(expected.get("says")):
        assert part in text, f"{part!r} is missing after {where}"
    for part in listed(expected.get("not")):
        assert part not in text, f"{part!r} must not be said after {where}"
    if "buttons" in expected:
        buttons = [button for line in shown for button in line.buttons]
        assert set(expected["buttons"]) <= set(buttons), f"{buttons} after {where}"
    assert all(len(line) <= UNBROKEN for line in text.splitlines()), where
    if asked:
        assert text.count("？") <= QUESTIONS, f"too many questions after {where}"


def check_tickets(expected: list[dict[str, Any]], found: Sequence[Ticket]) -> None:
    made = [
        {
            "group": group_of(ticket.topic),
            "intent": ticket.topic,
            "unit": ticket.unit,
            "priority": ticket.priority,
            "danger": ticket.danger_kind,
            "cc": list(ticket.cc),
            "helper": ticket.helper,
            "state": ticket.state,
            "level": ticket.danger_level,
        }
        for ticket in found
    ]
    assert len(made) == len(expected), made
    for want, got in zip(expected, made, strict=True):
        assert {key: got[key] for key in want} == want


def listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
