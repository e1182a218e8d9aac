"""What an offer shows of the works: every line with how much and where, and what it is priced as.

It is read from what was frozen with the award and the price, so that an offer made long after a
schedule changed says what was tendered for. It names no street and no client: a description of
works, a room and a postcode sector are enough to judge them by.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from models.case_queries import price_lines
from rules.documents.items import item_of
from rules.documents.paper_lines import works_line_words
from rules.numbers import written
from rules.pricing.works import WorksLine


def what_is_offered(
    conn: Connection, *, price_id: int, lines: Sequence[WorksLine]
) -> dict[str, list[dict[str, Any]]]:
    """Return the works lines, each with its price where it has its own, and the items otherwise.

    Args:
        price_id: The price that the works are offered at.
        lines: The works as they were tendered.
    """
    priced = price_lines(conn, price_id=price_id)
    own = {line.line: line.net_pence for line in priced if line.covers is None}
    return {
        "works": [
            {
                "line": line.line,
                "what": line.description,
                "quantity": written(line.quantity),
                "unit": line.unit,
                "where": line.location,
                "net_pence": own.get(line.line),
            }
            for line in sorted(lines, key=lambda line: line.line)
        ],
        "prices": [
            {
                "item": item_of(line=line.line, covers=line.covers),
                "what": line.description,
                "covers": works_line_words(line.covers),
                "net_pence": line.net_pence,
            }
            for line in priced
            if line.covers is not None
        ],
    }
