"""A partnership's year, and tables as a document printed them.

Revision: 0060
"""

import sqlalchemy as sa
from alembic import op

from models.base import Exact, Pence

revision = "0060"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partnership_budget",
        *_of_year("line"),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("amount_pence", Pence(), nullable=False),
        sa.CheckConstraint(
            "heading in ('staffing', 'running_costs', 'support_costs', 'additional')",
            name=op.f("ck_partnership_budget_heading_known"),
        ),
        sa.CheckConstraint(
            "amount_pence >= 0", name=op.f("ck_partnership_budget_amount_not_negative")
        ),
        sa.PrimaryKeyConstraint("partnership", "year", "line", name=op.f("pk_partnership_budget")),
    )
    op.create_table(
        "partnership_capital",
        *_of_year("partner"),
        sa.Column("dfg_grant_pence", Pence(), nullable=True),
        sa.Column("local_pence", Pence(), nullable=True),
        sa.Column("social_care_pence", Pence(), nullable=True),
        sa.CheckConstraint(
            "dfg_grant_pence >= 0 and local_pence >= 0 and social_care_pence >= 0",
            name=op.f("ck_partnership_capital_capital_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["partner"], ["authority.code"], name=op.f("fk_partnership_capital_partner_authority")
        ),
        sa.PrimaryKeyConstraint(
            "partnership", "year", "partner", name=op.f("pk_partnership_capital")
        ),
    )
    op.create_table(
        "partnership_terms",
        *_of_year("who"),
        sa.Column("fee", Exact(length=40), nullable=True),
        sa.Column("less_pence", Pence(), nullable=True),
        sa.Column("fixed_pence", Pence(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(fee is null) <> (fixed_pence is null)", name=op.f("ck_partnership_terms_fee_or_fixed")
        ),
        sa.CheckConstraint(
            "less_pence is null or fee is not null", name=op.f("ck_partnership_terms_less_of_a_fee")
        ),
        sa.PrimaryKeyConstraint("partnership", "year", "who", name=op.f("pk_partnership_terms")),
    )
    texts = ("row_title", "column_title", "printed", "row_is", "column_is", "figure", "who")
    op.create_table(
        "printed_cell",
        sa.Column("table_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("cell", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.CheckConstraint(
            "row_is in ('line', 'subtotal', 'total')", name=op.f("ck_printed_cell_row_is_known")
        ),
        sa.CheckConstraint(
            "column_is in ('figure', 'total', 'percentage')",
            name=op.f("ck_printed_cell_column_is_known"),
        ),
        sa.CheckConstraint(
            "(partnership = '') = (year is null)",
            name=op.f("ck_printed_cell_of_a_year_or_of_none"),
        ),
        sa.PrimaryKeyConstraint("table_code", "cell", name=op.f("pk_printed_cell")),
    )


def _of_year(third: str) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("partnership", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(third, sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for name in ("printed_cell", "partnership_terms", "partnership_capital", "partnership_budget"):
        op.drop_table(name)
