"""What happens to a petition while it is handled: reasons, approvals, bodies, mediation, hearings, ratings, notices, receptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

ID = sa.String(36)
DIGEST = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_tables()
    _add_columns()


def _create_tables() -> None:
    op.create_table(
        "reception_days",
        sa.Column("id", ID, nullable=False),
        sa.Column("office", sa.String(32), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.Column("leader", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reception_days"),
        sa.UniqueConstraint("office", "on", "starts", "leader", name="uq_reception_days_office"),
    )
    op.create_index("ix_reception_days_on", "reception_days", ["on"])
    op.create_table(
        "approvals",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("payload_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_approvals_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_approvals"),
    )
    op.create_index("ix_approvals_case_id", "approvals", ["case_id"])
    op.create_index("ix_approvals_state", "approvals", ["state"])
    op.create_index(
        "uq_approvals_open",
        "approvals",
        ["case_id", "act"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "bookings",
        sa.Column("id", ID, nullable=False),
        sa.Column("day_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("queue_number", sa.Integer(), nullable=False),
        sa.Column("key_index", DIGEST, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("visitor_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_bookings_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["day_id"], ["reception_days.id"], name="fk_bookings_day_id"),
        sa.PrimaryKeyConstraint("id", name="pk_bookings"),
        sa.UniqueConstraint("day_id", "queue_number", name="uq_bookings_day_id"),
        sa.UniqueConstraint("key_index", name="uq_bookings_key_index"),
    )
    op.create_index("ix_bookings_case_id", "bookings", ["case_id"])
    op.create_index("ix_bookings_day_id", "bookings", ["day_id"])
    op.create_table(
        "case_bodies",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("body", sa.String(128), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_bodies_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_case_bodies"),
    )
    op.create_index("ix_case_bodies_case_id", "case_bodies", ["case_id"])
    op.create_table(
        "hearings",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("outcome_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_hearings_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_hearings"),
    )
    op.create_index("ix_hearings_case_id", "hearings", ["case_id"])
    op.create_table(
        "mediations",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("mediator", sa.String(128), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("attachment_id", ID, nullable=True),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("terms_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_mediations_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_mediations"),
    )
    op.create_index("ix_mediations_case_id", "mediations", ["case_id"])
    op.create_table(
        "notes",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notes_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_case_id", "notes", ["case_id"])
    op.create_table(
        "notice_contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notice_contacts_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_contacts"),
        sa.UniqueConstraint("case_id", "channel", name="uq_notice_contacts_case_id"),
    )
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notices_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("case_id", "kind", "key", name="uq_notices_case_id"),
    )
    op.create_table(
        "ratings",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("of", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("satisfaction", sa.String(16), nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_ratings_case_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
        sa.UniqueConstraint("case_id", "of", "stage", name="uq_ratings_case_id"),
    )
    op.create_index("ix_ratings_at", "ratings", ["at"])
    op.create_index("ix_ratings_case_id", "ratings", ["case_id"])
    op.create_table(
        "rights_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("digest", DIGEST, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_rights_requests_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rights_requests"),
    )
    op.create_index("ix_rights_requests_case_id", "rights_requests", ["case_id"])
    op.create_index("ix_rights_requests_state", "rights_requests", ["state"])
    op.create_table(
        "act_details",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("history_id", sa.Integer(), nullable=False),
        sa.Column("sealed_for", sa.String(32), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_act_details_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["history_id"], ["history.id"], name="fk_act_details_history_id"),
        sa.PrimaryKeyConstraint("id", name="pk_act_details"),
    )
    op.create_index("ix_act_details_case_id", "act_details", ["case_id"])
    op.create_index("ix_act_details_history_id", "act_details", ["history_id"])


def _add_columns() -> None:
    op.add_column("cases", sa.Column("door", sa.String(16), server_default="network", nullable=False))
    op.add_column("cases", sa.Column("entered_by", sa.String(64), nullable=True))
    op.add_column("cases", sa.Column("body", sa.String(128), nullable=True))
    op.add_column("cases", sa.Column("clerk", sa.String(64), nullable=True))
    op.add_column("cases", sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("cases", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("right_until", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("merged_into", ID, nullable=True))
    op.add_column("cases", sa.Column("erased_at", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index("ix_cases_body_due_on", "cases", ["body", "due_on"])
    op.create_index("ix_cases_clerk", "cases", ["clerk"])
    op.create_index("ix_cases_closed_on", "cases", ["closed_on"])
    op.create_index("ix_cases_due_on", "cases", ["due_on"])
    op.create_index("ix_cases_filed_at", "cases", ["filed_at"])
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.create_index("ix_cases_right_until", "cases", ["right_until"])
    op.create_index("ix_cases_stage_due_on", "cases", ["stage", "due_on"])
    op.add_column("history", sa.Column("actor", sa.String(64), server_default="system", nullable=False))
    op.add_column("history", sa.Column("body", sa.String(128), nullable=True))


def downgrade() -> None:
    op.drop_column("history", "body")
    op.drop_column("history", "actor")
    op.drop_index("ix_cases_stage_due_on", table_name="cases")
    op.drop_index("ix_cases_right_until", table_name="cases")
    op.drop_index("ix_cases_merged_into", table_name="cases")
    op.drop_index("ix_cases_filed_at", table_name="cases")
    op.drop_index("ix_cases_due_on", table_name="cases")
    op.drop_index("ix_cases_closed_on", table_name="cases")
    op.drop_index("ix_cases_clerk", table_name="cases")
    op.drop_index("ix_cases_body_due_on", table_name="cases")
    op.drop_column("cases", "version")
    op.drop_column("cases", "erased_at")
    op.drop_column("cases", "merged_into")
    op.drop_column("cases", "closed_on")
    op.drop_column("cases", "right_until")
    op.drop_column("cases", "due_on")
    op.drop_column("cases", "urgent")
    op.drop_column("cases", "clerk")
    op.drop_column("cases", "body")
    op.drop_column("cases", "entered_by")
    op.drop_column("cases", "door")
    op.drop_index("ix_act_details_history_id", table_name="act_details")
    op.drop_index("ix_act_details_case_id", table_name="act_details")
    op.drop_table("act_details")
    op.drop_index("ix_rights_requests_state", table_name="rights_requests")
    op.drop_index("ix_rights_requests_case_id", table_name="rights_requests")
    op.drop_table("rights_requests")
    op.drop_index("ix_ratings_case_id", table_name="ratings")
    op.drop_index("ix_ratings_at", table_name="ratings")
    op.drop_table("ratings")
    op.drop_table("notices")
    op.drop_table("notice_contacts")
    op.drop_index("ix_notes_case_id", table_name="notes")
    op.drop_table("notes")
    op.drop_index("ix_mediations_case_id", table_name="mediations")
    op.drop_table("mediations")
    op.drop_index("ix_hearings_case_id", table_name="hearings")
    op.drop_table("hearings")
    op.drop_index("ix_case_bodies_case_id", table_name="case_bodies")
    op.drop_table("case_bodies")
    op.drop_index("ix_bookings_day_id", table_name="bookings")
    op.drop_index("ix_bookings_case_id", table_name="bookings")
    op.drop_table("bookings")
    op.drop_index(
        "uq_approvals_open",
        table_name="approvals",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_approvals_state", table_name="approvals")
    op.drop_index("ix_approvals_case_id", table_name="approvals")
    op.drop_table("approvals")
    op.drop_index("ix_reception_days_on", table_name="reception_days")
    op.drop_table("reception_days")
