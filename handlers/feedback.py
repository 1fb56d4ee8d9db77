"""有帮助 and 没解决: what followed an answer; the second 没解决 offers a person without being asked."""

from handlers import buttons, heard, topics
from handlers.phrases import say
from handlers.turn import Follow, Outcome, Reply, Turn


def handle(turn: Turn) -> Outcome | None:
    said = heard.bare(turn.text)
    if said in heard.HELPED:
        return Outcome(
            handler="feedback",
            replies=(Reply(say("answer.helped"), (buttons.HUMAN,)),),
            state=turn.state.onward(unsolved=0, wrong=0),
            actions=(Follow("helped"),),
        )
    if said in heard.UNSOLVED:
        return _unsolved(turn)
    return None


def _unsolved(turn: Turn) -> Outcome:
    again = turn.state.unsolved > 0
    state = turn.state.onward(
        unsolved=turn.state.unsolved + 1, offer=(turn.state.topic or topics.NO_TOPIC) if again else None
    )
    reply = (
        Reply(say("answer.unsolved_again"), buttons.OFFER) if again else Reply(say("answer.unsolved"), (buttons.HUMAN,))
    )
    return Outcome("feedback", (reply,), state, (Follow("unsolved"),))
