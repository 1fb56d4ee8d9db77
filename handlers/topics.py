"""Topics as she sees them: a button carries her words for a topic, and comes back as them."""

from dataclasses import replace

from handlers import heard
from handlers.turn import Turn
from nlu.taxonomy import Taxonomy, group_of
from nlu.understanding import Understanding

NO_TOPIC = "other_out_of_scope"  # a person is wanted and nobody knows yet what for
HOME = frozenset({"rights", "marriage"})
CERTAIN = 0.5  # confidence from which a command is one
LIKELY = 0.05  # confidence from which a second guess is worth more than what the search found
PLAIN = frozenset({"smalltalk", "command"})


_LAST: list[tuple[Taxonomy, dict[str, str]]] = []  # the taxonomy in use with her words -> topic; there is but one


def _by_words(taxonomy: Taxonomy) -> dict[str, str]:
    if not _LAST or _LAST[0][0] is not taxonomy:
        _LAST[:] = [(taxonomy, {heard.bare(intent.her): name for name, intent in taxonomy.intents.items()})]
    return _LAST[0][1]


def pressed(turn: Turn) -> str | None:
    """The topic whose words on a button are exactly this message, or that a few words stand for: 那孩子呢."""
    return turn.meant or _by_words(turn.taxonomy).get(heard.bare(turn.text))


def settle(turn: Turn) -> Turn:
    """A pressed topic is that topic, whatever the model made of its words; danger stays as it was judged."""
    name = pressed(turn)
    if name is None:
        return turn
    understood = turn.understanding
    needs = (name,) if consultation(turn.taxonomy, name) else ()
    settled: Understanding = replace(
        understood, intent=name, group=group_of(name), confidence=1.0, abstain=False, needs=needs, alternatives=()
    )
    return replace(turn, understanding=settled)


def consultation(taxonomy: Taxonomy, name: str) -> bool:
    intent = taxonomy.intents.get(name)
    return intent is not None and intent.group not in PLAIN


def her(turn: Turn, name: str) -> str:
    return turn.taxonomy.intents[name].her


def commanded(turn: Turn, name: str) -> bool:
    """A command changes something, so it takes more than the best of poor guesses."""
    understood = turn.understanding
    return understood.intent == name and not understood.abstain and understood.confidence >= CERTAIN


def wants_person(turn: Turn) -> bool:
    return heard.bare(turn.text) in heard.HUMANS or commanded(turn, "command_human")


def guesses(turn: Turn, without: str | None = None) -> tuple[str, ...]:
    """What this message may be about, best first; topics that cost nothing to confuse with `without` are left out."""
    understood = turn.understanding
    likely = [other.intent for other in understood.alternatives if other.confidence >= LIKELY]
    found = [one.article.intents[0] for one in turn.candidates if one.article.intents]
    names = (
        understood.intent,
        *understood.needs,
        *likely,
        *found,
        *(other.intent for other in understood.alternatives),
    )
    wanted = [
        name
        for name in dict.fromkeys(names)
        if consultation(turn.taxonomy, name)
        and turn.taxonomy.intents[name].ticket != "never"
        and not (without and turn.taxonomy.kin(name, without))
    ]
    return tuple(wanted)


def understood_topic(turn: Turn) -> str | None:
    """The consultation this message is about, when the model is willing to say so."""
    understood = turn.understanding
    if understood.abstain:
        return None
    name = understood.needs[0] if understood.needs else understood.intent
    return name if consultation(turn.taxonomy, name) else None


def near(turn: Turn, one: str, other: str) -> bool:
    """The same matter for her: equal, freely confused, of the same group, or both of the home."""
    if NO_TOPIC in {one, other} or turn.taxonomy.kin(one, other):
        return True
    first, second = group_of(one), group_of(other)
    return first == second or {first, second} <= HOME
