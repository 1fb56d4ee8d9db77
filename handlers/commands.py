"""What she tells the bot to do: bring a person, take her three words, book a day, say what it can do."""

from handlers import buttons, heard, intake, topics
from handlers.phrases import say
from handlers.turn import Outcome, Redeem, Reply, Turn

BOOKED = (
    ("律师", "rights_legal_aid"),
    ("心理", "marriage_emotion"),
    ("咨询师", "marriage_emotion"),
    ("调解", "marriage_crisis"),
)
MENU = ("rights_dv", "marriage_divorce", "job_placement")


def redeem(turn: Turn) -> Outcome | None:
    words = turn.code_words(turn.text)
    if words is None:
        return None
    return Outcome("redeem", (), turn.state.onward(), (Redeem(words),))


def human(turn: Turn) -> Outcome | None:
    if heard.bare(turn.text) not in heard.HUMANS and not topics.commanded(turn, "command_human"):
        return None
    return intake.start(turn, intake.wanted(turn))


def book(turn: Turn) -> Outcome | None:
    """The calendar is staff's: the bot names the kinds of reception days and offers to pass it on."""
    if not topics.commanded(turn, "command_book"):
        return None
    named = next((topic for word, topic in BOOKED if word in turn.text), None)
    topic = named or turn.state.topic or topics.NO_TOPIC
    return Outcome("book", (Reply(say("book.about"), buttons.OFFER),), turn.state.onward(offer=topic))


def menu(turn: Turn) -> Outcome | None:
    if not topics.commanded(turn, "command_help"):
        return None
    words = tuple(topics.her(turn, name) for name in MENU)
    return Outcome("help", (Reply(say("help.menu"), (*words, buttons.HUMAN)),), turn.state.onward(choices=MENU))
