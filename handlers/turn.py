"""What a handler sees (Turn) and what it decides (Outcome): plain data, no side effects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.state import State
from knowledge.article import Article, Candidate
from knowledge.parameters import Parameters
from nlu.taxonomy import Taxonomy
from nlu.understanding import Understanding
from tickets.arranging import Arrangement
from tickets.window import Window

# Stands in a reply where her three words go: they are drawn when the ticket is committed.
CODE = "\ue000"
RECEIPT = "\ue001"  # and the number of the receipt for being forgotten


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    buttons: tuple[str, ...] = ()
    article: str | None = None
    quiet: bool = False  # nothing about danger may show on her screen


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """An open ticket of hers, as far as a handler needs it."""

    id: int
    topic: str
    state: str
    unit: str
    danger_kind: str | None
    danger_level: str | None
    owned: bool  # a person has taken it


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is there to help right now."""

    duty: bool  # somebody on the duty list can be rung
    open: bool  # within service hours
    next_opening: str  # 明天 9:00, in Beijing time


@dataclass(frozen=True, slots=True)
class Edited:
    """The message she has changed: its words until now, what handled it, and every reply it got."""

    text: str
    handler: str | None
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    text: str
    kind: str
    inbox: str
    now: int  # UTC microseconds
    understanding: Understanding  # of the text read together with her waiting ones
    candidates: tuple[Candidate, ...]  # articles, best first
    state: State
    held: bool  # staff talk to her
    paused: bool
    matters: tuple[OpenMatter, ...]  # newest first
    unread: int  # replies of staff she has not asked for yet
    desk: Desk
    taxonomy: Taxonomy
    unit: str | None = None  # county-level unit the text names
    elsewhere: str | None = None  # a place outside the city the text names
    find_place: Callable[[str], str | None] = field(default=lambda _text: None)  # for an answer to "where"
    unit_name: Callable[[str], str] = field(default=str)
    code_words: Callable[[str], str | None] = field(default=lambda _text: None)  # canonical three words in the text
    meant: str | None = None  # the topic that 那孩子呢 stands for after what was said before
    detail: bool = False  # read together with the short messages just before it, because alone it says too little
    further: tuple[tuple[str, tuple[Candidate, ...]], ...] = ()  # her needs in this message, each with its articles
    same_province: Callable[[str], bool] = field(default=lambda _place: False)  # of a place outside the city
    back: bool = False  # staff had the conversation and have given it back; not said yet
    channels: tuple[str, ...] = ()  # kinds of the other channels she uses: web, telegram

    find_article: Callable[[str], Article | None] = field(default=lambda _name: None)  # as it answers today
    parameters: Parameters = field(default_factory=Parameters)  # the dated numbers calculators use

    window: Window = field(default_factory=Window)  # bookings, free slots, what her three words open

    edited: Edited | None = None  # she has changed a message that was handled before
    number: str | None = None  # her own telephone number, shared as a card

    @property
    def said(self) -> str:
        """Her text together with the ones that had no answer yet: what `understanding` is of."""
        return "\n".join((*self.state.waiting, self.text))


@dataclass(frozen=True, slots=True)
class OpenTicket:
    topic: str
    facts: Mapping[str, Any]
    unit: str | None = None
    danger_kind: str | None = None
    danger_level: str | None = None
    helper: bool = False
    green: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class JoinTicket:
    """The message belongs to a matter already open; danger can only rise."""

    ticket_id: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = None
    danger_kind: str | None = None
    danger_level: str | None = None
    alarm: bool = False
    topic: str | None = None  # what the matter turned out to be about, where it was opened without a topic
    helper: bool = False
    green: bool = False  # she said that she belongs to a protected group; rises only
    corrects: bool = False  # she said that the place was wrong: `unit` replaces the one known


@dataclass(frozen=True, slots=True)
class Watch:
    """待留意: a doubtful sign of danger; stands until a named person has looked."""

    kind: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing more leaves on any channel until she writes."""


@dataclass(frozen=True, slots=True)
class Erase:
    """She asked us to forget her; `contact_id`: the person her three words stand for, where it is not this one."""

    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """She asks for the replies that wait for her: they leave as the answer to this message."""


@dataclass(frozen=True, slots=True)
class Redeem:
    """She gave three words: show what belongs to them, if they are right."""

    words: str


@dataclass(frozen=True, slots=True)
class Receive:
    """Which of her channels replies of staff may come to: both, here, there."""

    where: str


@dataclass(frozen=True, slots=True)
class Follow:
    """What followed her previous answered message: helped, unsolved, wrong, person, left."""

    what: str


Action = OpenTicket | JoinTicket | Watch | Pause | Erase | Release | Redeem | Receive | Follow | Arrangement


@dataclass(frozen=True, slots=True)
class Outcome:
    handler: str
    replies: tuple[Reply, ...]
    state: State
    actions: tuple[Action, ...] = ()
    topic: str | None = None  # what the conversation is about from now on; None keeps it
    waits: bool = False  # not answered yet: read with what follows

    def adding(self, *actions: Action) -> "Outcome":
        return replace(self, actions=(*self.actions, *actions))


Handler = Callable[[Turn], Outcome | None]
