"""The edition of the library that answers now, replaced as a whole when articles change."""

from collections.abc import Sequence
from datetime import date

from knowledge.article import Article, Candidate
from knowledge.search import Library, Query
from knowledge.vectors import Vectors


class Shelf:
    """One reference: whoever took the old library finishes with it, the next message gets the new one."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def library(self) -> Library:
        return self._library

    @property
    def generation(self) -> int:
        return self._library.generation

    def search(
        self, text: str, vector: Vectors | None, topics: Sequence[str], day: date, limit: int = 3
    ) -> list[Candidate]:
        return self._library.search(text, vector, topics, day, limit)

    def search_many(self, queries: Sequence[Query]) -> list[list[Candidate]]:
        return self._library.search_many(queries)

    def find(self, article_id: str, day: date) -> Article | None:
        return self._library.find(article_id, day)

    def replace(self, library: Library) -> Library:
        """Puts the new edition up and gives the old one back; an older edition never replaces a newer one."""
        old = self._library
        if library.generation > old.generation:
            self._library = library
        return old
