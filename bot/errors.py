"""How a refusal leaves the house: a status, a text of the reply catalogue, and how long to wait where waiting helps."""

from __future__ import annotations

from petition.errors import CaseNotFound, InvalidValue, LockedOut, PetitionError, UnknownConversation


class Refusal(Exception):
    """The request is refused; `key` names the Chinese text, `values` fill it in."""

    def __init__(self, status: int, key: str, *, retry_after: int | None = None, **values: object) -> None:
        super().__init__(status, key)
        self.status = status
        self.key = key
        self.retry_after = retry_after
        self.values = values


class EngineFault(Exception):
    """The engine is away, late, or answered what nobody can read; `id` stands in the log."""

    def __init__(self, id: str, why: str) -> None:
        super().__init__(why)
        self.id = id
        self.why = why


def refusal_of(error: PetitionError) -> Refusal:
    """The refusal that a domain error becomes at this door."""
    if isinstance(error, UnknownConversation):
        return Refusal(401, f"error.{error.code}")
    if isinstance(error, CaseNotFound):
        return Refusal(404, f"error.{error.code}")
    if isinstance(error, LockedOut):
        wait = int(str(error.details["retry_after"]))
        return Refusal(429, f"error.{error.code}", retry_after=wait, minutes=-(-wait // 60))
    if isinstance(error, InvalidValue) and error.reason == "attachment-count":
        return Refusal(422, "api.attachment.count")
    if isinstance(error, InvalidValue) and error.reason == "attachment-total":
        return Refusal(413, "api.attachment.total")
    raise error
