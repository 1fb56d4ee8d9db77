"""Sure and immediate or urgent: the fixed script, a ticket and an alarm, at any point of anything."""

from dataclasses import replace

from handlers import heard, intake, matters, raising, scripts
from handlers.phrases import say
from handlers.turn import Action, JoinTicket, OpenTicket, Outcome, Pause, Reply, Turn

REMEMBERED = 6  # wordings of the danger


def handle(turn: Turn) -> Outcome | None:
    danger = turn.understanding.danger
    if danger.kind is None or not danger.sure:
        return None
    return _alarm(turn, danger.kind, danger.level) if danger.level in matters.ALARMING else None


def _alarm(turn: Turn, kind: str, level: str) -> Outcome:
    said = heard.bare(turn.said)
    known = matters.alarming(turn) is not None and turn.state.danger == kind
    if heard.SILENCE.search(heard.bare(turn.text)):
        return _silently(turn, kind, level)
    if known and said in turn.state.danger_said:
        return Outcome(
            handler="danger",
            replies=(Reply(say("urgent.added", call=scripts.call(kind))),),
            state=turn.state.onward(),
            actions=(raising.ticket(turn, kind, level, alarm=False),),
        )
    action = raising.ticket(turn, kind, level, alarm=True)
    return Outcome(
        handler="danger",
        replies=scripts.replies(turn, kind, action),
        state=turn.state.onward(danger=kind, danger_said=(*turn.state.danger_said, said)[-REMEMBERED:]),
        actions=(action,),
        topic=raising.topic_of(turn, kind),
    )


def _silently(turn: Turn, kind: str, level: str) -> Outcome:
    """She wants nothing on her screen: the alarm rings all the same."""
    return Outcome(
        handler="danger",
        replies=(Reply(say("pause.quiet"), quiet=True),),
        state=turn.state.onward(danger=kind),
        actions=(raising.ticket(turn, kind, level, alarm=True), Pause()),
        topic=raising.topic_of(turn, kind),
    )


def confirmed(turn: Turn, kind: str) -> Outcome:
    """不方便, 找人 or 没有人 under the gentle question: the doubt is gone; the topic is what she asked about.

    Not being free to talk is itself a sign and always rings. Asking for a person is not: what would only be watched
    when it is sure gets its ticket on top of the queue, and no alarm.
    """
    own = turn.taxonomy.danger[kind].level
    asks = heard.bare(turn.text) in heard.HUMANS
    level = own if own in matters.ALARMING or asks else "urgent"
    topic = turn.state.topic or raising.topic_of(turn, kind)
    if asks and (topic not in raising.TOPICS[kind] or level not in matters.ALARMING):
        return _person(turn, kind, level, topic)
    action = raising.ticket(turn, kind, level, alarm=True, topic=topic)
    return Outcome(
        handler="gentle",
        replies=_after_confirming(turn, kind, action),
        state=turn.state.onward(danger=kind),
        actions=(action,),
        topic=topic,
    )


def _after_confirming(turn: Turn, kind: str, action: Action) -> tuple[Reply, ...]:
    said = heard.bare(turn.text)
    if kind in scripts.PEOPLE and heard.CANNOT.match(said) is None:
        return scripts.replies(turn, kind, action)
    if said not in heard.HUMANS:
        return (Reply(say("ask.cannot"), quiet=True),)
    return (Reply("\n".join((_who_is_there(turn, kind), *scripts.way_back(kind, action)))),)


def _person(turn: Turn, kind: str, level: str, topic: str) -> Outcome:
    """找人 after another question may mean that one: she gets both, the alarm and the way to a person."""
    asked = intake.start(turn, topic)
    actions = tuple(_raised(action, kind, level) for action in asked.actions)
    there = (Reply(_who_is_there(turn, kind)),) if level in matters.ALARMING else ()
    return replace(asked, handler="gentle", replies=(*there, *asked.replies), actions=actions)


def _raised(action: Action, kind: str, level: str) -> Action:
    if isinstance(action, OpenTicket | JoinTicket):
        return replace(action, danger_kind=kind, danger_level=level, alarm=level in matters.ALARMING)
    return action


def _who_is_there(turn: Turn, kind: str) -> str:
    if turn.desk.duty:
        return say("ask.person_calling")
    return say("ask.person_nobody", call=scripts.call(kind))
