"""Whose case it is and who stands in, and what a file holds.

A case of an earlier version is nobody's until somebody takes it or is given it.

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _row_id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _officer(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], ["officer.email"], name=op.f(f"fk_{table}_{name}"))


def _case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f(f"fk_{table}_case_id"))


def upgrade() -> None:
    for name in ("officer", "assessor"):
        # SQLite takes a reference with its column alone; the table is not made anew for it.
        op.execute(
            f'ALTER TABLE "case" ADD COLUMN {name} TEXT '
            f"CONSTRAINT fk_case_{name} REFERENCES officer (email)"
        )
    op.create_index("ix_case_officer_status", "case", ["officer", "status"])
    op.create_table(
        "absence",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("covered_by", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_days_in_order")),
        sa.CheckConstraint("officer <> covered_by", name=op.f("ck_absence_covered_by_another")),
        _officer("absence", "officer"),
        _officer("absence", "covered_by"),
        _officer("absence", "recorded_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.add_column("case", sa.Column("correspondence_address", sa.Text(), nullable=True))
    op.create_table(
        "case_note",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("with_whom", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("for_contractor", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('note', 'call', 'visit', 'key_safe', 'dog', 'carer', 'two_at_a_visit', "
            "'vulnerability', 'other_access')",
            name=op.f("ck_case_note_kind_known"),
        ),
        sa.CheckConstraint(
            "not for_contractor or kind not in ('note', 'call', 'visit')",
            name=op.f("ck_case_note_contractor_told_of_access_alone"),
        ),
        _case("case_note"),
        _officer("case_note", "recorded_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        sa.UniqueConstraint(
            "case_id", "number", "version", name=op.f("uq_case_note_case_id_number_version")
        ),
    )
    op.create_table(
        "contact_change",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "whose in ('client', 'alternative', 'landlord')",
            name=op.f("ck_contact_change_whose_known"),
        ),
        sa.CheckConstraint(
            "field in ('name', 'relation', 'phone', 'email', 'address')",
            name=op.f("ck_contact_change_field_known"),
        ),
        _case("contact_change"),
        _officer("contact_change", "changed_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_change")),
    )
    op.create_index("ix_contact_change_case_id", "contact_change", ["case_id"])
    op.create_table(
        "received_document",
        sa.Column("id", _row_id(), nullable=False),
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("decision_id", _row_id(), nullable=True),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("received_at", models.base.Instant(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind in ('drawing', 'photograph', 'signed_form', 'certificate', 'asbestos', 'quote', "
            "'letter', 'other')",
            name=op.f("ck_received_document_kind_known"),
        ),
        sa.CheckConstraint(
            "mime in ('application/pdf', 'image/jpeg', 'image/png')",
            name=op.f("ck_received_document_mime_known"),
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_received_document_size_positive")),
        _case("received_document"),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_received_document_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_document")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_received_document_case_id_number")),
    )
    op.create_table(
        "looked",
        sa.Column("case_id", _row_id(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_at", models.base.Instant(timezone=True), nullable=False),
        _case("looked"),
        _officer("looked", "officer"),
        sa.PrimaryKeyConstraint("case_id", "officer", "day", name=op.f("pk_looked")),
    )


def downgrade() -> None:
    op.drop_table("looked")
    op.drop_table("received_document")
    op.drop_table("contact_change")
    op.drop_table("case_note")
    op.drop_column("case", "correspondence_address")
    op.drop_table("absence")
    op.drop_index("ix_case_officer_status", "case")
    op.drop_column("case", "assessor")
    op.drop_column("case", "officer")
