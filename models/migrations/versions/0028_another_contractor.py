"""A contractor that another takes the place of, and the orders of one case one after another.

Revision: 0028
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

GROUNDS = "withdrew did_not_start stopped insolvent agreed suspended defective"
ENDED = "occupant_died occupant_moved need_ceased applicant_died applicant_not_entitled"
ORDERED = "raised sent complete certified cancelled"
OFFERED = "offered accepted declined lapsed withdrawn"
ONE_LIVE, ONE_OF_OFFER = "uq_work_order_one_live", "uq_replacement_one_of_offer"
ONE_OFFER, ONE_OF_AWARD = "uq_offer_case_id_contractor", "uq_offer_one_of_award"
WITHIN = "net_pence between 0 and ordered_pence"
STANDS = "withdrawn_at is null"
REPLACED = "(SELECT id FROM work_order WHERE status = 'replaced')"


def upgrade() -> None:
    _words("work_order", "status", f"{ORDERED} replaced")
    _words("offer", "status", f"{OFFERED} replaced")
    _words("order_ending", "ground", f"{ENDED} {GROUNDS}")
    _within(f"{WITHIN} or net_pence between ordered_pence and 0")
    _one_live("status not in ('cancelled', 'replaced')")
    with op.batch_alter_table("offer") as table:
        table.drop_constraint(op.f(ONE_OFFER), type_="unique")
    _partial(ONE_OF_AWARD, "offer", ["award_id", "contractor"], "status != 'withdrawn'")
    op.create_index("ix_offer_case_id", "offer", ["case_id"])
    op.create_table(
        "replacement",
        sa.Column("id", models.base.RowId, nullable=False),
        sa.Column("case_id", models.base.RowId, nullable=False),
        sa.Column("offer_id", models.base.RowId, nullable=False),
        sa.Column("order_id", models.base.RowId, nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=True),
        sa.Column("replaced_on", sa.Date(), nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", models.base.Instant(), nullable=True),
        sa.CheckConstraint(_among("ground", GROUNDS), name=op.f("ck_replacement_ground_known")),
        sa.CheckConstraint(
            _among("next", "by_rule competition"), name=op.f("ck_replacement_next_known")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_replacement_case_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_replacement_offer_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_replacement_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"], ["officer.email"], name=op.f("fk_replacement_replaced_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
    )
    op.create_index("ix_replacement_case_id", "replacement", ["case_id"])
    _partial(ONE_OF_OFFER, "replacement", ["offer_id"], STANDS)


def _among(column: str, words: str) -> str:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return f"{column} in ({listed})"


def _words(table: str, column: str, words: str) -> None:
    name = op.f(f"ck_{table}_{column}_known")
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, _among(column, words))


def _within(condition: str) -> None:
    name = op.f("ck_valued_line_net_within_ordered")
    with op.batch_alter_table("valued_line") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, condition)


def _one_live(where: str) -> None:
    op.drop_index(ONE_LIVE, "work_order")
    _partial(ONE_LIVE, "work_order", ["case_id", "lot"], where)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    held = sa.text(where)
    op.create_index(name, table, columns, unique=True, sqlite_where=held, postgresql_where=held)


def downgrade() -> None:
    # An order beside the one of its case is what the older version cannot hold.
    op.drop_table("replacement")
    op.execute(f"DELETE FROM valued_line WHERE order_id IN {REPLACED}")  # noqa: S608 - our own words
    op.execute(f"DELETE FROM order_ending WHERE order_id IN {REPLACED}")  # noqa: S608 - our own words
    op.execute("UPDATE work_order SET status = 'cancelled' WHERE status = 'replaced'")
    op.execute("UPDATE offer SET status = 'withdrawn' WHERE status = 'replaced'")
    op.drop_index("ix_offer_case_id", "offer")
    op.drop_index(ONE_OF_AWARD, "offer")
    with op.batch_alter_table("offer") as table:
        table.create_unique_constraint(op.f(ONE_OFFER), ["case_id", "contractor"])
    _one_live("status != 'cancelled'")
    op.execute(f"DELETE FROM valued_line WHERE NOT ({WITHIN})")  # noqa: S608 - our own words
    _within(WITHIN)
    _words("order_ending", "ground", ENDED)
    _words("offer", "status", OFFERED)
    _words("work_order", "status", ORDERED)
