"""Voice, pictures, files, places without words: acknowledged in kind, joined to her matter or offered to a person."""

from dataclasses import replace

from handlers import buttons, matters, scripts, topics
from handlers.phrases import among, require, say
from handlers.turn import Outcome, Reply, Turn

LARGE = "large"
MEDIA = ("voice", "image", "video", "file", "location", "contact", LARGE)
SILENT = frozenset({"media", "danger", "gentle", "pause", "held", "watch"})  # nothing about files beside these

require(*(f"unknown.{kind}" for kind in MEDIA), *(f"unknown.joined.{kind}" for kind in MEDIA))


def handle(turn: Turn) -> Outcome | None:
    if turn.kind not in MEDIA or turn.text.strip():
        return None
    matter = matters.dangerous(turn) or next(iter(turn.matters), None)
    if matter is not None:
        urgent = matter.danger_level in matters.ALARMING
        words = (
            say("urgent.added", call=scripts.call(matter.danger_kind)) if urgent else among("unknown.joined")[turn.kind]
        )
        return Outcome("media", (Reply(words),), turn.state.onward(), (matters.join(turn, matter),))
    return Outcome(
        handler="media",
        replies=(Reply(among("unknown")[turn.kind], (buttons.HUMAN,)),),
        state=turn.state.onward(offer=turn.state.topic or topics.NO_TOPIC),
    )


def too_large(turn: Turn, outcome: Outcome) -> Outcome:
    """What stood with her words could not be taken: she is told, below their answer."""
    if turn.kind != LARGE or outcome.handler in SILENT or any(reply.quiet for reply in outcome.replies):
        return outcome
    return replace(outcome, replies=(*outcome.replies, Reply(say("unknown.large"))))
