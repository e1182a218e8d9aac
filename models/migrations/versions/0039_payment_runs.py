"""Payment runs: bank details, what was sent and what the bank said, CIS, payment withheld.

A payment of an earlier version was paid in the authority's own ledger: what is deducted of it is
NULL, and no run takes it.

Revision: 0039
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id() -> sa.Column[int]:
    return sa.Column("id", _row_id(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, models.base.Instant(timezone=True), nullable=nullable)


def _pence(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, models.base.Pence(), nullable=nullable)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def _one(name: str, table: str, column: str, where: str) -> None:
    held = sa.text(where)
    op.create_index(
        name, table, [column], unique=True, sqlite_where=held, postgresql_where=held
    )


def upgrade() -> None:
    op.create_table(
        "bank_account",
        _id(),
        _text("contractor"),
        _text("details"),
        _text("ending"),
        _text("state"),
        _text("changed_by"),
        _instant("changed_at"),
        _text("looked_by", nullable=True),
        _instant("looked_at", nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'confirmed', 'refused')",
            name=op.f("ck_bank_account_state_known"),
        ),
        sa.CheckConstraint(
            "looked_by <> changed_by", name=op.f("ck_bank_account_looked_by_another")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (looked_at is null)",
            name=op.f("ck_bank_account_looked_at_once"),
        ),
        _to("bank_account", "contractor", "contractor.code"),
        _to("bank_account", "changed_by", "officer.email"),
        _to("bank_account", "looked_by", "officer.email"),
        _key("bank_account"),
    )
    _one("uq_bank_account_one_waits", "bank_account", "contractor", "state = 'waiting'")
    op.create_table(
        "paying_terms",
        _id(),
        _text("authority"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("payers", sa.JSON(), nullable=False),
        _text("account"),
        _text("set_by"),
        _instant("set_at"),
        _to("paying_terms", "authority", "authority.code"),
        _to("paying_terms", "set_by", "officer.email"),
        _key("paying_terms"),
        sa.UniqueConstraint(
            "authority", "valid_from", name=op.f("uq_paying_terms_authority_valid_from")
        ),
    )
    op.create_table(
        "payment_run",
        _id(),
        _text("authority"),
        _text("made_by"),
        _instant("made_at"),
        sa.Column("payments", sa.Integer(), nullable=False),
        _pence("total_pence"),
        _text("ledger"),
        _text("ledger_sha256"),
        _text("bank"),
        _text("bank_sha256"),
        sa.CheckConstraint("payments > 0", name=op.f("ck_payment_run_some_payment")),
        _to("payment_run", "authority", "authority.code"),
        _to("payment_run", "made_by", "officer.email"),
        _key("payment_run"),
    )
    op.create_index("ix_payment_run_authority", "payment_run", ["authority"])
    op.create_table(
        "sent_payment",
        _id(),
        sa.Column("run_id", _row_id(), nullable=False),
        sa.Column("payment_id", _row_id(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("account_id", _row_id(), nullable=False),
        _pence("amount_pence"),
        _text("state"),
        _text("said_by", nullable=True),
        sa.Column("said_on", sa.Date(), nullable=True),
        _text("why"),
        sa.CheckConstraint(
            "state in ('sent', 'confirmed', 'bounced')", name=op.f("ck_sent_payment_state_known")
        ),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_sent_payment_amount_positive")),
        _to("sent_payment", "run_id", "payment_run.id"),
        _to("sent_payment", "payment_id", "payment.id"),
        _to("sent_payment", "account_id", "bank_account.id"),
        _key("sent_payment"),
        sa.UniqueConstraint(
            "payment_id", "attempt", name=op.f("uq_sent_payment_payment_id_attempt")
        ),
    )
    op.create_index("ix_sent_payment_run_id", "sent_payment", ["run_id"])
    _one("uq_sent_payment_once", "sent_payment", "payment_id", "state <> 'bounced'")
    op.create_table(
        "cis_status",
        _id(),
        _text("contractor"),
        _text("status"),
        _text("verification"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        _text("recorded_by"),
        _instant("recorded_at"),
        sa.CheckConstraint(
            "status in ('gross', 'net', 'unmatched')", name=op.f("ck_cis_status_status_known")
        ),
        _to("cis_status", "contractor", "contractor.code"),
        _to("cis_status", "recorded_by", "officer.email"),
        _key("cis_status"),
        sa.UniqueConstraint(
            "contractor", "valid_from", name=op.f("uq_cis_status_contractor_valid_from")
        ),
    )
    op.create_table(
        "withholding",
        _id(),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        _text("withheld_by"),
        _instant("withheld_at"),
        _instant("lifted_at", nullable=True),
        _to("withholding", "case_id", "case.id"),
        _to("withholding", "withheld_by", "officer.email"),
        _key("withholding"),
    )
    _one("uq_withholding_one_live", "withholding", "case_id", "lifted_at is null")
    with op.batch_alter_table("payment") as batch:
        batch.add_column(_pence("deducted_pence", nullable=True))
        batch.add_column(sa.Column("cis_percent", sa.Integer(), nullable=True))
        batch.add_column(_pence("labour_pence", nullable=True))
        for source in ("received_pence", "grant_pence", "top_up_pence"):
            batch.add_column(_pence(source, nullable=True))
        batch.create_check_constraint(
            op.f("ck_payment_deducted_within"), "deducted_pence between 0 and amount_pence"
        )
        batch.create_check_constraint(
            op.f("ck_payment_amount_is_of_whom"),
            "amount_pence = received_pence + grant_pence + top_up_pence",
        )


def downgrade() -> None:
    with op.batch_alter_table("payment") as batch:
        batch.drop_constraint(op.f("ck_payment_deducted_within"), type_="check")
        batch.drop_constraint(op.f("ck_payment_amount_is_of_whom"), type_="check")
        for column in (
            *("top_up_pence", "grant_pence", "received_pence"),
            *("labour_pence", "cis_percent", "deducted_pence"),
        ):
            batch.drop_column(column)
    for table in ("withholding", "cis_status", "sent_payment", "payment_run"):
        op.drop_table(table)
    for table in ("paying_terms", "bank_account"):
        op.drop_table(table)
