"""Councils that follow one another from a day on, and the plans that were carried out.

Revision: 0058
"""

import sqlalchemy as sa
from alembic import op

from models.base import Instant

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "succession",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _NAMES),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("postcodes", sa.Text(), nullable=False),
        sa.Column("budget_share", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "predecessor <> successor", name=op.f("ck_succession_followed_by_another")
        ),
        sa.CheckConstraint(
            "budget_share between 0 and 100", name=op.f("ck_succession_budget_share_within")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["authority.code"], name=op.f(f"fk_succession_{name}_authority")
            )
            for name in _NAMES[1:]
        ),
        sa.PrimaryKeyConstraint(*_NAMES, name=op.f("pk_succession")),
    )
    op.create_table(
        "carried_plan",
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("begun_at", Instant(timezone=True), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "ended_at >= begun_at", name=op.f("ck_carried_plan_ended_after_it_began")
        ),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["officer.email"], name=op.f("fk_carried_plan_begun_by_officer")
        ),
        sa.PrimaryKeyConstraint("plan", name=op.f("pk_carried_plan")),
    )


def downgrade() -> None:
    op.drop_table("carried_plan")
    op.drop_table("succession")


_NAMES = ("plan", "predecessor", "successor")
