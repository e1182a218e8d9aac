"""What HMRC asks of a statement of deductions: the contractor's UTR, the employer's reference.

Revision: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cis_status", sa.Column("utr", sa.Text(), nullable=True))
    op.add_column("paying_terms", sa.Column("employer_reference", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("paying_terms") as table:
        table.drop_column("employer_reference")
    with op.batch_alter_table("cis_status") as table:
        table.drop_column("utr")
