"""Whether the register answers, for /readyz."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from cases import migrate
from cases.database import Register


@dataclass(frozen=True)
class Health:
    """`answers`: a query comes back; `migrated`: the schema is the one of this code."""

    answers: bool
    migrated: bool

    @property
    def ready(self) -> bool:
        return self.answers and self.migrated


def check(register: Register) -> Health:
    """Ask the database for its revision; never raises for a database that is away."""
    try:
        with register.engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError:
        return Health(answers=False, migrated=False)
    return Health(answers=True, migrated=revision == migrate.head())
