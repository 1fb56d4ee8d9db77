"""How her matters stand, in plain words, and the replies that wait for her."""

from handlers import buttons, heard, topics
from handlers.phrases import among, say
from handlers.turn import OpenMatter, Outcome, Release, Reply, Turn

SHOWN = 3  # matters in one reply


def handle(turn: Turn) -> Outcome | None:
    reads = heard.READS.match(heard.bare(turn.text)) is not None
    if not reads and not topics.commanded(turn, "command_status"):
        return None
    state = turn.state.onward()
    if turn.unread:
        return Outcome("status", (Reply(say("status.release")),), state, (Release(),))
    if not turn.matters:
        return Outcome("status", (Reply(say("status.none"), (buttons.HUMAN,)),), state.but(expects="words"))
    return Outcome("status", (Reply(_listed(turn), (buttons.HUMAN,)),), state)


def _listed(turn: Turn) -> str:
    lines = [
        say("status.line", number=str(place), topic=_named(turn, matter), state=_standing(matter))
        for place, matter in enumerate(turn.matters[:SHOWN], start=1)
    ]
    return "\n".join((*lines, say("status.more")))


def _named(turn: Turn, matter: OpenMatter) -> str:
    """A matter of danger is not named: who reads this may not be her."""
    if matter.danger_kind or matter.topic not in turn.taxonomy.intents or matter.topic == topics.NO_TOPIC:
        return say("status.private")
    return topics.her(turn, matter.topic)


def _standing(matter: OpenMatter) -> str:
    words = among("status.state")
    return words.get(matter.state, words["other"])
