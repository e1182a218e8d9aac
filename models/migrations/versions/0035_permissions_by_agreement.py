"""Pre-permissions by agreement and clause, and the homes that they leave out.

A consent of an earlier version cites its agreement by its number, as it did.

Revision: 0035
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_ONE = op.f("uq_permission_provider_work_types_valid_from")
_KEY = ["provider", "work_types", "valid_from"]
_SILENCE = op.f("ck_permission_silence_known")
_ON_CONSENT = (
    ("cited", sa.Text()),
    ("why_asked", sa.Text()),
    ("matched_id", models.base.RowId),
    ("matched_cap_pence", sa.BigInteger()),
)


def upgrade() -> None:
    with op.batch_alter_table("permission") as table:
        for name in ("agreement", "clause", "left_out"):
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
        table.drop_constraint(_ONE, type_="unique")
        table.drop_constraint(_SILENCE, type_="check")
        table.create_check_constraint(
            _SILENCE, "silence in ('officer_decides', 'refused', 'given')"
        )
    _one("uq_permission_one_a_clause", [*_KEY, "clause"], "clause is not null")
    _one("uq_permission_one_without_clause", _KEY, "clause is null")
    with op.batch_alter_table("consent") as table:
        for name, kind in _ON_CONSENT:
            table.add_column(sa.Column(name, kind, nullable=True))
        table.create_foreign_key(
            op.f("fk_consent_matched_id"), "permission", ["matched_id"], ["id"]
        )


def _one(name: str, columns: list[str], where: str) -> None:
    held = sa.text(where)
    op.create_index(
        name, "permission", columns, unique=True, sqlite_where=held, postgresql_where=held
    )


def downgrade() -> None:
    with op.batch_alter_table("consent") as table:
        table.drop_constraint(op.f("fk_consent_matched_id"), type_="foreignkey")
        for name, _ in reversed(_ON_CONSENT):
            table.drop_column(name)
    op.drop_index("uq_permission_one_without_clause", "permission")
    op.drop_index("uq_permission_one_a_clause", "permission")
    op.execute("UPDATE permission SET silence = 'officer_decides' WHERE silence = 'given'")
    # Of the clauses of one day for the same works, the older version holds the first.
    op.execute(
        "UPDATE consent SET permission_id = (SELECT min(b.id) FROM permission a JOIN permission b "
        "ON b.provider = a.provider AND b.work_types = a.work_types "
        "AND b.valid_from = a.valid_from WHERE a.id = consent.permission_id) "
        "WHERE permission_id IS NOT NULL"
    )
    op.execute(
        "DELETE FROM permission WHERE id NOT IN (SELECT min(id) FROM permission "
        "GROUP BY provider, work_types, valid_from)"
    )
    with op.batch_alter_table("permission") as table:
        table.drop_constraint(_SILENCE, type_="check")
        table.create_check_constraint(_SILENCE, "silence in ('officer_decides', 'refused')")
        table.create_unique_constraint(_ONE, _KEY)
        for name in ("left_out", "clause", "agreement"):
            table.drop_column(name)
