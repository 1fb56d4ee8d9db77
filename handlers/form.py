"""The open form, whichever it is: her answer to its question, or something else that is answered first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from handlers import book, book_mine, bounds, callback, complain, heard, intake, intake_form, rating, topics
from handlers.buttons import HUMAN, SKIP
from handlers.state import Form
from handlers.turn import Outcome, Reply, Turn


@dataclass(frozen=True, slots=True)
class Kind:
    """What a form offers; a new form is a line in the table below."""

    answer: Callable[[Turn, Form], Outcome | None]
    question: Callable[[Turn, Form], Reply]


FORMS: Mapping[str, Kind] = {
    intake.NAME: Kind(intake_form.answer, intake_form.question),
    book.NAME: Kind(book.answer, book.question),
    book_mine.NAME: Kind(book_mine.answer, book_mine.question),
    callback.NAME: Kind(callback.answer, callback.question),
    complain.NAME: Kind(complain.answer, complain.question),
    rating.NAME: Kind(rating.answer, rating.question),
}
# A person takes over what she wanted to book; anything else that comes between is only set aside.
REPLACED = frozenset({book.NAME, book_mine.NAME, rating.NAME})
# The shelved question waits: these have her whole attention, or drop everything.
NOT_NOW = frozenset({"danger", "watch", "gentle", "urgent", "pause", "held", "waiting", "erase", "wrong", "stumble"})


def cleared(turn: Turn) -> Turn:
    """Questions about a matter that staff have closed meanwhile are not asked any more."""
    form = turn.state.form
    if form is None or form.name in REPLACED or turn.matters or turn.window.unrated() is None:
        return turn
    return replace(turn, state=turn.state.but(form=None, shelved=None))


def handle(turn: Turn) -> Outcome | None:
    form = turn.state.form
    if form is None or form.name not in FORMS or not turn.text.strip() or _fixed(turn):
        return None
    return FORMS[form.name].answer(turn, form)


def pressed(turn: Turn) -> Outcome | None:
    """A button of the open question means that question, also 都不是, and also while a danger is open."""
    form = turn.state.form
    if form is None or turn.held or form.name == intake.NAME or form.name not in FORMS:
        return None
    kind = FORMS[form.name]
    shown = set(kind.question(turn, form).buttons) - {HUMAN, SKIP}
    return kind.answer(turn, form) if turn.text.strip() in shown else None


def attend(turn: Turn, outcome: Outcome) -> Outcome:
    """Forms side by side: the old one is set aside when another comes between, and comes back after it."""
    return _resumed(turn, _shelved(turn, callback.swapped(turn, outcome)))


def asked_again(turn: Turn, outcome: Outcome) -> Outcome:
    """After something else was answered inside a form its question is put once more, never a third time."""
    form = outcome.state.form
    if form is None or form is not turn.state.form or form.again or turn.held:
        return outcome
    return _with_question(turn, outcome, form)


def _shelved(turn: Turn, outcome: Outcome) -> Outcome:
    old, new = turn.state.form, outcome.state.form
    own = old is not None and outcome.handler in {old.name, "book" if old.name == book_mine.NAME else old.name}
    if old is None or new is None or new is old or own or old.name == new.name or old.name in REPLACED:
        return outcome
    return replace(outcome, state=outcome.state.but(shelved=replace(old, again=False)))


def _resumed(turn: Turn, outcome: Outcome) -> Outcome:
    shelved = outcome.state.shelved
    if shelved is None or outcome.state.form is not None or outcome.handler in NOT_NOW:
        if outcome.handler == "wrong":  # 不是这个意思 drops what was meant
            return replace(outcome, state=outcome.state.but(shelved=None))
        return outcome
    if outcome.state.asked or outcome.state.expects or outcome.state.offer:
        return outcome
    back = replace(outcome, state=outcome.state.but(form=shelved, shelved=None, topic=shelved.topic))
    return _with_question(turn, back, shelved)


def _with_question(turn: Turn, outcome: Outcome, form: Form) -> Outcome:
    question = FORMS[form.name].question(turn, form)
    if bounds.questions(outcome) + bounds.asked(question) > bounds.MOST:
        return outcome
    return replace(
        outcome, replies=(*outcome.replies, question), state=outcome.state.but(form=replace(form, again=True))
    )


def _fixed(turn: Turn) -> bool:
    """Buttons of other replies, her three words, a topic chosen by button: these mean what they say."""
    said = heard.bare(turn.text)
    return (
        turn.edited is not None  # of an earlier message: it does not answer what is asked now
        or said in heard.HUMANS | heard.ERASES | heard.HELPED | heard.UNSOLVED
        or heard.READS.match(said) is not None
        or turn.state.expects is not None
        or topics.pressed(turn) is not None
        or turn.code_words(turn.text) is not None
    )
