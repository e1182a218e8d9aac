"""Certificates of joint owners, one each; what shows them; and those withdrawn are kept.

Revision: 0037
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ONE = op.f("uq_grant_certificate_case_id_kind")
_JOINT = op.f("ck_grant_certificate_joint_after_first")
_ADDED = (
    ("number", sa.Integer()),
    ("signed_on", sa.Date()),
    ("signed_by", sa.Text()),
    ("shown", sa.Text()),
    ("explained_on", sa.Date()),
    ("withdrawn_at", models.base.Instant()),
)


def upgrade() -> None:
    with op.batch_alter_table("grant_certificate") as table:
        for name, kind in _ADDED:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.drop_constraint(_ONE, type_="unique")
        table.create_check_constraint(_JOINT, "number > 1")
    stands = "withdrawn_at is null"
    _one("first", ["case_id", "kind"], f"number is null and {stands}")
    _one("joint", ["case_id", "kind", "number"], f"number is not null and {stands}")
    op.create_table(
        "joint_owner",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", models.base.Instant(), nullable=False),
        sa.Column("withdrawn_at", models.base.Instant(), nullable=True),
        sa.CheckConstraint("kind in ('owner', 'landlord')", name=op.f("ck_joint_owner_kind_known")),
        sa.CheckConstraint("number > 1", name=op.f("ck_joint_owner_after_the_first")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_joint_owner_case_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["officer.email"], name=op.f("fk_joint_owner_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_owner")),
        sa.UniqueConstraint(
            "case_id", "kind", "number", name=op.f("uq_joint_owner_case_id_kind_number")
        ),
    )


def _one(of: str, columns: list[str], where: str) -> None:
    held = sa.text(where)
    op.create_index(
        f"uq_grant_certificate_one_of_{of}",
        "grant_certificate",
        columns,
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )


def downgrade() -> None:
    op.drop_table("joint_owner")
    op.drop_index("uq_grant_certificate_one_of_joint", "grant_certificate")
    op.drop_index("uq_grant_certificate_one_of_first", "grant_certificate")
    # The older version holds one of each kind, and none that was withdrawn.
    op.execute(
        "DELETE FROM grant_certificate WHERE number IS NOT NULL OR withdrawn_at IS NOT NULL"
    )
    with op.batch_alter_table("grant_certificate") as table:
        table.drop_constraint(_JOINT, type_="check")
        table.create_unique_constraint(_ONE, ["case_id", "kind"])
        for name, _ in reversed(_ADDED):
            table.drop_column(name)
