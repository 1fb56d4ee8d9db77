"""The ticket that a danger opens or joins: one a matter, and danger on it only rises."""

from handlers import matters, memory
from handlers.scripts import for_another
from handlers.turn import Action, JoinTicket, OpenTicket, Turn

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


def topic_of(turn: Turn, kind: str) -> str:
    row = TOPICS[kind]
    return next((name for name in (turn.understanding.intent, *turn.understanding.needs) if name in row), row[0])


def ticket(turn: Turn, kind: str, level: str, *, alarm: bool, topic: str | None = None) -> Action:
    """One ticket a matter: an open one of the same life takes the danger, else a new one opens."""
    topic = topic or topic_of(turn, kind)
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
        facts={
            "what": memory.account(turn) or turn.said,
            **({memory.ELSEWHERE: turn.elsewhere} if turn.elsewhere else {}),
        },
        unit=turn.state.unit,
        danger_kind=kind,
        danger_level=level,
        helper=for_another(turn),
        green=memory.green(turn),
        alarm=alarm,
    )
