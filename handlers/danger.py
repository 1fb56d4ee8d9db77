"""Sure danger: the fixed script, a ticket and an alarm; what is over but may return: the answer and a ticket."""

import re

from handlers import answer, buttons, heard, matters, memory
from handlers.phrases import among, require, say
from handlers.state import State
from handlers.turn import CODE, Action, JoinTicket, OpenTicket, Outcome, Pause, Reply, Turn
from nlu.taxonomy import taxonomy
from nlu.understanding import Danger

# The first is what the ticket is about unless the model names another one of the row.
TOPICS: dict[str, tuple[str, ...]] = {
    "violence_now": ("rights_dv",),
    "suicide": ("marriage_emotion",),
    "confinement": ("rights_liberty", "rights_dv"),
    "medical": ("rights_health", "rights_dv", "rights_maternity", "marriage_emotion"),
    "threat": ("rights_stalking", "rights_dv"),
    "child_abuse": ("rights_minor", "rights_harassment"),
    "sexual_assault": ("rights_harassment", "rights_dv"),
    "extreme_act": ("marriage_emotion", "marriage_crisis", "rights_dv"),
    "no_shelter": ("rights_dv", "rights_relief"),
    "violence_recent": ("rights_dv",),
    "child_taken": ("marriage_custody",),
    "mass_event": ("other_petition", "rights_land", "job_dispute"),
}
NO_CODE = frozenset({"violence_now", "confinement"})  # three words on the screen could be read by the wrong person
NEUTRAL = "mass_event"
PEOPLE = frozenset({"suicide", "extreme_act", "medical"})  # who is with her; all others: can she talk
REMEMBERED = 6  # wordings of the danger
EMERGENCY = "110"

_CHILD = "(?:孩子|宝宝|娃娃?|女儿|闺女|囡囡|儿子|小孩)"
WITH_CHILD = re.compile(
    rf"(?:带着?|抱着?|背着|领着|我和|我跟|我们和)(?:我|我们|两个|俩)?(?:的)?{_CHILD}|{_CHILD}(?:和|跟)我|(?:我们|我)(?:娘俩|母女|母子)"
)

for _kind in taxonomy().danger:
    require(f"danger.{_kind}.self", f"danger.{_kind}.helper")


def handle(turn: Turn) -> Outcome | None:
    danger = turn.understanding.danger
    if danger.kind is None or not danger.sure:
        return None
    if danger.level in matters.ALARMING:
        return _alarm(turn, danger.kind, danger.level)
    return _watch(turn, danger.kind, danger)


def script(turn: Turn, kind: str) -> str:
    """For her, for somebody who writes about another, for a minor."""
    versions = among(f"danger.{kind}")
    if for_another(turn):
        return versions["helper"]
    if "minor" in versions and memory.minor(turn.said):
        return versions["minor"]
    return versions["self"]


def for_another(turn: Turn) -> bool:
    """A child that is with her is no sign that she writes about somebody else: 想带着孩子一起走."""
    return turn.understanding.helper and WITH_CHILD.search(heard.bare(turn.said)) is None


def call(kind: str | None) -> str:
    """The number that is right for the kind."""
    if kind is None or kind == NEUTRAL:
        return EMERGENCY
    return among(f"danger.{kind}")["self"].partition("\n")[0]


def topic_of(turn: Turn, kind: str) -> str:
    row = TOPICS[kind]
    return next((name for name in (turn.understanding.intent, *turn.understanding.needs) if name in row), row[0])


def ticket(turn: Turn, kind: str, level: str, *, alarm: bool) -> Action:
    """One ticket a matter: an open one of the same life takes the danger, else a new one opens."""
    topic = topic_of(turn, kind)
    matter = matters.dangerous(turn) or matters.about(turn, topic)
    if matter is not None:
        return JoinTicket(
            matter.id,
            facts={"what": turn.said},
            unit=turn.state.unit,
            danger_kind=kind,
            danger_level=level,
            alarm=alarm,
            topic=None if matter.topic in TOPICS[kind] or matter.danger_kind else topic,
            helper=for_another(turn),
            green=memory.green(turn),
        )
    return OpenTicket(
        topic,
        facts={"what": memory.account(turn) or turn.said},
        unit=turn.state.unit,
        danger_kind=kind,
        danger_level=level,
        helper=for_another(turn),
        green=memory.green(turn),
        alarm=alarm,
    )


def _alarm(turn: Turn, kind: str, level: str) -> Outcome:
    said = heard.bare(turn.said)
    known = matters.alarming(turn) is not None and turn.state.danger == kind
    if heard.SILENCE.search(turn.text):
        return _silently(turn, kind, level)
    if known and said in turn.state.danger_said:
        return Outcome(
            handler="danger",
            replies=(Reply(say("urgent.added", call=call(kind))),),
            state=turn.state.onward(),
            actions=(ticket(turn, kind, level, alarm=False),),
        )
    action = ticket(turn, kind, level, alarm=True)
    return Outcome(
        handler="danger",
        replies=_script_replies(turn, kind, action),
        state=turn.state.onward(danger=kind, danger_said=(*turn.state.danger_said, said)[-REMEMBERED:]),
        actions=(action,),
        topic=topic_of(turn, kind),
    )


def _script_replies(turn: Turn, kind: str, action: Action) -> tuple[Reply, ...]:
    words = script(turn, kind)
    lines = []
    if kind != NEUTRAL:
        number = words.partition("\n")[0]
        lines.append(say("duty.calling" if turn.desk.duty else "duty.nobody", call=number))
    if kind not in NO_CODE and isinstance(action, OpenTicket):
        lines.append(say("code.line", code=CODE))
    return (Reply(words), Reply("\n".join(lines))) if lines else (Reply(words),)


def _silently(turn: Turn, kind: str, level: str) -> Outcome:
    """She wants nothing on her screen: the alarm rings all the same."""
    return Outcome(
        handler="danger",
        replies=(Reply(say("pause.quiet"), quiet=True),),
        state=turn.state.onward(danger=kind),
        actions=(ticket(turn, kind, level, alarm=True), Pause()),
        topic=topic_of(turn, kind),
    )


def confirmed(turn: Turn, kind: str) -> Outcome:
    """不方便, 找人 or 没有人 under the gentle question: a doubtful sign has become sure."""
    level = turn.taxonomy.danger[kind].level
    action = ticket(turn, kind, level if level in matters.ALARMING else "urgent", alarm=True)
    said = heard.bare(turn.text)
    state = turn.state.onward(danger=kind)
    if kind in PEOPLE and heard.CANNOT.match(said) is None:
        replies = _script_replies(turn, kind, action)
    elif said in heard.HUMANS:
        replies = (Reply(say("ask.person_calling" if turn.desk.duty else "ask.person_nobody")),)
    else:
        replies = (Reply(say("ask.cannot"), quiet=True),)
    return Outcome(handler="gentle", replies=replies, state=state, actions=(action,), topic=topic_of(turn, kind))


def question(kind: str) -> Reply:
    """Harmless if the wrong person reads it."""
    if kind in PEOPLE:
        return Reply(say("ask.people"), (buttons.SOMEONE, buttons.ALONE, buttons.HUMAN), quiet=True)
    return Reply(say("ask.speak"), (buttons.CAN, buttons.CANNOT, buttons.HUMAN), quiet=True)


def _watch(turn: Turn, kind: str, danger: Danger) -> Outcome | None:
    """None when she has had it already or a person has her: the message then goes its ordinary way into the ticket."""
    if turn.held or heard.SILENCE.search(turn.text) or (turn.state.danger == kind and matters.dangerous(turn)):
        return None
    topic = topic_of(turn, kind)
    action = ticket(turn, kind, danger.level, alarm=False)
    state = turn.state.onward(danger=kind, danger_said=(heard.bare(turn.said),), topic=topic)
    if kind == NEUTRAL:
        return Outcome("watch", _script_replies(turn, kind, action), state, (action,), topic)
    told, state = _told(turn, kind, topic, state)
    kept = say("watch.kept")
    if isinstance(action, OpenTicket):
        kept = f"{kept}\n{say('code.line', code=CODE)}"
    return Outcome(
        handler="watch",
        replies=(told, Reply(kept), question(kind)),
        state=state.but(asked=kind, checked=(*state.checked, kind)),
        actions=(action,),
        topic=topic,
    )


def _told(turn: Turn, kind: str, topic: str, state: State) -> tuple[Reply, State]:
    """A kind word, then the answer she asked for; without a good one, what helps most with this kind."""
    care = say("watch.care.helper" if for_another(turn) else "watch.care.self")
    found = answer.choose(turn, topic)
    if found is None:
        about = among("watch.about")
        return Reply(f"{care}\n{about.get(kind, about['other'])}"), state
    return Reply(f"{care}\n{answer.words(turn, found, topic)}", article=found.id), state.but(
        article=found.id, notice=True
    )
