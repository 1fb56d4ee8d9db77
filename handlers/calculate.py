"""产假到什么时候, 冷静期哪天到期: asks for one date and tells the day, with its source."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers import buttons, heard
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn
from knowledge.calculators.catalogue import CALCULATORS, calculate
from tickets.clock import BEIJING

EXPECTS = "date:"
WHEN = r"(?:什么时候|啥时候|哪天|哪一天|几号|几月)"
LATEST = r"(?:最晚|最迟|截止|来得及|过期|哪天|几号|什么时候)"
WORDS: Mapping[str, tuple[str, ...]] = {
    "maternity": (
        rf"产假.{{0,8}}到.{{0,4}}{WHEN}",
        rf"产假.{{0,6}}{WHEN}(?:结束|到期|休完)",
        r"(?:算|计算).{0,4}产假",
    ),
    "cooling_off": (rf"冷静期.{{0,8}}(?:{WHEN}|到期|结束|算)", rf"{WHEN}(?:能|可以)(?:去)?(?:领|拿)离婚证"),
    "arbitration_sue": (
        rf"(?:不服|对).{{0,4}}(?:仲裁|裁决).{{0,10}}(?:起诉|上法院).{{0,6}}{LATEST}",
        rf"不服.{{0,3}}(?:仲裁|裁决).{{0,8}}{LATEST}",
        rf"{LATEST}.{{0,8}}不服.{{0,3}}(?:仲裁|裁决)",
    ),
    "arbitration": (r"仲裁.{0,6}(?:时效|最晚|最迟|来得及|截止|过期)", r"(?:最晚|最迟|来得及).{0,8}仲裁"),
    "order_review": (rf"保护令.{{0,10}}复议.{{0,6}}{LATEST}",),
    "coerced": (rf"(?:被逼|胁迫|逼婚).{{0,8}}撤销.{{0,8}}{LATEST}",),
    "petition_recheck": (rf"复核.{{0,8}}{LATEST}",),
    "petition_review": (rf"(?:信访|复查).{{0,10}}{LATEST}",),
    "mediation_confirm": (rf"司法确认.{{0,8}}{LATEST}",),
    "land": (rf"(?:村里|村集体|村委会).{{0,10}}决定.{{0,10}}{LATEST}",),
    "limitation": (r"诉讼时效", r"(?:过了|有没有过|还在)时效"),
    "loan": (r"(?:算|计算).{0,6}(?:利息|贴息)", r"(?:利息|贴息).{0,6}(?:算一?下|算算|怎么算|一年多少|能补多少)"),
}
PATTERNS = {name: re.compile("|".join(words)) for name, words in WORDS.items()}
RELATIVE = re.compile(r"(-?)P(\d+)D")


def handle(turn: Turn) -> Outcome | None:
    waiting = turn.state.expects or ""
    name = wanted(turn.text) or (waiting.removeprefix(EXPECTS) if waiting.startswith(EXPECTS) else None)
    if name is None or name not in CALCULATORS:
        return None
    start = day_of(turn)
    if start is not None or not CALCULATORS[name].asks:
        return _told(turn, name, start)
    if wanted(turn.text) is None:
        return None  # she went on to something else
    reply = Reply(CALCULATORS[name].asks, (buttons.SKIP, buttons.HUMAN))
    state = turn.state.onward(topic=CALCULATORS[name].topic, expects=f"{EXPECTS}{name}")
    return Outcome("calculate", (reply,), state, topic=CALCULATORS[name].topic)


def wanted(text: str) -> str | None:
    said = heard.bare(text)
    return next((name for name, words in PATTERNS.items() if words.search(said)), None)


def _told(turn: Turn, name: str, start: date | None) -> Outcome:
    """What is missing brings a person: 好的 is then enough."""
    result, topic = calculate(name, start, turn.parameters, today(turn)), CALCULATORS[name].topic
    last = say("calculate.person") if result.missing else say("calculate.more")
    shown = buttons.OFFER if result.missing else (buttons.HELPED, buttons.UNSOLVED, buttons.HUMAN)
    state = turn.state.onward(topic=topic, offer=topic if result.missing else None)
    return Outcome("calculate", (Reply(f"{result.text}\n\n{last}", shown),), state, topic=topic)


def today(turn: Turn) -> date:
    return datetime.fromtimestamp(turn.now / 1_000_000, BEIJING).date()


def day_of(turn: Turn) -> date | None:
    """The day she names; one without a year is the nearest of that name."""
    values = [entity.value for entity in turn.understanding.entities if entity.type == "date" and entity.value]
    return next((found for value in values if (found := _day(value, today(turn))) is not None), None)


def _day(value: str, today: date) -> date | None:
    moved = RELATIVE.fullmatch(value)
    if moved:
        return today + timedelta(days=int(f"{moved[1]}{moved[2]}"))
    try:
        if value.startswith("--"):
            month, day = (int(part) for part in value[2:].split("-"))
            years = [date(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
            return min(years, key=lambda one: abs((one - today).days))
        return date.fromisoformat(value)
    except ValueError:
        return None
