"""A run over many cases is linked to each of them.

Revision: 0005
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD, NEW = "uq_flow_run_flow_run_id_step", "uq_flow_run_case_id_flow_run_id_step"


def upgrade() -> None:
    with op.batch_alter_table("flow_run") as table:
        table.drop_constraint(OLD, type_="unique")
        table.create_unique_constraint(NEW, ["case_id", "flow_run_id", "step"])
        table.drop_index("ix_flow_run_case_id")


def downgrade() -> None:
    # Links to the same run of every case but the first are what the older version cannot hold.
    op.execute(
        "DELETE FROM flow_run WHERE id NOT IN "
        "(SELECT min(id) FROM flow_run GROUP BY flow_run_id, step)"
    )
    with op.batch_alter_table("flow_run") as table:
        table.create_index("ix_flow_run_case_id", ["case_id"])
        table.drop_constraint(NEW, type_="unique")
        table.create_unique_constraint(OLD, ["flow_run_id", "step"])
