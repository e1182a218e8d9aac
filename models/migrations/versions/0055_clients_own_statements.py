"""What clients state for themselves, and for which simple works they may.

Revision: 0055
"""

import sqlalchemy as sa
from alembic import op

from models.base import Instant, Pence, RowId

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simple_works",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("work_type", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("up_to_pence", Pence(), nullable=False),
        sa.Column("weekly_single_pence", Pence(), nullable=False),
        sa.Column("weekly_couple_pence", Pence(), nullable=False),
        sa.CheckConstraint("up_to_pence > 0", name=op.f("ck_simple_works_up_to_positive")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_simple_works_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["authority"], ["authority.code"], name=op.f("fk_simple_works_authority_authority")
        ),
        sa.PrimaryKeyConstraint(
            "authority", "work_type", "valid_from", name=op.f("pk_simple_works")
        ),
    )
    of_client = ("client_name", "address", "postcode", "phone", "email", "tenure", "words")
    words = ("work_type", "digest", "state", "how", *of_client)
    op.create_table(
        "statement",
        sa.Column("id", RowId, nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        sa.Column("up_to_pence", Pence(), nullable=False),
        sa.Column("indicated_pence", Pence(), nullable=False),
        sa.Column("received_at", Instant(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("looked_by", sa.Text(), nullable=True),
        sa.Column("looked_at", Instant(timezone=True), nullable=True),
        sa.Column("case_id", RowId, nullable=True),
        sa.CheckConstraint(
            "state in ('received', 'accepted', 'answered')", name=op.f("ck_statement_state_known")
        ),
        sa.CheckConstraint("how in ('page', 'telephone')", name=op.f("ck_statement_how_known")),
        sa.CheckConstraint(
            "(state = 'accepted') = (case_id is not null)",
            name=op.f("ck_statement_accepted_is_a_case"),
        ),
        sa.CheckConstraint(
            "(state = 'received') = (looked_by is null)",
            name=op.f("ck_statement_looked_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.{key}"], name=op.f(f"fk_statement_{column}_{table}")
            )
            for column, table, key in (
                ("authority", "authority", "code"),
                ("taken_by", "officer", "email"),
                ("looked_by", "officer", "email"),
                ("case_id", "case", "id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    for name, column, where in (
        ("uq_statement_once", "digest", "state = 'received'"),
        ("uq_statement_case", "case_id", "case_id is not null"),
    ):
        held = sa.text(where)
        op.create_index(
            name, "statement", [column], unique=True, sqlite_where=held, postgresql_where=held
        )


def downgrade() -> None:
    op.drop_table("statement")
    op.drop_table("simple_works")
