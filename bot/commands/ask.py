"""`halfsky ask`: what a new person on the web would read first, for each line of standard input."""

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any

from bot import ndjson
from bot.commands.replay import DEFAULT_AT, micros_of
from bot.rehearsal import Rehearsal, Turn

HELP = "逐行提问（NDJSON）：新来访者首先会读到什么"
REFUSED = frozenset({"other_public_service", "other_out_of_scope"})
TALK = frozenset({"smalltalk", "command"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = HELP


def run(args: argparse.Namespace) -> int:
    rehearsal = Rehearsal(args.settings)
    try:
        return ndjson.serve(lambda asked: ask(rehearsal, asked))
    finally:
        rehearsal.close()


def ask(rehearsal: Rehearsal, asked: Mapping[str, Any]) -> dict[str, Any]:
    text = ndjson.text_of(asked)
    at = micros_of(DEFAULT_AT)
    played = asyncio.run(rehearsal.play([text], at))
    turn = played.turns[0]
    article_id = next((line.article for line in turn.replies if line.article), None)
    article = rehearsal.article(article_id) if article_id else None
    return {
        "decision": decision(turn, article_id),
        "article": article_id,
        "title": article.title if article else None,
        "score": rehearsal.score(text, article_id, at) if article_id else None,
        "text": "\n".join(line.text for line in turn.replies) or None,
        "sources": [
            {"title": source.title, "article": source.article, "date": source.date.isoformat()}
            for source in (article.sources if article else ())
        ],
    }


def decision(turn: Turn, article: str | None) -> str:
    """answer, refuse, talk or human; a danger script is always a person's matter."""
    if turn.handler == "danger":
        return "answer" if article else "human"
    if turn.handler == "refuse":
        return "refuse"  # also where an article of the directory names the office
    if article:
        return "answer"
    if turn.handler == "answer" and turn.understanding["intent"] in REFUSED:
        return "refuse"
    if turn.understanding["group"] in TALK and turn.handler != "unknown":
        return "talk"
    return "human"
