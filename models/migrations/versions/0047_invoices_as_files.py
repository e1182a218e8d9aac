"""An invoice that came as a structured file is a document of its case, also as XML.

Revision: 0047
"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KIND = op.f("ck_received_document_kind_known")
MIME = op.f("ck_received_document_mime_known")
KINDS = "'drawing', 'photograph', 'signed_form', 'certificate', 'asbestos', 'quote', 'letter'"
MIMES = "'application/pdf', 'image/jpeg', 'image/png'"


def _known(kinds: str, mimes: str) -> None:
    with op.batch_alter_table("received_document") as table:
        table.drop_constraint(KIND, type_="check")
        table.drop_constraint(MIME, type_="check")
        table.create_check_constraint(KIND, f"kind in ({kinds})")
        table.create_check_constraint(MIME, f"mime in ({mimes})")


def upgrade() -> None:
    _known(f"{KINDS}, 'invoice', 'other'", f"{MIMES}, 'application/xml'")


def downgrade() -> None:
    # An older version shows PDFs and pictures alone, and knows no invoices among documents.
    op.execute("DELETE FROM received_document WHERE mime = 'application/xml'")
    op.execute("UPDATE received_document SET kind = 'other' WHERE kind = 'invoice'")
    _known(f"{KINDS}, 'other'", MIMES)
