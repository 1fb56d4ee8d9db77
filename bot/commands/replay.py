"""`halfsky replay`: whole conversations from standard input, played on a fresh database each."""

import argparse
import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import ndjson
from bot.rehearsal import Played, Rehearsal
from nlu.taxonomy import group_of
from tickets.clock import BEIJING

HELP = "回放整段对话（NDJSON）：每行一位新来访者，给出每轮回复和最后的工单"
DEFAULT_AT = "2026-11-23T10:00+08:00"
YEARS = range(2000, 2100)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = HELP


def run(args: argparse.Namespace) -> int:
    rehearsal = Rehearsal(args.settings)
    try:
        return ndjson.serve(lambda asked: replay(rehearsal, asked))
    finally:
        rehearsal.close()


def replay(rehearsal: Rehearsal, asked: Mapping[str, Any]) -> dict[str, Any]:
    turns = asked.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(text, str) for text in turns):
        raise ndjson.BadLine("缺少字符串数组 turns")
    return shown(asyncio.run(rehearsal.play(turns, micros_of(DEFAULT_AT if asked.get("at") is None else asked["at"]))))


def micros_of(moment: Any) -> int:
    """ISO time to UTC microseconds; a time without a zone is Beijing's."""
    try:
        parsed = datetime.fromisoformat(moment)
    except (TypeError, ValueError) as error:
        raise ndjson.BadLine("at 应是 ISO 时间") from error
    if parsed.year not in YEARS:
        raise ndjson.BadLine(f"at 应在 {YEARS[0]} 到 {YEARS[-1]} 年之间")
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=BEIJING)).timestamp() * 1_000_000)


def shown(played: Played) -> dict[str, Any]:
    return {
        "turns": [
            {
                "text": turn.text,
                "intent": turn.understanding["intent"],
                "danger": turn.understanding["danger"],
                "replies": [
                    {"text": line.text, "buttons": list(line.buttons), "article": line.article} for line in turn.replies
                ],
            }
            for turn in played.turns
        ],
        "tickets": [
            {
                "number": ticket.number,
                "group": group_of(ticket.topic),
                "intent": ticket.topic,
                "unit": ticket.unit,
                "cc": list(ticket.cc),
                "dept": ticket.dept,
                "priority": ticket.priority,
                "state": ticket.state,
            }
            for ticket in played.tickets
        ],
    }
