"""Reads a message with what belongs to it: short ones before it, the question it goes on from, its several needs."""

import asyncio
from dataclasses import replace

from bot.message import Inbound
from bot.reader import Asked, Reader, Reading
from handlers import bubbles, followups, heard, needs
from handlers.state import State
from nlu.danger import graver
from nlu.taxonomy import NOT_CONSULTATIONS, Taxonomy, group_of, taxonomy
from nlu.understanding import Understanding


async def read(reader: Reader, inbound: Inbound, asked: Asked, state: State) -> Reading:
    """One reading for nearly every message; a second one only where the first says too little."""
    tree = taxonomy()
    meant = None if state.waiting or state.form else followups.meaning(inbound.text, state.topic)
    if meant is not None:
        reading = await reader.read(replace(asked, text=meant.question))
        understanding = replace(reading.understanding, entities=())  # their places are in words she did not write
        return replace(reading, understanding=understanding, meant=meant.topic)
    alone = await reader.read(asked)
    earlier = bubbles.beside(inbound.text, state, alone.understanding, now=inbound.received_at)
    if earlier and earlier != asked.waiting:
        joined = await reader.read(replace(asked, waiting=earlier))
        whole = heard.whole_question(inbound.text, alone.candidates)
        return _chosen(alone, joined, earlier, state, tree, whole=whole)
    if len(_several(alone.understanding, tree)) > 1:
        return await _parted(reader, asked, alone, tree)
    return alone


def _chosen(
    alone: Reading, joined: Reading, earlier: tuple[str, ...], state: State, tree: Taxonomy, *, whole: bool
) -> Reading:
    """What she means by both, or by the last alone where that is a `whole` question.

    Of the danger always the graver judgement, but never twice that of an old question.
    """
    own, both = alone.understanding, joined.understanding
    again = earlier[:1] == (state.question,) and not state.recent
    danger = own.danger if again else graver(both.danger, own.danger)
    same = state.topic is not None and tree.kin(both.intent, state.topic)
    clear = not whole and not both.abstain and both.group not in NOT_CONSULTATIONS and (same or not again)
    if not clear and danger == own.danger:
        return alone
    if not clear:
        return replace(alone, understanding=replace(own, danger=danger))
    return replace(joined, understanding=replace(both, danger=danger), waiting=earlier, detail=True)


def _several(understanding: Understanding, tree: Taxonomy) -> list[str]:
    """Different things she needs, as far as the whole message shows them."""
    found: list[str] = []
    for name in understanding.needs:
        if group_of(name) not in NOT_CONSULTATIONS and not any(tree.kin(name, other) for other in found):
            found.append(name)
    return found


async def _parted(reader: Reader, asked: Asked, alone: Reading, tree: Taxonomy) -> Reading:
    pieces = needs.parts(asked.text)
    if not pieces:
        return alone
    readings = await asyncio.gather(*(reader.read(Asked(piece, (), None, asked.day)) for piece in pieces))
    further: dict[str, Reading] = {}
    for reading in readings:
        understood = reading.understanding
        clear = not understood.abstain and understood.confidence >= needs.SURE
        intent = tree.intents.get(understood.intent)
        if clear and intent is not None and intent.consultation:
            further.setdefault(understood.intent, reading)
    if len(further) < 2:
        return alone
    return replace(alone, further=tuple((name, reading.candidates) for name, reading in further.items()))
