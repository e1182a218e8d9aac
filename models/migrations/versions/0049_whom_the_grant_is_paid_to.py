"""Whom a payment goes to, applicants' bank details (s.39), and grants as reduced (s.42).

A payment of an earlier version was to its contractor: nobody was asked, and it stays NULL. A grant
that an earlier version reduced stays committed as it was approved.

Revision: 0049
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

PAYEE = op.f("ck_payment_payee_known")
ONE = op.f("ck_sent_payment_to_one_account")
TO = op.f("fk_sent_payment_applicant_account_id")
_HELD = sa.text("state = 'waiting'")


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_applicant_account_{column}"))


def _check(words: str, name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=op.f(f"ck_applicant_account_{name}"))


def upgrade() -> None:
    op.create_table(
        "applicant_account",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("looked_by", sa.Text(), nullable=True),
        sa.Column("looked_at", models.base.Instant(timezone=True), nullable=True),
        _check("state in ('waiting', 'confirmed', 'refused')", "state_known"),
        _check("looked_by <> changed_by", "looked_by_another"),
        _check("(state = 'waiting') = (looked_at is null)", "looked_at_once"),
        _to("case_id", "case.id"),
        _to("changed_by", "officer.email"),
        _to("looked_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant_account")),
    )
    op.create_index(
        "uq_applicant_account_waits",
        "applicant_account",
        ["case_id"],
        unique=True,
        sqlite_where=_HELD,
        postgresql_where=_HELD,
    )
    with op.batch_alter_table("payment") as table:
        table.add_column(sa.Column("payee", sa.Text(), nullable=True))
        table.create_check_constraint(PAYEE, "payee in ('contractor', 'applicant')")
    with op.batch_alter_table("sent_payment") as table:
        table.alter_column("account_id", existing_type=_row_id(), nullable=True)
        table.add_column(sa.Column("applicant_account_id", _row_id(), nullable=True))
        table.create_foreign_key(TO, "applicant_account", ["applicant_account_id"], ["id"])
        table.create_check_constraint(
            ONE, "(account_id is null) <> (applicant_account_id is null)"
        )


    op.create_table(
        "grant_held",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("approval_id", _row_id(), nullable=False),
        sa.Column("grant_pence", models.base.Pence(), nullable=False),
        sa.Column("held_from", models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_grant_held_case_id")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_grant_held_approval_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_held")),
    )
    op.create_index("ix_grant_held_approval_id", "grant_held", ["approval_id"])


def downgrade() -> None:
    op.drop_table("grant_held")
    with op.batch_alter_table("sent_payment") as table:
        table.drop_constraint(ONE, type_="check")
        table.drop_constraint(TO, type_="foreignkey")
        table.drop_column("applicant_account_id")
        table.alter_column("account_id", existing_type=_row_id(), nullable=False)
    with op.batch_alter_table("payment") as table:
        table.drop_constraint(PAYEE, type_="check")
        table.drop_column("payee")
    op.drop_table("applicant_account")
