"""Clocks of invoices that wait to be paid and have none: before completion, and of the replaced."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, exists, func, not_, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.invoices import CALLED
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.prices import Price
from models.tables.works import Invoice, WorkOrder
from rules.contracting import ContractingParty, last_day_to_pay, party_said
from rules.errors import NoBankHolidayDataError
from rules.pathway import CaseStatus
from services.cases.clocks.calendar import ByAuthority
from services.cases.clocks.rows import ClockWrites, clock_row, paused_times
from services.cases.clocks.terms import clock_terms, lot_of

_CREDIT: Final = aliased(Invoice)
_LIVE: Final = (CaseStatus.OPEN, CaseStatus.PAID)


def _without(name: str) -> Any:
    runs = exists().where(
        Clock.case_id == Case.id,
        Clock.name == name,
        Clock.subject == CALLED,
        Clock.stopped_on.is_(None),
    )
    return (
        select(
            *(Case.id.label("case_id"), Case.authority, Case.urgent, Case.complexity),
            CALLED.label("called"),
            func.coalesce(Invoice.received_on, Invoice.dated).label("came_on"),
            Price.basis,
        )
        .join(WorkOrder, WorkOrder.id == Invoice.order_id)
        .join(Case, Case.id == WorkOrder.case_id)
        .join(Price, Price.id == WorkOrder.price_id)
        .where(
            Case.status.in_(_LIVE),
            Invoice.status.in_(("received", "matched")),
            Invoice.credits_id.is_(None),
            not_(runs),
            ~exists().where(
                _CREDIT.credits_id == Invoice.id, _CREDIT.total_pence == Invoice.total_pence
            ),
        )
        .order_by(Invoice.id)
    )


_PAY: Final = _without("pay_invoice")
_BY_LAW: Final = _without("pay_by_law")


def start_missing_payments(conn: Connection, *, now: datetime) -> int:
    """Give each invoice that agrees and waits its clocks, where it has none.

    Returns:
        How many clocks were started.
    """
    pay = [(row, "pay_invoice") for row in conn.execute(_PAY)]
    law = [(row, "pay_by_law") for row in conn.execute(_BY_LAW) if _of_council(row)]
    fresh = list(_clocks(conn, [*pay, *law]))
    if fresh:
        ClockWrites(now, fresh=fresh).write(conn)
    return len(fresh)


def _of_council(row: AnyRow) -> bool:
    party = party_said(case=row.basis.get("contracting_party"), lot=None)
    return party is ContractingParty.COUNCIL


def _clocks(conn: Connection, wanted: list[tuple[AnyRow, str]]) -> Iterator[dict[str, Any]]:
    pauses = paused_times(conn, {row.case_id for row, _ in wanted})
    terms = ByAuthority(conn, clock_terms)
    for row, name in wanted:
        known = terms[row.authority]
        lot = lot_of(conn, case_id=row.case_id, book=known.book)
        by_law = last_day_to_pay(received_on=row.came_on) if name == "pay_by_law" else None
        try:
            yield clock_row(
                case_id=row.case_id,
                name=name,
                opened_on=row.came_on,
                terms=known,
                target=known.target(name, case=row, lot=lot, on=row.came_on),
                promised_on=by_law,
                subject=row.called,
                ahead=True,
                pauses=pauses.get(row.case_id, ()),
            )
        except NoBankHolidayDataError:
            continue
