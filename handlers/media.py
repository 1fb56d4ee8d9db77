"""Voice, pictures, files, places without words: acknowledged in kind, joined to her matter or offered to a person."""

from handlers import buttons, matters, scripts, topics
from handlers.phrases import among, require, say
from handlers.turn import Outcome, Reply, Turn

MEDIA = ("voice", "image", "video", "file", "location", "contact")

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
