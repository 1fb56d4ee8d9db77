"""Builds a Turn in one line: the real taxonomy, the real phrases, the real articles."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from handlers.router import decide
from handlers.state import State
from handlers.turn import Action, Desk, JoinTicket, OpenMatter, OpenTicket, Outcome, Turn
from knowledge.article import Article, Candidate
from knowledge.load import load
from knowledge.parameters import load_parameters
from knowledge.today import filled
from nlu.taxonomy import group_of, taxonomy
from nlu.understanding import Alternative, Danger, Entity, Understanding

NOW = 1_795_399_200_000_000  # 2026-11-23 10:00 in Beijing
DAY = date(2026, 11, 23)
OPEN = Desk(duty=True, open=True, next_opening="明天 9:00")
NOBODY = Desk(duty=False, open=True, next_opening="明天 9:00")
CLOSED = Desk(duty=False, open=False, next_opening="明天 9:00")
PLACES = {"昆山": "kunshan", "相城": "xiangcheng", "园区": "sip", "吴江": "wujiang"}
CODE_WORDS = "荷花 雨伞 小桥"


@lru_cache(maxsize=1)
def articles() -> dict[str, Article]:
    table = load_parameters()
    return {article.id: filled(article, table, DAY) for article in load()}


def candidate(article_id: str, score: float = 0.9) -> Candidate:
    return Candidate(articles()[article_id], score, confident=score >= 0.5)


def danger(kind: str, level: str | None = None, *, sure: bool = True) -> Danger:
    return Danger(level or taxonomy().danger[kind].level, kind, sure=sure, confidence=0.9)


def understood(
    intent: str = "other_out_of_scope",
    *,
    abstain: bool | None = None,
    needs: Sequence[str] | None = None,
    alternatives: Sequence[str] = (),
    found: Danger | None = None,
    helper: bool = False,
    confidence: float = 0.9,
) -> Understanding:
    consults = group_of(intent) not in {"smalltalk", "command"}
    return Understanding(
        intent=intent,
        group=group_of(intent),
        confidence=confidence,
        abstain=intent == "other_out_of_scope" if abstain is None else abstain,
        alternatives=tuple(Alternative(name, 0.1) for name in alternatives),
        needs=tuple(needs) if needs is not None else ((intent,) if consults else ()),
        danger=found or Danger(),
        entities=(Entity("helper", "隔壁", 0, 2, None),) if helper else (),
    )


def place(text: str) -> str | None:
    return next((unit for name, unit in PLACES.items() if name in text), None)


def turn(
    text: str,
    meaning: Understanding | str | None = None,
    *,
    state: State | None = None,
    shown: Sequence[Candidate] = (),
    matters: Sequence[OpenMatter] = (),
    kind: str = "text",
    desk: Desk = OPEN,
    **more: Any,
) -> Turn:
    values: dict[str, Any] = {"held": False, "paused": False, "unread": 0, "unit": place(text), "find_place": place}
    return Turn(
        text=text,
        kind=kind,
        inbox="web",
        now=NOW,
        understanding=understood(meaning) if isinstance(meaning, str) else meaning or understood(),
        candidates=tuple(shown),
        state=state or State(),
        matters=tuple(matters),
        desk=desk,
        taxonomy=taxonomy(),
        code_words=lambda said: CODE_WORDS if said == CODE_WORDS else None,
        **{**values, **more},
    )


def matter(
    topic: str = "rights_dv", number: int = 1, *, found: Danger | None = None, state: str = "received"
) -> OpenMatter:
    return OpenMatter(
        number, topic, state, "sz", found.kind if found else None, found.level if found else None, owned=False
    )


def play(first: Turn) -> Outcome:
    return decide(first)


def text_of(outcome: Outcome) -> str:
    return "\n".join(reply.text for reply in outcome.replies)


def buttons_of(outcome: Outcome) -> tuple[str, ...]:
    return outcome.replies[-1].buttons if outcome.replies else ()


def actions_of(outcome: Outcome, kind: type[Action]) -> list[Any]:
    return [action for action in outcome.actions if isinstance(action, kind)]


def opened(outcome: Outcome) -> OpenTicket:
    (action,) = actions_of(outcome, OpenTicket)
    assert isinstance(action, OpenTicket)
    return action


def joined(outcome: Outcome) -> JoinTicket:
    (action,) = actions_of(outcome, JoinTicket)
    assert isinstance(action, JoinTicket)
    return action
