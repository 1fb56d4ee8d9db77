"""The fixed words for each kind of danger, chosen by who writes; only what is true about who is there."""

import re

from handlers import buttons, heard, memory
from handlers.phrases import among, require, say
from handlers.turn import CODE, Action, OpenTicket, Reply, Turn
from nlu.taxonomy import taxonomy
from nlu.understanding import Understanding

NO_CODE = frozenset({"violence_now", "confinement"})  # three words on the screen could be read by the wrong person
NEUTRAL = "mass_event"
PEOPLE = frozenset({"suicide", "extreme_act", "medical"})  # who is with her; all others: can she talk
EMERGENCY = "110"

_CHILD = "(?:孩子|宝宝|娃娃?|女儿|闺女|囡囡|儿子|小孩)"
CHILD = re.compile(_CHILD)
# Kinds in which the child is the one in danger.
CHILDREN = frozenset({"child_abuse", "sexual_assault", "suicide", "medical", "extreme_act"})
WITH_CHILD = re.compile(
    rf"(?:带着?|抱着?|背着|领着|我和|我跟|我们和)(?:我|我们|两个|俩)?(?:的)?{_CHILD}|{_CHILD}(?:和|跟)我|(?:我们|我)(?:娘俩|母女|母子)"
)

for _kind in taxonomy().danger:
    require(f"danger.{_kind}.self", f"danger.{_kind}.helper")


def script(turn: Turn, kind: str) -> str:
    """For her, for somebody who writes about another, for a minor."""
    versions = among(f"danger.{kind}")
    if for_another(turn):
        return versions["helper"]
    if "minor" in versions and memory.minor(turn.said):
        return versions["minor"]
    return versions["self"]


def for_another(turn: Turn) -> bool:
    """A child with her, or taken from her, is no sign that she writes about somebody else: 想带着孩子一起走."""
    return about_another(turn.understanding, turn.said)


def about_another(understood: Understanding, said: str) -> bool:
    words = [entity.text for entity in understood.entities if entity.type == "helper"]
    only_child = bool(words) and all(CHILD.fullmatch(word) for word in words)
    if only_child and understood.danger.kind not in CHILDREN:
        return False
    return bool(words) and WITH_CHILD.search(heard.bare(said)) is None


def call(kind: str | None) -> str:
    """The number that is right for the kind."""
    if kind is None or kind == NEUTRAL:
        return EMERGENCY
    return among(f"danger.{kind}")["self"].partition("\n")[0]


def way_back(kind: str, action: Action) -> list[str]:
    """Her three words, where they cannot be read by the wrong person."""
    return [say("code.line", code=CODE)] if kind not in NO_CODE and isinstance(action, OpenTicket) else []


def replies(turn: Turn, kind: str, action: Action) -> tuple[Reply, ...]:
    words = script(turn, kind)
    lines = []
    if kind != NEUTRAL:
        number = words.partition("\n")[0]
        lines.append(say("duty.calling" if turn.desk.duty else "duty.nobody", call=number))
    lines += way_back(kind, action)
    return (Reply(words), Reply("\n".join(lines))) if lines else (Reply(words),)


def question(kind: str) -> Reply:
    """Harmless if the wrong person reads it."""
    if kind in PEOPLE:
        return Reply(say("ask.people"), (buttons.SOMEONE, buttons.ALONE, buttons.HUMAN), quiet=True)
    return Reply(say("ask.speak"), (buttons.CAN, buttons.CANNOT, buttons.HUMAN), quiet=True)
