"""The standstill of a council's own contract outside a framework (Procurement Act 2023 s.51)."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from models.asked import one
from models.base import AnyRow
from models.case_queries import price_by_id
from models.tables.many_cases import BatchAward, BatchCase
from models.tables.record import Decision
from rules.clocks.dates import london_date
from rules.clocks.workdays import Calendar
from rules.tenders.procurement import COUNCIL, standstill_ends
from services.tenders.contracting import party_of_price
from services.tenders.lot_terms import lot_says

_CHOSEN: Final = select(func.max(Decision.decided_at).label("at")).where(
    Decision.case_id == bindparam("case_id"), Decision.kind == "award-quote"
)
_OWN: Final = aliased(BatchCase)
_TOGETHER: Final = (
    select(func.sum(BatchCase.total_pence).label("pence"))
    .join(BatchAward, BatchAward.id == BatchCase.batch_id)
    .join(_OWN, _OWN.batch_id == BatchCase.batch_id)
    .where(
        _OWN.case_id == bindparam("case_id"),
        _OWN.contractor == BatchCase.contractor,
        BatchAward.status == "accepted",
    )
)


def standstill_of(
    conn: Connection, *, made: AnyRow, price_id: int, calendar: Calendar
) -> date | None:
    """Return the last day on which an award's works may not be accepted yet; None for none.

    Works awarded together in a batch count as one contract with their contractor.
    """
    said, price = lot_says(conn, lot=made.lot), price_by_id(conn, price_id=price_id)
    party, framework = party_of_price(price), said is not None and said.framework is not False
    if framework or party != COUNCIL:
        return None
    asked = {"case_id": made.case_id}
    chosen, together = one(conn, _CHOSEN, **asked), one(conn, _TOGETHER, **asked)
    told_at = max(filter(None, (made.made_at, chosen.at if chosen else None)))
    return standstill_ends(
        party=party,
        framework=framework,
        goods=bool(said and said.goods),
        total_pence=max(price.total_pence, (together and together.pence) or 0),
        told_on=london_date(told_at),
        add=calendar.add,
    )
