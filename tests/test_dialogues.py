"""Whole conversations as tables: each goes through the real pipeline on a fresh database with the committed model."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.rehearsal import Played, Rehearsal, Turn
from bot.settings import Settings
from nlu.taxonomy import group_of
from tickets.clock import BEIJING

TABLES = sorted(Path("tests/dialogues").glob("*.yml"))
DEFAULT_AT = "2026-11-23T10:00:00"


def dialogues() -> list[Any]:
    return [
        pytest.param(dialogue, id=f"{path.stem}: {dialogue['name']}")
        for path in TABLES
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    made = Rehearsal(Settings(var=str(tmp_path_factory.mktemp("var"))))
    yield made
    made.close()


@pytest.mark.parametrize("dialogue", dialogues())
async def test_dialogue(rehearsal: Rehearsal, dialogue: dict[str, Any]) -> None:
    moment = datetime.fromisoformat(str(dialogue.get("at", DEFAULT_AT)))
    at = int((moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).timestamp() * 1_000_000)
    played = await rehearsal.play([turn["she"] for turn in dialogue["turns"]], at, on_duty=on_duty(dialogue))
    for expected, turn in zip(dialogue["turns"], played.turns, strict=True):
        check_turn(expected, turn)
    if "tickets" in dialogue:
        check_tickets(dialogue["tickets"], played)
    if "alarms" in dialogue:
        assert len(played.alarms) == dialogue["alarms"]


def on_duty(dialogue: dict[str, Any]) -> bool:
    return dialogue.get("duty", "none") not in ("none", None, [])


def check_turn(expected: dict[str, Any], turn: Turn) -> None:
    text = "\n".join(line.text for line in turn.replies)
    where = f"{turn.text!r} ({turn.handler}, {turn.understanding['intent']}, {turn.understanding['danger']})\n{text}"
    if expected.get("silent"):
        assert not turn.replies, where
    for part in listed(expected.get("says")):
        assert part in text, f"{part!r} is missing after {where}"
    for part in listed(expected.get("not")):
        assert part not in text, f"{part!r} must not be said after {where}"
    if "buttons" in expected:
        shown = [button for line in turn.replies for button in line.buttons]
        assert set(expected["buttons"]) <= set(shown), f"{shown} after {where}"


def check_tickets(expected: list[dict[str, Any]], played: Played) -> None:
    made = [
        {
            "group": group_of(ticket.topic),
            "intent": ticket.topic,
            "unit": ticket.unit,
            "priority": ticket.priority,
            "danger": ticket.danger_kind,
            "cc": list(ticket.cc),
            "helper": ticket.helper,
        }
        for ticket in played.tickets
    ]
    assert len(made) == len(expected), made
    for want, got in zip(expected, made, strict=True):
        assert {key: got[key] for key in want} == want


def listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
