"""好的 or 不用了 after a person was offered."""

from handlers import buttons, heard, intake
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

YES = frozenset(
    {"好", "好的", "好啊", "好吧", "要", "要的", "需要", "可以", "行", "嗯", "是", "是的", "对", "ok", "麻烦了", "那好"}
)
NO = frozenset({"不用了", "不用", "不要", "不", "算了", "不需要", "先不用", "暂时不用"})
SHORT = 8


def handle(turn: Turn) -> Outcome | None:
    if turn.state.offer is None:
        return None
    if accepts(turn):
        return intake.start(turn, turn.state.offer)
    if declines(turn):
        return Outcome(
            handler="declined",
            replies=(Reply(say("answer.declined"), (buttons.HUMAN,)),),
            state=turn.state.onward(unsolved=0, wrong=0),
        )
    return None


def accepts(turn: Turn) -> bool:
    said = heard.bare(turn.text)
    return said in YES or (turn.understanding.intent == "smalltalk_affirm" and _short(turn, said))


def declines(turn: Turn) -> bool:
    said = heard.bare(turn.text)
    return said in NO or (turn.understanding.intent == "smalltalk_deny" and _short(turn, said))


def _short(turn: Turn, said: str) -> bool:
    return not turn.understanding.abstain or len(said) <= SHORT
