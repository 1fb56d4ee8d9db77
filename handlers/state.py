"""What a conversation remembers between two messages; kept sealed, as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
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

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "State":
        """Unknown fields of a newer or older version are dropped, missing ones take their default."""
        if not data:
            return cls()
        known = {item.name for item in fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("waiting", "choices", "guesses", "checked", "danger_said"):
            values[name] = tuple(values.get(name) or ())
        form = values.get("form")
        if form:
            asked = {item.name for item in fields(Form)}
            kept = {name: value for name, value in form.items() if name in asked}
            values["form"] = Form(**{**kept, "left": tuple(form["left"])})
        return cls(**values)
