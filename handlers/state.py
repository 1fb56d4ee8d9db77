"""What a conversation remembers between two messages; kept sealed, as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """An open form: which questions are still to be asked, and what is known."""

    name: str
    topic: str
    asking: str  # the question she is answering now
    left: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False  # the open question was already repeated once after something else came between


@dataclass(frozen=True, slots=True)
class State:
    waiting: tuple[str, ...] = ()  # her texts that have no answer yet, oldest first
    listening: bool = False  # 我在听，您慢慢说 was said once for these
    form: Form | None = None
    shelved: Form | None = None  # the form another one came between; its question is put again afterwards
    offer: str | None = None  # topic of the person offered in the last reply
    topic: str | None = None
    article: str | None = None  # last article shown
    choices: tuple[str, ...] = ()  # topics behind the buttons of the last reply
    asked: str | None = None  # kind of danger behind the gentle question asked last
    expects: str | None = None  # what the last reply asked her to confirm or to send: erase, words
    guesses: tuple[str, ...] = ()  # what else her last question may have been about, best first
    checked: tuple[str, ...] = ()  # kinds of danger whose gentle question was asked before
    danger: str | None = None  # kind of the danger already answered with a script
    danger_said: tuple[str, ...] = ()  # the words in which she said it, so that a repeated message is no new one
    notice: bool = False  # the two lines of the first answer were shown
    abroad: bool = False  # that the channel keeps data abroad was said
    wrong: int = 0  # 不是这个意思 in a row
    unsolved: int = 0  # 没解决 in a row
    unit: str | None = None  # where she said it is
    facts: Mapping[str, Any] = field(default_factory=dict)
    recent: tuple[
        tuple[str, int], ...
    ] = ()  # her last short texts with their times, as long as they may be one message
    detailed: str | None = None  # article whose details were shown
    question: str = ""  # the last text that got an answer: 要多久 asks about it
    whom: str | None = None  # whom she asks for: 妹妹; None is herself
    receives: bool = False  # she was asked on which of her channels replies may come

    def but(self, **changes: Any) -> "State":
        return replace(self, **changes)

    def onward(self, **changes: Any) -> "State":
        """After an answer: what belonged to the last reply only, and what waited for an answer, is gone."""
        answered: dict[str, Any] = {
            "waiting": (),
            "listening": False,
            "offer": None,
            "choices": (),
            "asked": None,
            "expects": None,
        }
        return replace(self, **{**answered, **changes})

    def carried(self) -> "State":
        """What goes along to another channel of hers: her matter, not what stood on one screen."""
        kept = ("topic", "article", "danger", "danger_said", "checked", "notice", "unit", "facts", "whom", "question")
        return State(**{name: getattr(self, name) for name in kept})

    def to_json(self) -> dict[str, Any]:
        # Not dataclasses.asdict: it copies what is frozen anyway, and takes a tenth of the message's time.
        forms = {"form": _plain(self.form), "shelved": _plain(self.shelved)}
        return {name: getattr(self, name) for name in self.__slots__} | forms

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "State":
        """Unknown fields of a newer or older version are dropped, missing ones take their default."""
        if not data:
            return cls()
        known = {item.name for item in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("waiting", "choices", "guesses", "checked", "danger_said"):
            values[name] = tuple(values.get(name) or ())
        values["recent"] = tuple((text, at) for text, at in values.get("recent") or ())
        for name in ("form", "shelved"):
            form = values.get(name)
            if form:
                asked = {item.name for item in fields(Form)}
                kept = {key: value for key, value in form.items() if key in asked}
                values[name] = Form(**{**kept, "left": tuple(form["left"])})
        return cls(**values)


def _plain(form: Form | None) -> dict[str, Any] | None:
    return None if form is None else {name: getattr(form, name) for name in form.__slots__}
