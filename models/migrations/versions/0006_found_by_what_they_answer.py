"""Orders found by the offer they answer, invoices by their order, however many there are.

Revision: 0006
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_work_order_offer_id", "work_order", ["offer_id"])
    op.create_index("ix_invoice_order_id", "invoice", ["order_id"])


def downgrade() -> None:
    op.drop_index("ix_invoice_order_id", "invoice")
    op.drop_index("ix_work_order_offer_id", "work_order")
