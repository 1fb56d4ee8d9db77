"""What the store refuses, as one small tree.

StoreError
├── KeysMissing      data is there, its key is not
├── KeyErased        the contact was erased: nothing sealed for her can be read again
├── Stale            somebody else changed the row first
├── NewerSchema      the database was written by a newer version
└── Unreachable      no connection to the database
"""


class StoreError(Exception):
    """The store could not do it."""


class KeysMissing(StoreError):
    """The database holds sealed data but the key file is not there."""


class KeyErased(StoreError):
    """The contact was erased; her key is gone."""


class Stale(StoreError):
    """The row moved on since it was read."""


class NewerSchema(StoreError):
    """The database was written by a newer version of halfsky."""


class Unreachable(StoreError):
    """The database does not answer."""
