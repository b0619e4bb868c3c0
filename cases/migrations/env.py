"""Alembic runs the migrations inside the transaction that cases.migrate opened."""

from alembic import context

from cases.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
