"""The ledger of turns: what each contractor of a lot was offered since 1 April, and when last.

The database adds the turns up; nobody reads them one by one.
"""

from datetime import date
from typing import Final

from sqlalchemy import Connection, Date, and_, bindparam, func, select

from models.remembered import shared
from models.tables.contractors import LotContractor
from models.tables.prices import Turn
from rules.tenders.awards import Ledger, year_start

_DAY: Final = bindparam("on", type_=Date)
_SINCE: Final = bindparam("since", type_=Date)

_OWN: Final = and_(Turn.lot == LotContractor.lot, Turn.contractor == LotContractor.contractor)
_LAST: Final = (
    select(Turn.id)
    .where(_OWN, Turn.offered_on <= _DAY)
    .order_by(Turn.offered_on.desc(), Turn.id.desc())
    .limit(1)
    .correlate(LotContractor)
    .scalar_subquery()
)
_SUMS: Final = (
    select(
        LotContractor.contractor,
        func.coalesce(func.sum(Turn.net_pence), 0).label("value_pence"),
        func.count(Turn.id).label("turns"),
        _LAST.label("last_id"),
    )
    .outerjoin(Turn, and_(_OWN, Turn.offered_on >= _SINCE, Turn.offered_on <= _DAY))
    .where(LotContractor.lot == bindparam("lot"))
    .group_by(LotContractor.lot, LotContractor.contractor)
    .subquery()
)
_LEDGER: Final = (
    select(*_SUMS.c, Turn.offered_on)
    .outerjoin(Turn, Turn.id == _SUMS.c.last_id)
    .order_by(_SUMS.c.contractor)
)


@shared
def ledger(conn: Connection, *, lot: str, on: date) -> dict[str, Ledger]:
    """Return what the turns of each contractor of a lot come to, up to and on a day."""
    rows = conn.execute(_LEDGER, {"lot": lot, "on": on, "since": year_start(on)})
    return {
        # PostgreSQL adds whole numbers up to a Decimal
        row.contractor: Ledger(int(row.value_pence), row.turns, row.offered_on, row.last_id or 0)
        for row in rows
    }
