"""What was said of each snag, lines measured again, and lines that nobody could look at.

Revision: 0034
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_FOUND = "ck_inspection_result_known"


def upgrade() -> None:
    with op.batch_alter_table("inspection") as table:
        table.add_column(sa.Column("quantity", models.base.Exact(length=40), nullable=True))
        table.drop_constraint(op.f(_FOUND), type_="check")
        table.create_check_constraint(
            op.f(_FOUND), "result in ('pass', 'snag', 'cleared', 'no_access', 'not_looked_at')"
        )
        table.create_check_constraint(
            op.f("ck_inspection_quantity_found"), "quantity is null or result in ('pass', 'snag')"
        )
    op.create_table(
        "finding_entry",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("inspection_id", models.base.RowId, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("documents", models.base.LineNumbers(), nullable=False),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            "said in ('found', 'put_right', 'disputed', 'still', 'cleared', 'withdrawn')",
            name=op.f("ck_finding_entry_said_known"),
        ),
        sa.ForeignKeyConstraint(
            ["inspection_id"], ["inspection.id"], name=op.f("fk_finding_entry_inspection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_entry")),
    )
    op.create_index("ix_finding_entry_inspection_id", "finding_entry", ["inspection_id"])


def downgrade() -> None:
    op.drop_table("finding_entry")
    with op.batch_alter_table("inspection") as table:
        table.drop_constraint(op.f("ck_inspection_quantity_found"), type_="check")
        table.drop_constraint(op.f(_FOUND), type_="check")
        table.create_check_constraint(op.f(_FOUND), "result in ('pass', 'snag', 'cleared')")
        table.drop_column("quantity")
