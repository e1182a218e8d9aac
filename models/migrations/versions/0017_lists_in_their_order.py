"""Lists of open cases read in their order, and counted by who holds them, however many there are.

Revision: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OF_OPEN_STEPS = {
    "ix_case_step_due": ["due_on", "id"],
    "ix_case_step_held": ["held_since", "id"],
    "ix_case_step_of_case": ["case_id", "owner", "step", "due_on", "held_since"],
}
_OF_CASES = {
    "ix_case_assessor_status": ["assessor", "status"],
    "ix_case_client_name": ["client_name"],
    "ix_case_work_type": ["work_type"],
    "ix_case_opened_at": ["opened_at"],
    "ix_case_ended_at": ["ended_at"],
}


def upgrade() -> None:
    still = sa.text("closed_at is null")
    for name, columns in _OF_OPEN_STEPS.items():
        op.create_index(name, "case_step", columns, sqlite_where=still, postgresql_where=still)
    for name, columns in _OF_CASES.items():
        op.create_index(name, "case", columns)
    stopped = sa.text("trouble <> ''")
    op.create_index(
        "ix_case_step_trouble",
        "case_step",
        ["id"],
        sqlite_where=stopped,
        postgresql_where=stopped,
    )
    op.create_index("ix_flow_run_flow_run_id", "flow_run", ["flow_run_id"])


def downgrade() -> None:
    op.drop_index("ix_flow_run_flow_run_id", "flow_run")
    op.drop_index("ix_case_step_trouble", "case_step")
    for name in _OF_CASES:
        op.drop_index(name, "case")
    for name in _OF_OPEN_STEPS:
        op.drop_index(name, "case_step")
