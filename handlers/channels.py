"""On which of her channels replies of staff may come: asked once when she uses a second one, changed any time."""

import re
from dataclasses import replace

from handlers import buttons, heard
from handlers.phrases import among, say
from handlers.turn import Outcome, Receive, Reply, Turn

BOTH = re.compile(r"(?:以后)?(?:两边|两个地方|都|两处)(?:都)?(?:发|回|回复|要|可以)(?:吧|好了)?$")
HERE = re.compile(r"(?:以后)?只(?:在|发|回)(?:到)?(?:这里|这边|这儿)(?:发|回|回复)?(?:吧|就行|就好)?$")
THERE = re.compile(
    r"(?:以后)?(?:只(?:在|发|回)(?:到)?(?:原来(?:那边|那里)?|那边|那里)|别(?:发|回)(?:到)?(?:这里|这边))(?:发|回|回复)?(?:吧|就行|就好)?$"
)
CHOICES = (("both", BOTH), ("here", HERE), ("there", THERE))
BUTTONS = (buttons.BOTH, buttons.ONLY_HERE, buttons.ONLY_THERE)


def handle(turn: Turn) -> Outcome | None:
    said = heard.bare(turn.text)
    where = next((name for name, words in CHOICES if words.match(said)), None) if turn.channels else None
    if where is None:
        return None
    told = Reply(say("channels.here") if where == "here" else say(f"channels.{where}", place=_named(turn)))
    return Outcome("channels", (told,), turn.state.onward(receives=True), (Receive(where),))


def asked(turn: Turn, outcome: Outcome) -> Outcome:
    """The question under an answer, the first time she writes on a second channel while something is open."""
    due = (
        turn.channels and turn.matters and not turn.state.receives and outcome.handler in {"status", "matter", "answer"}
    )
    if not due or not outcome.replies or turn.state.form is not None or outcome.state.asked:
        return outcome
    question = Reply(say("channels.ask", place=_named(turn)), BUTTONS)
    return replace(outcome, replies=(*outcome.replies, question), state=outcome.state.but(receives=True))


def _named(turn: Turn) -> str:
    names = among("channels.name")
    return "、".join(dict.fromkeys(names.get(kind, names["other"]) for kind in turn.channels))
