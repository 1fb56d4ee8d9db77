"""After a danger the bot keeps listening: what she adds goes into the urgent matter, and nothing she says lowers it."""

from handlers import heard, matters, scripts, topics
from handlers.phrases import say
from handlers.turn import OpenMatter, Outcome, Reply, Turn

ANSWERS_TO_US = frozenset({"不用了", "算了", "取消"})
TALK = frozenset({"smalltalk_thanks", "smalltalk_identity"})


def handle(turn: Turn) -> Outcome | None:
    matter = matters.dangerous(turn)
    if matter is None:
        return None
    if _says_fine(turn):
        return _fine(turn, matter)
    if matter.danger_level not in matters.ALARMING or turn.state.danger is None or _wants_something(turn):
        return None
    return Outcome(
        handler="urgent",
        replies=(Reply(say("urgent.added", call=scripts.call(matter.danger_kind))),),
        state=turn.state.onward(),
        actions=(matters.join(turn, matter),),
    )


def _says_fine(turn: Turn) -> bool:
    said = heard.bare(turn.text)
    answering = turn.state.offer or turn.state.expects or turn.state.form
    if answering and said in ANSWERS_TO_US:
        return False
    return heard.FINE.search(said) is not None and not heard.asks(turn.text)


def _fine(turn: Turn, matter: OpenMatter) -> Outcome:
    key = "urgent.fine_calling" if turn.desk.duty else "urgent.fine_nobody"
    return Outcome(
        handler="urgent",
        replies=(Reply(say(key, call=scripts.call(matter.danger_kind))),),
        state=turn.state.onward(),
        actions=(matters.join(turn, matter, facts={"said_fine": turn.text}),),
    )


def _wants_something(turn: Turn) -> bool:
    """A command, her three words, or a real question: these get their answer even now."""
    understood = turn.understanding
    said = heard.bare(turn.text)
    if (
        turn.state.expects
        or turn.code_words(turn.text)
        or said in heard.HUMANS | heard.ERASES
        or heard.READS.match(said)
    ):
        return True
    if understood.abstain:
        return False
    if understood.group == "command" or understood.intent in TALK:
        return True
    return (
        heard.asks(turn.text)
        and topics.understood_topic(turn) is not None
        and any(c.confident for c in turn.candidates)
    )
