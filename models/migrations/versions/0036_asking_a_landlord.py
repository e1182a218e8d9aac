"""Asking a landlord: the tenancy, the tenant's authority, what was answered, and the reminders.

A request of an earlier version keeps its day and its clock; of it no authority is on record.

Revision: 0036
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TENANCIES = "secure introductory protected statutory assured long_lease licence"
_ON_CONSENT = (
    ("sent_on", sa.Date()),
    ("reply_days", sa.Integer()),
    ("reply_by", sa.Date()),
    ("undelivered_on", sa.Date()),
    ("chase_on", sa.Date()),
    ("chased", sa.Integer()),
)


def _among(column: str, words: str) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words.split())})"


def upgrade() -> None:
    # Written out: SQLite adds a constraint to a table with a new column, and not otherwise.
    for column, words in (("tenancy", _TENANCIES), ("covenant", "with_consent forbidden nothing")):
        op.execute(
            f'ALTER TABLE "case" ADD COLUMN {column} TEXT '
            f"CONSTRAINT ck_case_{column}_known CHECK ({_among(column, words)})"
        )
    op.add_column("case", sa.Column("tenancy_since", sa.Date(), nullable=True))
    for name, kind in _ON_CONSENT:
        op.add_column("consent", sa.Column(name, kind, nullable=True))
    op.create_index(
        "ix_consent_chase",
        "consent",
        ["chase_on"],
        sqlite_where=sa.text("chase_on is not null"),
        postgresql_where=sa.text("chase_on is not null"),
    )
    _authority()
    _answers()
    _questions()
    _terms()


def _authority() -> None:
    op.create_table(
        "tenant_authority",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(), nullable=False),
        sa.Column("withdrawn_at", models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            _among("how", "signed_form letter email"), name=op.f("ck_tenant_authority_how_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_tenant_authority_case_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["officer.email"], name=op.f("fk_tenant_authority_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_authority")),
    )
    stands = sa.text("withdrawn_at is null")
    op.create_index(
        "uq_tenant_authority_one_stands",
        "tenant_authority",
        ["case_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _answers() -> None:
    op.create_table(
        "landlord_answer",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step_revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(), nullable=False),
        sa.CheckConstraint(
            _among("answer", "granted refused"), name=op.f("ck_landlord_answer_answer_known")
        ),
        sa.CheckConstraint(
            _among("how", "page post telephone email in_person"),
            name=op.f("ck_landlord_answer_how_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_landlord_answer_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landlord_answer")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_landlord_answer_case_id_number")),
    )


def _questions() -> None:
    op.create_table(
        "landlord_question",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", models.base.Instant(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", models.base.Instant(), nullable=True),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by is null)",
            name=op.f("ck_landlord_question_answered_by_one"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case.id"], name=op.f("fk_landlord_question_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["officer.email"], name=op.f("fk_landlord_question_answered_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landlord_question")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_landlord_question_case_id_number")),
    )
    waits = sa.text("answered_at is null")
    op.create_index(
        "ix_landlord_question_open",
        "landlord_question",
        ["case_id"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def _terms() -> None:
    op.create_table(
        "consent_terms",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("first_reminder", sa.Integer(), nullable=True),
        sa.Column("second_reminder", sa.Integer(), nullable=True),
        sa.Column("renew_days", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "first_reminder > 0", name=op.f("ck_consent_terms_first_after_request")
        ),
        sa.CheckConstraint(
            "second_reminder > first_reminder", name=op.f("ck_consent_terms_second_after_first")
        ),
        sa.CheckConstraint("renew_days > 0", name=op.f("ck_consent_terms_renewed_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_terms")),
        sa.UniqueConstraint(
            "authority", "valid_from", name=op.f("uq_consent_terms_authority_valid_from")
        ),
    )


def downgrade() -> None:
    op.drop_table("consent_terms")
    op.drop_table("landlord_question")
    op.drop_table("landlord_answer")
    op.drop_table("tenant_authority")
    op.drop_index("ix_consent_chase", "consent")
    for name, _ in reversed(_ON_CONSENT):
        op.drop_column("consent", name)
    for name in ("tenancy_since", "covenant", "tenancy"):
        op.drop_column("case", name)
