"""Rows of audit and history are never rewritten, and the end of the chain only moves on: the database itself refuses."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

APPEND_ONLY = ("audit", "history")
HEAD = "audit_head"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
    else:
        _upgrade_sqlite()


def _upgrade_sqlite() -> None:
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never rewritten'); END"
            )
    op.execute(
        f"CREATE TRIGGER {HEAD}_forward BEFORE UPDATE ON {HEAD} WHEN NEW.last <= OLD.last "
        f"BEGIN SELECT RAISE(ABORT, 'the end of the chain only moves on'); END"
    )
    op.execute(
        f"CREATE TRIGGER {HEAD}_no_delete BEFORE DELETE ON {HEAD} "
        f"BEGIN SELECT RAISE(ABORT, 'the end of the chain only moves on'); END"
    )


def _upgrade_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION zhilu_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'rows of % are never rewritten', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_rewriting BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION zhilu_refuse()"
        )
    for table in (*APPEND_ONLY, HEAD):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION zhilu_refuse()"
        )
    op.execute(
        f"CREATE TRIGGER {HEAD}_forward BEFORE UPDATE ON {HEAD} FOR EACH ROW "
        "WHEN (NEW.last <= OLD.last) EXECUTE FUNCTION zhilu_refuse()"
    )
    op.execute(f"CREATE TRIGGER {HEAD}_no_delete BEFORE DELETE ON {HEAD} FOR EACH ROW EXECUTE FUNCTION zhilu_refuse()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION zhilu_refuse() CASCADE")  # takes its triggers along
        return
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
    op.execute(f"DROP TRIGGER {HEAD}_forward")
    op.execute(f"DROP TRIGGER {HEAD}_no_delete")
