"""Puts the knowledge pages into the application."""

from web.desk import Desk
from web.knowledge.calculators import register_calculators
from web.knowledge.editor import register_editor
from web.knowledge.given import Knowing
from web.knowledge.listing import register_listing
from web.knowledge.parameters import register_parameters
from web.knowledge.questions import register_questions


def register_knowledge(desk: Desk, knowing: Knowing) -> None:
    register_listing(desk, knowing)
    register_editor(desk, knowing)
    register_questions(desk, knowing)
    register_parameters(desk, knowing)
    register_calculators(desk, knowing)
