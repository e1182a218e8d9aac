"""An approval may leave lines out, defer its payment, and say for what it is more than before.

Revision: 0052
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

CHECKS = {
    "not_eligible_within_works": "not_eligible_pence between 0 and works_pence",
    "again_for_known": "again_for in ('works_cost', 'ancillary_cost', 'unforeseeable_works')",
}
ADDED: dict[str, sa.types.TypeEngine[Any]] = {
    "pay_from": sa.Date(),
    "left_out": sa.JSON(),
    "not_eligible_pence": sa.BigInteger(),
    "again_for": sa.Text(),
}


def upgrade() -> None:
    with op.batch_alter_table("approval") as table:
        for name, kind in ADDED.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        for name, words in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_approval_{name}"), words)


def downgrade() -> None:
    with op.batch_alter_table("approval") as table:
        for name in CHECKS:
            table.drop_constraint(op.f(f"ck_approval_{name}"), type_="check")
        for name in ADDED:
            table.drop_column(name)
