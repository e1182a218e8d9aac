"""What clients say of their works with how they said it, and what assessors confirm.

What was recorded before is kept: a client's view as a decision has it, how it was given as not
recorded.

Revision: 0041
"""

import sqlalchemy as sa
from alembic import op

import models.base
from rules.clocks.dates import london_date

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_VIEW, _CONFIRMATION = "client_view", "confirmation"
_HOW = "link visit telephone signature not_recorded".split()


def upgrade() -> None:
    instant = models.base.Instant()
    view = op.create_table(
        _VIEW,
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("order_id", models.base.RowId, nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("spoken_by", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("recorded_at", instant, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", instant, nullable=True),
        sa.CheckConstraint(
            f"how in ({', '.join(repr(one) for one in _HOW)})", name=op.f(f"ck_{_VIEW}_how_known")
        ),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by is null)",
            name=op.f(f"ck_{_VIEW}_answered_by_one"),
        ),
        sa.CheckConstraint(
            "answered_at is null or not agrees",
            name=op.f(f"ck_{_VIEW}_answers_what_is_outstanding"),
        ),
        _to(_VIEW, "case_id", "case.id"),
        _to(_VIEW, "order_id", "work_order.id"),
        _to(_VIEW, "answered_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_VIEW}")),
        sa.UniqueConstraint("case_id", "number", name=op.f(f"uq_{_VIEW}_case_id_number")),
    )
    op.create_index(
        f"ix_{_VIEW}_open",
        _VIEW,
        ["case_id"],
        sqlite_where=sa.text("answered_at is null and not agrees"),
        postgresql_where=sa.text("answered_at is null and not agrees"),
    )
    op.create_table(
        _CONFIRMATION,
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("withdrawn_at", instant, nullable=True),
        sa.Column("meets", sa.Boolean(), nullable=True),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=True),
        sa.Column("said_at", instant, nullable=True),
        sa.CheckConstraint(
            "(said_at is null) = (said_by is null)", name=op.f(f"ck_{_CONFIRMATION}_said_by_one")
        ),
        sa.CheckConstraint(
            "(said_at is null) = (meets is null)", name=op.f(f"ck_{_CONFIRMATION}_said_what")
        ),
        sa.CheckConstraint(
            "said_at is null or withdrawn_at is null",
            name=op.f(f"ck_{_CONFIRMATION}_said_or_withdrawn"),
        ),
        _to(_CONFIRMATION, "case_id", "case.id"),
        _to(_CONFIRMATION, "asked_by", "officer.email"),
        _to(_CONFIRMATION, "said_by", "officer.email"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_CONFIRMATION}")),
    )
    op.create_index(f"ix_{_CONFIRMATION}_case_id", _CONFIRMATION, ["case_id"])
    op.create_index(
        f"uq_{_CONFIRMATION}_one_asked",
        _CONFIRMATION,
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("said_at is null and withdrawn_at is null"),
        postgresql_where=sa.text("said_at is null and withdrawn_at is null"),
    )
    _keep_what_was_said(view)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def _keep_what_was_said(view: sa.Table) -> None:
    """Bring over each view that was recorded as a decision, by number of its case."""
    conn = op.get_bind()
    decision = sa.table(
        "decision",
        *(sa.column(name) for name in ("id", "case_id", "kind", "actor")),
        sa.column("facts", sa.JSON()),
        sa.column("decided_at", models.base.Instant()),
    )
    order = sa.table("work_order", *(sa.column(one) for one in ("id", "case_id", "number")))
    said = sa.select(decision).where(decision.c.kind == "client-agrees").order_by(decision.c.id)
    orders = {(row.case_id, row.number): row.id for row in conn.execute(sa.select(order))}
    counted: dict[int, int] = {}
    for row in conn.execute(said).all():
        counted[row.case_id] = counted.get(row.case_id, 0) + 1
        values = {
            "case_id": row.case_id,
            "number": counted[row.case_id],
            "order_id": orders[row.case_id, row.facts["order"]],
            "agrees": row.facts["agrees"],
            "how": "not_recorded",
            "said_on": london_date(row.decided_at),
            "spoken_by": "",
            "lines": {},
            "other": "",
            "signed": "",
            "recorded_at": row.decided_at,
            "recorded_by": row.actor,
            "answer": "",
        }
        conn.execute(view.insert(), values)


def downgrade() -> None:
    op.drop_table(_CONFIRMATION)
    op.drop_table(_VIEW)
