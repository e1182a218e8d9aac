"""What reports count of each case, now and before, and which cases are to be counted.

The view by which a case is put back notes that its record grew. Every case is to be counted once.

Revision: 0057
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

BEFORE = import_module("models.migrations.versions.0014_ends_of_chains")
TO_COUNT = (
    "INSERT INTO to_count (case_id) "
    "SELECT OLD.id WHERE NEW.audit_sequence <> OLD.audit_sequence;"
)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAID = "respect_and_dignity communication responsiveness reliability contractors overall"
CARE = (
    "dignity health protection control participation economic relationships accommodation "
    "contribution"
)


def upgrade() -> None:
    op.create_table(
        "case_facts",
        sa.Column("case_id", ID, autoincrement=False, nullable=False),
        *facts(),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_facts_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_facts")),
    )
    op.create_index("ix_case_facts_authority", "case_facts", ["authority"])
    op.create_table(
        "case_facts_before",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        *facts(),
        sa.Column("known_to", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_case_facts_before_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_facts_before")),
    )
    op.create_index("ix_case_facts_before_case_id", "case_facts_before", ["case_id", "known_to"])
    op.create_table(
        "to_count",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_to_count")),
    )
    op.execute('INSERT INTO to_count (case_id) SELECT id FROM "case" ORDER BY id')
    _put_back_by(BEFORE.PUT_BACK + TO_COUNT)


def _put_back_by(statements: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER case_head_is_put_back")
        op.execute(BEFORE.SQLITE[0].replace(BEFORE.PUT_BACK, statements))
        return
    function = BEFORE.POSTGRESQL[0].replace(BEFORE.PUT_BACK, statements)
    op.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))


def facts() -> Iterator[sa.Column[Any]]:
    """Yield the columns that both tables of facts have."""
    yield sa.Column("known_from", sa.DateTime(timezone=True), nullable=False)
    for name in ("authority", "work_type", "tenure"):
        yield sa.Column(name, sa.Text(), nullable=False)
    yield sa.Column("urgent", sa.Boolean(), nullable=False)
    yield sa.Column("route", sa.Text(), nullable=True)
    yield sa.Column("age", sa.SmallInteger(), nullable=True)
    yield sa.Column("status", sa.Text(), nullable=False)
    yield sa.Column("contact_on", sa.Date(), nullable=False)
    for name in (
        "recommended applied priced offered approved ordered started certified paid ended".split()
    ):
        yield sa.Column(f"{name}_on", sa.Date(), nullable=True)
    for name in ("ended_stage", "ended_ground"):
        yield sa.Column(name, sa.Text(), nullable=True)
    yield sa.Column("budget_year", sa.SmallInteger(), nullable=True)
    for name in ("grant", "top_up", "others", "works", "paid"):
        yield sa.Column(f"{name}_pence", sa.BigInteger(), nullable=True)
    for name in ("preventive_lines", "contacts", "hand_offs"):
        yield sa.Column(name, sa.SmallInteger(), nullable=False)
    for name in ("council", "assessor", "landlord", "contractor", "client"):
        yield sa.Column(f"days_{name}", sa.SmallInteger(), nullable=True)
    for name in SAID.split():
        yield sa.Column(f"said_{name}", sa.SmallInteger(), nullable=True)
    for name in CARE.split():
        yield sa.Column(f"care_{name}", sa.Text(), nullable=True)


def downgrade() -> None:
    _put_back_by(BEFORE.PUT_BACK)
    for table in ("to_count", "case_facts_before", "case_facts"):
        op.drop_table(table)
