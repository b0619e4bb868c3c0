"""The one tree of domain errors.

PetitionError
├── InvalidValue          a slot's value is refused, with the reason's code
│   └── TooManyRepresentatives
├── NotComplete           a required slot is missing
├── NotAllowed            the stage or the date does not allow the act; carries its article
│   ├── DeadlinePassed
│   ├── TooSoon           reminded again before the time
│   ├── AlreadyRated      one rating for each stage
│   ├── ApprovalMissing   a second person has to approve first
│   └── SamePerson        who proposed does not approve
├── Conflict              somebody else has changed the case meanwhile
├── CaseNotFound          unknown number or wrong code: never told apart
├── LockedOut             too many misses
├── DraftNotFound
└── UnknownConversation

Domain errors are answers to the citizen: `code` names the text of the reply catalogue (`error.<code>`), `details` fill it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class PetitionError(Exception):
    """A rule of petitioning or of the register says no; `code` is stable and public."""

    code: ClassVar[str] = "petition"

    def __init__(self, **details: object) -> None:
        super().__init__(self.code, details)
        self.details: Mapping[str, object] = details


class InvalidValue(PetitionError):
    """The value of a slot is refused; details: slot, reason (a code such as `phone-length`)."""

    code = "invalid-value"

    @property
    def slot(self) -> str:
        return str(self.details["slot"])

    @property
    def reason(self) -> str:
        return str(self.details["reason"])


class TooManyRepresentatives(InvalidValue):
    """More than 5 representatives were named (《信访工作条例》第二十条第三款); details: count."""

    code = "too-many-representatives"


class NotComplete(PetitionError):
    """A required slot is missing; details: slots."""

    code = "not-complete"


class NotAllowed(PetitionError):
    """The stage does not allow the act; details: act, stage, citation."""

    code = "not-allowed"


class DeadlinePassed(NotAllowed):
    """The last day is over; details: act, until, citation."""

    code = "deadline-passed"


class TooSoon(NotAllowed):
    """A reminder was sent not long ago; details: act, again_on (the day from which it is possible), citation."""

    code = "too-soon"


class AlreadyRated(NotAllowed):
    """This stage has been rated; details: act, of."""

    code = "already-rated"


class ApprovalMissing(NotAllowed):
    """The act takes effect only after a second person has approved (四眼原则); details: act."""

    code = "approval-missing"


class SamePerson(NotAllowed):
    """Who proposed an act can't approve it (四眼原则); details: act."""

    code = "same-person"


class Conflict(PetitionError):
    """The case has been changed since it was read; details: expected, found (versions)."""

    code = "conflict"


class CaseNotFound(PetitionError):
    """No case with this number and query code."""

    code = "case-not-found"


class LockedOut(PetitionError):
    """Too many misses; details: retry_after in seconds."""

    code = "locked-out"


class DraftNotFound(PetitionError):
    """No draft is kept under this code."""

    code = "draft-not-found"


class UnknownConversation(PetitionError):
    """No such conversation, or a wrong token: never told apart in time."""

    code = "unknown-conversation"
