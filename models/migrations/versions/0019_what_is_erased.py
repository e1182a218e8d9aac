"""What is proposed to be erased of closed cases, what is decided, and what is held back.

Revision: 0019
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(table: str, name: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [to], name=op.f(f"fk_{table}_{name}"))


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, models.base.Instant(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "retention_proposal",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("years", sa.JSON(), nullable=False),
        _instant("proposed_at", nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        _instant("decided_at"),
        sa.Column("reason", sa.Text(), nullable=False),
        _instant("done_at"),
        sa.CheckConstraint(
            "status in ('proposed', 'decided', 'rejected', 'done')",
            name=op.f("ck_retention_proposal_status_known"),
        ),
        _reference("retention_proposal", "authority", "authority.code"),
        _reference("retention_proposal", "decided_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_proposal")),
    )
    still = sa.text("status = 'proposed'")
    op.create_index(
        "uq_retention_proposal_one_open",
        "retention_proposal",
        ["authority"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    op.create_table(
        "retention_case",
        sa.Column("proposal_id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("going", sa.JSON(), nullable=False),
        sa.Column("staying", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
        _instant("erased_at"),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('proposed', 'held', 'erased', 'nothing')",
            name=op.f("ck_retention_case_outcome_known"),
        ),
        _reference("retention_case", "proposal_id", "retention_proposal.id"),
        _reference("retention_case", "case_id", "case.id"),
        sa.PrimaryKeyConstraint("proposal_id", "case_id", name=op.f("pk_retention_case")),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        _instant("placed_at", nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        _instant("lifted_at"),
        sa.Column("lifted_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "ground in ('complaint', 'ombudsman', 'claim', 'repayment', 'other')",
            name=op.f("ck_legal_hold_ground_known"),
        ),
        _reference("legal_hold", "case_id", "case.id"),
        _reference("legal_hold", "placed_by", "officer.email"),
        _reference("legal_hold", "lifted_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index("ix_legal_hold_case_id", "legal_hold", ["case_id"])


def downgrade() -> None:
    op.drop_table("legal_hold")
    op.drop_table("retention_case")
    op.drop_table("retention_proposal")
