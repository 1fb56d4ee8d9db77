"""What the ticket rules refuse, as one small tree.

TicketError
├── OrgBroken   a file of the organisation cannot be used; the message names file and place
└── Refused     a step that the rules do not allow; carries the HTTP status and words for staff
"""


class TicketError(Exception):
    """The rules could not be followed."""


class OrgBroken(TicketError):
    """The files of an organisation are missing or contradict each other."""


class Refused(TicketError):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status  # 403 not yours to do, 409 not from here, 422 something is missing
        self.message = message
