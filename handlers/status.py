"""How her matters stand, in plain words, and the replies that wait for her; with her three words from any channel."""

from collections.abc import Sequence

from handlers import book_words, buttons, heard, rating, topics
from handlers.phrases import among, say
from handlers.state import Form
from handlers.turn import OpenMatter, Outcome, Redeem, Release, Reply, Turn
from store.bookings import Booking
from store.rows import Ticket
from tickets.arranging import AskRating

SHOWN = 3  # matters in one reply


def handle(turn: Turn) -> Outcome | None:
    reads = heard.READS.match(heard.bare(turn.text)) is not None
    if not reads and not topics.commanded(turn, "command_status"):
        return None
    state = turn.state.onward()
    if turn.unread:
        return Outcome("status", (), state, (Release(),))  # the words of staff are the answer
    booked = turn.window.booked()
    if not turn.matters and not booked:
        return Outcome("status", (Reply(say("status.none"), (buttons.HUMAN,)),), state.but(expects="words"))
    lines = [_line(turn, place, one) for place, one in enumerate(turn.matters[:SHOWN], start=1)]
    return Outcome("status", (Reply("\n".join((*lines, *_booked(turn, booked), _more())), (buttons.HUMAN,)),), state)


def redeem(turn: Turn) -> Outcome | None:
    """Her three words: how everything stands, her bookings, what she may still judge; then the replies of staff."""
    words = turn.code_words(turn.text)
    if words is None:
        return None
    proved = turn.window.proved(words)
    state = turn.state.onward()
    if proved is None:
        return Outcome("redeem", (), state, (Redeem(words),))
    told = "\n".join((
        *(_line(turn, place, one) for place, one in enumerate(proved.matters[:SHOWN], start=1)),
        *_booked(turn, proved.bookings),
    ))  # fmt: skip
    replies = (Reply(told, (buttons.MINE,) if proved.bookings else ()),) if told else ()
    if proved.rating is not None:
        form = Form(rating.NAME, topics.NO_TOPIC, "value", (), {"ticket": proved.rating})
        actions = (AskRating(proved.rating), Redeem(words))
        return Outcome("redeem", (*replies, rating.question(turn, form)), state.but(form=form), actions)
    return Outcome("redeem", replies, state, (Redeem(words),))


def _line(turn: Turn, place: int, matter: OpenMatter | Ticket) -> str:
    return say("status.line", number=str(place), topic=_named(turn, matter), state=_standing(matter))


def _booked(turn: Turn, mine: Sequence[Booking]) -> list[str]:
    return [say("book.mine"), *(book_words.line(turn, one) for one in mine)] if mine else []


def _more() -> str:
    return say("status.more")


def _named(turn: Turn, matter: OpenMatter | Ticket) -> str:
    """A matter of danger is not named: who reads this may not be her."""
    if matter.danger_kind or matter.topic not in turn.taxonomy.intents or matter.topic == topics.NO_TOPIC:
        return say("status.private")
    return topics.her(turn, matter.topic)


def _standing(matter: OpenMatter | Ticket) -> str:
    words = among("status.state")
    return words.get(matter.state, words["other"])
