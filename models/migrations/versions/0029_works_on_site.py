"""More time allowed for works, and visits that were agreed.

Revision: 0029
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "extension",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", _row_id(), nullable=True),
        sa.Column("order_from", sa.Date(), nullable=True),
        sa.Column("order_to", sa.Date(), nullable=True),
        sa.Column("limit_from", sa.Date(), nullable=True),
        sa.Column("limit_to", sa.Date(), nullable=True),
        sa.Column("pause", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("order_to > order_from", name=op.f("ck_extension_order_later")),
        sa.CheckConstraint("limit_to > limit_from", name=op.f("ck_extension_limit_later")),
        sa.CheckConstraint(
            "(order_id is null) = (order_to is null)", name=op.f("ck_extension_order_dated")
        ),
        sa.CheckConstraint(
            "order_to is not null or limit_to is not null", name=op.f("ck_extension_moves_a_date")
        ),
        _to("extension", "case_id", "case.id"),
        _to("extension", "order_id", "work_order.id"),
        _to("extension", "decided_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_extension_case_id_number")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("contractor", sa.Text(), nullable=True),
        sa.Column("starts_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("ends_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose in ('survey', 'start', 'works', 'inspection', 'snag', 'other')",
            name=op.f("ck_appointment_purpose_known"),
        ),
        sa.CheckConstraint(
            "status in ('booked', 'cancelled')", name=op.f("ck_appointment_status_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_times_in_order")),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_appointment_sequence_counts")),
        _to("appointment", "case_id", "case.id"),
        _to("appointment", "contractor", "contractor.code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_appointment_case_id_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_appointment_uid")),
    )
    op.create_index(
        "ix_appointment_contractor_starts_at", "appointment", ["contractor", "starts_at"]
    )


def downgrade() -> None:
    op.drop_table("appointment")
    op.drop_table("extension")
