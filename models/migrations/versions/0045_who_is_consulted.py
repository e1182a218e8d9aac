"""The social services authority that a housing authority consults, from a day on.

Revision: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grant_terms") as table:
        table.add_column(sa.Column("consults", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("grant_terms") as table:
        table.drop_column("consults")
