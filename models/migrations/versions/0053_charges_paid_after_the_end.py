"""Fees and charges that are paid after a case has ended (ss.41 and 56).

Revision: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KNOWN = "ground in ('occupant_died', 'occupant_moved', 'need_ceased', 'applicant_died')"


def upgrade() -> None:
    op.create_table(
        "charge_payment",
        sa.Column("line_id", _ID, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.CheckConstraint("amount_pence > 0", name=op.f("ck_charge_payment_amount_positive")),
        sa.CheckConstraint(KNOWN, name=op.f("ck_charge_payment_ground_known")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_charge_payment_case_id_case")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["officer.email"], name=op.f("fk_charge_payment_decided_by_officer")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["funding_line.id"], name=op.f("fk_charge_payment_line_id_funding_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_payment")),
        sa.UniqueConstraint("line_id", name=op.f("uq_charge_payment_line_id")),
    )


def downgrade() -> None:
    op.drop_table("charge_payment")
