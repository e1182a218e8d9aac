"""Items of a package's price say which works lines they cover; bespoke works name certificates.

A price that an order was raised at keeps the numbers that the order was printed with. One that no
order rests on yet is printed by this version, with letters for its items, so that it has to say
what each covers: worked out of the basket that was frozen with its award.

Revision: 0010
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TO_BE_ORDERED = sa.text("""
    SELECT price.id AS price_id, award.case_id, award.inputs FROM price
    JOIN award ON award.case_id = price.case_id AND award.package IS NOT NULL
    WHERE price.kind = 'tender'
    AND award.version = (SELECT max(version) FROM award AS newer
                         WHERE newer.case_id = award.case_id)
    AND (price.id = award.price_id
         OR price.id IN (SELECT price_id FROM offer WHERE status IN ('offered', 'accepted')))
    AND price.id NOT IN (SELECT price_id FROM work_order)
    ORDER BY price.id
""")
WORKS = sa.text("SELECT line, code, quantity FROM works_line WHERE case_id = :case_id ORDER BY line")
ITEMS = sa.text("SELECT line, code FROM price_line WHERE price_id = :price_id ORDER BY line")
COVER = sa.text("UPDATE price_line SET covers = :covers WHERE price_id = :price_id AND line = :line")


def upgrade() -> None:
    op.add_column("price_line", sa.Column("covers", models.base.LineNumbers(), nullable=True))
    op.add_column(
        "works_line",
        sa.Column("certificates", models.base.Words(), server_default="", nullable=False),
    )
    op.add_column(
        "works_line",
        sa.Column("no_certificates_because", sa.Text(), server_default="", nullable=False),
    )
    conn = op.get_bind()
    for price in conn.execute(TO_BE_ORDERED).all():
        inputs = price.inputs if isinstance(price.inputs, dict) else json.loads(price.inputs)
        package = inputs.get("package")
        if package:  # an award of an earlier version froze none
            covered = list(_covers(conn, price, package["basket"]))
            conn.execute(COVER, covered)


def _covers(conn: sa.Connection, price: Any, basket: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what each item covers: the package what is drawn from it, others lines of their code.

    An addition is of one works line; of several with its code it is of the next that is not
    covered whole.
    """
    left = {code: Decimal(quantity) for code, quantity in basket.items()}
    drawing: list[int] = []
    beyond: dict[str, list[int]] = {}
    by_code: dict[str, list[int]] = {}
    for row in conn.execute(WORKS, {"case_id": price.case_id}):
        drawn = min(left.get(row.code, Decimal(0)), Decimal(row.quantity))
        if drawn:
            drawing.append(row.line)
            left[row.code] -= drawn
        if drawn < Decimal(row.quantity):
            beyond.setdefault(row.code, []).append(row.line)
        by_code.setdefault(row.code, []).append(row.line)
    for row in conn.execute(ITEMS, {"price_id": price.price_id}):
        if row.line == 1:
            lines = drawing
        elif beyond.get(row.code):
            lines = [beyond[row.code].pop(0)]
        else:
            lines = by_code.get(row.code, [])
        numbers = ";".join(map(str, lines))
        yield {"covers": numbers, "price_id": price.price_id, "line": row.line}


def downgrade() -> None:
    with op.batch_alter_table("works_line") as table:
        table.drop_column("no_certificates_because")
        table.drop_column("certificates")
    with op.batch_alter_table("price_line") as table:
        table.drop_column("covers")
