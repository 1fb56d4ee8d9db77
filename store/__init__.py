"""The store: the only package that speaks SQL. Units of work in, frozen dataclasses out."""

from store.database import Store, open_store
from store.unit import Tx

__all__ = ["Store", "Tx", "open_store"]
