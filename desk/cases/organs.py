"""Names that a form suggests: organs from the office's profile and from the accounts, and the people who may have a case."""

from __future__ import annotations

from collections.abc import Iterable

from cases.actors import Actor
from cases.policy import OPENS, Compartment
from cases.staff.accounts import Account
from knowledge.office import Office


def organs_of(office: Office, accounts: Iterable[Account]) -> tuple[str, ...]:
    """Each once, in a steady order."""
    known = {str(each.name) for each in office.bodies.values()} | {each.body for each in accounts if each.body}
    return tuple(sorted(known))


def clerks_of(accounts: Iterable[Account], actor: Actor) -> tuple[Account, ...]:
    """Whoever reads petitions; staff of an organ see the people of their own organ alone."""
    return tuple(
        each
        for each in accounts
        if not each.disabled
        and each.roles & OPENS[Compartment.GENERAL]
        and (actor.body is None or each.body == actor.body)
    )
