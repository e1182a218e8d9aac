"""Who the contracting party is, on the case and in a lot's terms.

Cases and lots of an earlier version say nothing: the contract is the client's.

Revision: 0024
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_PARTIES = "'client', 'council_for_client', 'council', 'landlord'"
_TABLES = ("case", "lot_terms")


def upgrade() -> None:
    for table in _TABLES:
        # Written out: SQLite adds a constraint to a table with a new column, and not otherwise.
        op.execute(
            f'ALTER TABLE "{table}" ADD COLUMN contracting_party TEXT '
            f"CONSTRAINT ck_{table}_contracting_party_known "
            f"CHECK (contracting_party in ({_PARTIES}))"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "contracting_party")
