"""Whoever holds a receipt and does something with the case: the code is checked with each call, a refusal carries its article."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import unquote

from fastapi import Depends, Header

from bot.bootstrap import Services
from bot.errors import Refusal
from bot.routes.dependencies import Client, ServicesOf
from cases.actors import Citizen
from cases.database import UnitOfWork
from cases.track import CaseView
from knowledge.refusals import refused
from petition.errors import Conflict, InvalidValue, NotAllowed

Outcome = TypeVar("Outcome")
Step = Callable[[UnitOfWork, Citizen, datetime], Outcome]


@dataclass(frozen=True)
class Holder:
    """The number and the query code that a call came with."""

    services: Services
    number: str
    code: str = field(repr=False)
    client: str

    async def do(self, step: Step[Outcome]) -> tuple[Outcome, CaseView]:
        """One act on the case; Refusal 409 with the rule, 422 for a value. CaseNotFound and LockedOut as for a look-up."""
        try:
            return await self.services.records.as_petitioner(self.number, self.code, self.client, step)
        except (NotAllowed, Conflict) as error:
            raise Refusal(409, "api.refused", text=refused(error, self.services.replies)) from None
        except InvalidValue as error:
            key = f"reason.{error.reason}"
            if key not in self.services.replies:
                raise
            raise Refusal(422, key) from None

    async def check(self) -> None:
        """CaseNotFound, LockedOut: before anything large is read."""
        await self.services.records.case(self.number, self.code, self.client)


async def holder(services: Services, number: str, code: str, client: str) -> Holder:
    """Counted like a look-up; Refusal (429)."""
    await services.limits.lookup(client)
    return Holder(services, number, unquote(code), client)


async def holder_of(
    number: str, services: ServicesOf, client: Client, x_query_code: Annotated[str, Header()] = ""
) -> Holder:
    """Whoever calls, with what they show."""
    return await holder(services, number, x_query_code, client)


Me = Annotated[Holder, Depends(holder_of)]
