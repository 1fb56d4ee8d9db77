"""Serves a Rasa archive inside the bot's own process, in plain numpy and without Rasa."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.archive import CURRENT, ArchiveError, read_archive
from nlu.clauses import with_parts
from nlu.danger import DangerModel, read_together
from nlu.encoder import Encoder, shared_encoder
from nlu.entities import find_entities
from nlu.gazetteer import Gazetteer
from nlu.helpers import helper_entity
from nlu.intents import Guess, IntentModel
from nlu.rules import Findings, find
from nlu.taxonomy import group_of
from nlu.text import Normal, normal
from nlu.understanding import Danger, Understanding, Vector

BATCH = 16
ALTERNATIVES = 3


@dataclass(frozen=True)
class Request:
    """`waiting`: her unanswered messages before this one; they belong to it."""

    text: str
    waiting: tuple[str, ...] = ()

    @property
    def joined(self) -> str:
        return " ".join([*self.waiting, self.text])


class Interpreter:
    """Thread-safe once built; the encoder is loaded with the first message or by `warm_up`."""

    def __init__(
        self, archive: Path = CURRENT, *, places: Mapping[str, str] | None = None, encoder: Encoder | None = None
    ) -> None:
        loaded = read_archive(archive)
        self.model = loaded.model
        try:
            self._intents = IntentModel.from_arrays(loaded.intents)
            self._danger = DangerModel.from_arrays(loaded.danger)
        except (KeyError, ValueError) as error:
            raise ArchiveError(f"模型 {archive.name} 由另一个版本的程序训练，这里用不了；请重新 make train") from error
        self._encoder = encoder or shared_encoder()
        self._places = Gazetteer(places) if places else None

    def warm_up(self) -> None:
        self.parse("您好")

    def parse(self, text: str, waiting: Sequence[str] = ()) -> Understanding:
        return self._batch([Request(text, tuple(waiting))])[0]

    def parse_many(self, requests: Sequence[Request | str]) -> list[Understanding]:
        """In order; 16 at a time cost little more than half of one by one."""
        wanted = [Request(item) if isinstance(item, str) else item for item in requests]
        return [
            understood
            for start in range(0, len(wanted), BATCH)
            for understood in self._batch(wanted[start : start + BATCH])
        ]

    def _batch(self, requests: Sequence[Request]) -> list[Understanding]:
        own = [normal(request.text) for request in requests]
        whole = [
            normal(request.joined) if request.waiting else text for request, text in zip(requests, own, strict=True)
        ]
        texts = [text.text for text in whole]
        alone = [number for number, request in enumerate(requests) if request.waiting]
        judged = [*texts, *(own[number].text for number in alone)]
        findings = [find(text) for text in judged]
        vectors, masked = self._encoded(texts, judged, findings)
        left = [found.text if found.masked else text for text, found in zip(judged, findings, strict=True)]
        dangers = self._danger.judge(masked, left, findings)
        for extra, number in enumerate(alone, start=len(requests)):
            # A fragment alone knows less than the whole (打我了, 昨晚又打我了); it only speaks where the whole doubts.
            if dangers[number].kind is None or not dangers[number].sure:
                dangers[number] = read_together(dangers[number], dangers[extra])
        read = self._intents.read(vectors, texts, dangers[: len(requests)], top=1 + ALTERNATIVES)
        guesses = [
            with_parts(guess, text, self._intents, self._encoder) for guess, text in zip(read, texts, strict=True)
        ]
        return [
            self._understanding(guess, danger, text, full, vector)
            for guess, danger, text, full, vector in zip(
                guesses, dangers[: len(requests)], own, whole, vectors, strict=True
            )
        ]

    def _encoded(
        self, texts: Sequence[str], judged: Sequence[str], findings: Sequence[Findings]
    ) -> tuple[Vector, Vector]:
        """Vectors of the texts, and those the danger model reads: with the masks cut out. One call of the encoder."""
        masked = [number for number, found in enumerate(findings) if found.masked]
        every = self._encoder.encode([*judged, *(findings[number].text for number in masked)])
        for_danger = every[: len(judged)].copy()
        for_danger[masked] = every[len(judged) :]
        return every[: len(texts)], for_danger

    def _understanding(self, guess: Guess, danger: Danger, own: Normal, whole: Normal, vector: Vector) -> Understanding:
        best = guess.ranking[0]
        helper = helper_entity(whole, danger)
        if helper is not None and whole is not own:
            helper = replace(helper, start=0, end=0)  # said in an earlier message
        entities = find_entities(own, self._places)
        return Understanding(
            intent=best.intent,
            group=group_of(best.intent),
            confidence=best.confidence,
            abstain=guess.abstain,
            alternatives=guess.ranking[1:],
            needs=guess.needs,
            danger=danger,
            entities=(*entities, helper) if helper is not None else entities,
            model=self.model,
            vector=vector,
        )
