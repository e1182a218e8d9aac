"""What forms of the grant offer to choose from."""

from datetime import date
from typing import Final

from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import newest_award, price_lines
from rules.documents.items import item_of, item_words
from rules.money import pounds
from services.grants.charges_after import unpaid_charges


def _awarded(conn: Connection, case: AnyRow, _: date) -> list[tuple[str, str]]:
    made = newest_award(conn, case_id=case.id)
    priced = made is not None and made.price_id is not None
    lines = price_lines(conn, price_id=made.price_id) if made is not None and priced else []
    named = [(item_of(line=line.line, covers=line.covers), line) for line in lines]
    return [
        (str(item), f"{item_words(item)}: {line.description} ({pounds(line.net_pence)})")
        for item, line in named
    ]


def _charges_unpaid(conn: Connection, case: AnyRow, _: date) -> list[tuple[str, str]]:
    return [
        (row.description, f"{row.description} ({pounds(row.amount_pence)})")
        for row in unpaid_charges(conn, case_id=case.id)
    ]


OF_GRANTS: Final = {"awarded": _awarded, "charges_unpaid": _charges_unpaid}
"""What is offered of a case, by its name."""
