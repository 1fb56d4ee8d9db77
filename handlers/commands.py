"""What she tells the bot to do: bring a person, say what it can do."""

from handlers import buttons, heard, intake, topics
from handlers.phrases import say
from handlers.turn import Outcome, Reply, Turn

MENU = ("rights_dv", "marriage_divorce", "job_placement")


def human(turn: Turn) -> Outcome | None:
    # At the end of a message that says what it is about: 他不给抚养费，我要找人
    if not topics.wants_person(turn) and not heard.bare(turn.text).endswith("我要找人"):
        return None
    return intake.start(turn, intake.wanted(turn))


def menu(turn: Turn) -> Outcome | None:
    if not topics.commanded(turn, "command_help"):
        return None
    words = tuple(topics.her(turn, name) for name in MENU)
    return Outcome("help", (Reply(say("help.menu"), (*words, buttons.HUMAN)),), turn.state.onward(choices=MENU))
