"""The edition of the library that answers now, replaced as a whole when articles change."""

from knowledge.search import Library


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

    def replace(self, library: Library) -> Library:
        """Puts the new edition up and gives the old one back; an older edition never replaces a newer one."""
        old = self._library
        if library.generation > old.generation:
            self._library = library
        return old
