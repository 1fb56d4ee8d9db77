"""Words to her that staff or the clock set off; handlers/phrases.yml holds them, the composition root hands them in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notices:
    called_off: Callable[[str, str], str]  # (kind, when): a booking that staff had to call off
    remind: Callable[[bool, str], str]  # (may say who writes, 今天 or 明天)
    reminder_button: str
    rating: tuple[str, tuple[str, ...]]  # question and buttons
    human: str  # the button that brings a person
    back: str  # staff have given her back to the bot
