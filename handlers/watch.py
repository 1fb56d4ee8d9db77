"""Sure, but over for now: the answer she asked for, one gentle question, and a ticket whether or not she answers."""

from handlers import answer, heard, matters, raising, scripts
from handlers.phrases import among, say
from handlers.state import State
from handlers.turn import CODE, OpenTicket, Outcome, Reply, Turn


def handle(turn: Turn) -> Outcome | None:
    found = turn.understanding.danger
    if found.kind is None or not found.sure or found.level in matters.ALARMING:
        return None
    return _decide(turn, found.kind, found.level)


def _decide(turn: Turn, kind: str, level: str) -> Outcome | None:
    """None when she has had it already or a person has her: the message then goes its ordinary way into the ticket."""
    if (
        turn.held
        or heard.SILENCE.search(heard.bare(turn.text))
        or (turn.state.danger == kind and matters.dangerous(turn))
    ):
        return None
    topic = raising.topic_of(turn, kind)
    action = raising.ticket(turn, kind, level, alarm=False)
    state = turn.state.onward(danger=kind, danger_said=(heard.bare(turn.said),), topic=topic)
    if kind == scripts.NEUTRAL:
        return Outcome("watch", scripts.replies(turn, kind, action), state, (action,), topic)
    told, state = _told(turn, kind, topic, state)
    kept = say("watch.kept")
    if isinstance(action, OpenTicket):
        kept = f"{kept}\n{say('code.line', code=CODE)}"
    return Outcome(
        handler="watch",
        replies=(told, Reply(kept), scripts.question(kind)),
        state=state.but(asked=kind, checked=(*state.checked, kind)),
        actions=(action,),
        topic=topic,
    )


def _told(turn: Turn, kind: str, topic: str, state: State) -> tuple[Reply, State]:
    """A kind word, then the answer she asked for; without a good one, what helps most with this kind."""
    care = say("watch.care.helper" if scripts.for_another(turn) else "watch.care.self")
    found = answer.choose(turn, topic)
    if found is None or not answer.on(turn, found, topic):
        about = among("watch.about")
        lines = [care, about.get(kind, about["other"])]
        if turn.elsewhere:  # those who can go to her are there
            lines.append(say("answer.elsewhere", place=turn.elsewhere))
        return Reply("\n".join(lines)), state
    return Reply(f"{care}\n{answer.words(turn, found, topic)}", article=found.id), state.but(article=found.id)
