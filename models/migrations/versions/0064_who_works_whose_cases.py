"""Who works whose cases from a day on, and what budgets of one pool gave each other.

Revision: 0064
"""

import sqlalchemy as sa
from alembic import op

from models.base import Pence, RowId

revision = "0064"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts = ("plan", "authority", "team", "host")
    op.create_table(
        "arrangement",
        sa.Column("id", RowId, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("first_day", sa.Date(), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("officers", "postcodes", "pool")),
        sa.Column("approval_limit_pence", Pence(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("instrument", "reason")),
        sa.CheckConstraint(
            "approval_limit_pence >= 0", name=op.f("ck_arrangement_limit_not_negative")
        ),
        *_authorities("arrangement", "authority", "host"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement")),
        sa.UniqueConstraint(
            "plan", "authority", "team", name=op.f("uq_arrangement_plan_authority_team")
        ),
    )
    op.create_table(
        "pool_draw",
        sa.Column("id", RowId, nullable=False),
        sa.Column("case_id", RowId, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("giver", "taker")),
        sa.Column("pence", Pence(), nullable=False),
        sa.CheckConstraint("giver <> taker", name=op.f("ck_pool_draw_drawn_from_another")),
        sa.CheckConstraint("pence > 0", name=op.f("ck_pool_draw_pence_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_pool_draw_case_id_case")),
        *_authorities("pool_draw", "giver", "taker"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_draw")),
    )
    # Written out: SQLite adds a constraint to a table with a new column, and not otherwise.
    number = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f'ALTER TABLE "case" ADD COLUMN arrangement {number} '
        "CONSTRAINT fk_case_arrangement_arrangement REFERENCES arrangement (id)"
    )


def _authorities(table: str, *names: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint(
            [name], ["authority.code"], name=op.f(f"fk_{table}_{name}_authority")
        )
        for name in names
    )


def downgrade() -> None:
    op.drop_column("case", "arrangement")
    op.drop_table("pool_draw")
    op.drop_table("arrangement")
