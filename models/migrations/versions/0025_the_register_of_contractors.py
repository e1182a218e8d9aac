"""Documents handed in and asked for, absences, conflicts, suspensions, and who was eligible.

Revision: 0025
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_NEW = ("handed_document", "required_document", "contractor_absence", "contractor_conflict")


def _id(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    key = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    return sa.Column("id", models.base.RowId, nullable=False), key


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _to(table: str, name: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [column], name=op.f(f"fk_{table}_{name}"))


def _check(table: str, name: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


def _once(table: str, *names: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))


def upgrade() -> None:
    handed, required, absence, conflict = _NEW
    op.create_table(
        handed,
        *_id(handed),
        _text("contractor"),
        _text("document"),
        _text("reference"),
        sa.Column("cover_pence", sa.BigInteger(), nullable=True),
        _day("valid_from"),
        _day("valid_to"),
        *map(_text, ("name", "mime", "path", "sha256")),
        sa.Column("size", sa.Integer(), nullable=False),
        _text("handed_by"),
        sa.Column("handed_at", models.base.Instant(), nullable=False),
        _text("state"),
        _text("looked_by", nullable=True),
        sa.Column("looked_at", models.base.Instant(), nullable=True),
        _text("why", nullable=True),
        _check(handed, "state_known", "state in ('waiting', 'checked', 'refused')"),
        _check(handed, "looked_at_once", "(state = 'waiting') = (looked_at is null)"),
        _check(handed, "dates_in_order", "valid_to >= valid_from"),
        _to(handed, "contractor", "contractor.code"),
        _to(handed, "looked_by", "officer.email"),
    )
    op.create_index("ix_handed_document_contractor", handed, ["contractor"])
    op.create_table(
        required,
        *_id(required),
        *map(_text, ("authority", "document", "trade")),
        sa.Column("minimum_cover_pence", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        _check(required, "minimum_cover_positive", "minimum_cover_pence > 0"),
        _once(required, "authority", "document", "trade"),
    )
    op.create_table(
        absence,
        *_id(absence),
        _text("contractor"),
        _day("first_day"),
        _day("last_day"),
        _text("why"),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        _check(absence, "days_in_order", "last_day >= first_day"),
        _to(absence, "contractor", "contractor.code"),
        _once(absence, "contractor", "first_day"),
    )
    op.create_table(
        conflict,
        *_id(conflict),
        *map(_text, ("contractor", "interest_in", "whom", "because")),
        _day("last_day", nullable=True),
        _check(
            conflict, "interest_in_known", "interest_in in ('officer', 'client', 'address', 'case')"
        ),
        _to(conflict, "contractor", "contractor.code"),
        _once(conflict, "contractor", "interest_in", "whom"),
    )
    for name in ("suspended_from", "suspended_until"):
        op.add_column("contractor", _day(name, nullable=True))
    op.add_column("contractor", _text("suspended_because", nullable=True))
    op.add_column("lot_terms", sa.Column("framework", sa.Boolean(), nullable=True))
    op.add_column("offer", sa.Column("eligibility", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("offer", "eligibility")
    op.drop_column("lot_terms", "framework")
    for name in ("suspended_because", "suspended_until", "suspended_from"):
        op.drop_column("contractor", name)
    for table in reversed(_NEW):
        op.drop_table(table)
