"""你们几点上班: when somebody is there, as a clock time."""

import re

from handlers import buttons, heard, intake
from handlers.turn import Outcome, Reply, Turn

ASKED = re.compile(
    r"(?:请问|你好|您好)?(?:你们|妇联|人工|工作人员|你们那边|那边)?(?:现在|今天|明天|周末|周六|周日|星期天|节假日|晚上)?"
    r"(?:都是|是|一般)?(?:(?:几点|什么时候|啥时候|何时)(?:上班|下班|有人(?:在|看|回)?|开门)|(?:上班|开门|有人(?:在|上班|值班)?)(?:吗|么|不|没))"
    r"(?:的|呢|啊|呀)*"
)
OURS = re.compile(r"你们|妇联|人工|工作人员|那边|几点上班|几点下班|几点开门")


def handle(turn: Turn) -> Outcome | None:
    said = heard.bare(turn.text)
    if turn.held or not ASKED.fullmatch(said) or not OURS.search(said):
        return None
    return Outcome("hours", (Reply(intake.when(turn), (buttons.HUMAN,)),), turn.state.onward())
