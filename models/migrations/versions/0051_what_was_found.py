"""An approval names the two findings of s.24(3) that it rests on.

Revision: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FINDINGS = ("necessary_id", "practicable_id")


def upgrade() -> None:
    with op.batch_alter_table("approval") as table:
        for name in FINDINGS:
            table.add_column(sa.Column(name, _ID, nullable=True))
            key = op.f(f"fk_approval_{name}_decision")
            table.create_foreign_key(key, "decision", [name], ["id"])
        table.create_check_constraint(
            op.f("ck_approval_both_findings_or_neither"),
            "(necessary_id is null) = (practicable_id is null)",
        )


def downgrade() -> None:
    with op.batch_alter_table("approval") as table:
        table.drop_constraint(op.f("ck_approval_both_findings_or_neither"), type_="check")
        for name in FINDINGS:
            table.drop_constraint(op.f(f"fk_approval_{name}_decision"), type_="foreignkey")
            table.drop_column(name)
