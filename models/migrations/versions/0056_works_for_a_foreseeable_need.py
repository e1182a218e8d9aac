"""Works lines that are for a foreseeable need; of older lines nobody said so.

Revision: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("works_line") as table:
        table.add_column(sa.Column("preventive_because", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("works_line") as table:
        table.drop_column("preventive_because")
