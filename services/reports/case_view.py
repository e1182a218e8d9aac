"""One case as it is shown whole."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models import case_queries as queries
from models.base import AnyRow, rows_by
from models.case_queries import case_row
from models.tables.clocks import Clock
from models.tables.record import Document
from rules.clocks import clock_words
from rules.clocks.dates import instant
from rules.clocks.workdays import Calendar
from rules.documents.items import item_of, item_shown
from rules.errors import NoBankHolidayDataError
from rules.orders import GROUNDS, EndGround
from rules.pathway import PATHWAY, StepStatus
from services.cases.case_steps import steps_of
from services.cases.clocks.calendar import calendar_for
from services.cases.runs import runs_of
from services.cases.whose import named_holder, people_of
from services.orders.flagged import flags_of
from services.orders.site_view import site_view
from services.orders.variation_view import variation_view
from services.rates.items import in_force
from services.tenders.contracting import contracting_view

_OF_CASE: Final = (
    *("reference", "authority", "status", "client_name", "address", "postcode"),
    *("work_type", "tenure"),
)
_OF_LINE: Final = (
    *("line", "code", "description", "location", "quantity", "unit", "rate", "net_pence"),
    *("vat_rate", "vat_pence", "vat_reason", "calculation"),
)
_EXACT: Final = frozenset({"quantity", "rate", "vat_rate"})
"""Decimals, which are shown as text."""

_KNOWN_UNPRICED: Final = frozenset({"line", "description", "location", "quantity", "unit"})
_OF_DOCUMENT: Final = ("kind", "version", "path", "sha256", "html_path")
_CLOCKS: Final = (
    select(Clock.step, Clock.due_on, Clock.paused)
    .where(Clock.case_id == bindparam("case_id"), Clock.stopped_on.is_(None), Clock.step != "")
    .order_by(Clock.due_on.is_(None).desc(), Clock.due_on.desc(), Clock.id)
)
_DOCUMENTS: Final = rows_by(Document, "case_id").order_by(Document.id)


def _values(row: AnyRow, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def case_view(conn: Connection, *, reference: str, today: date) -> dict[str, Any]:
    """Return a case whole, as plain values: money in pence, exact decimals as text.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    case = case_row(conn, reference=reference)
    order = queries.live_order(conn, case_id=case.id)
    flags = flags_of(conn, case=case, on=today)
    return {
        **_values(case, _OF_CASE),
        **people_of(conn, case, on=today),
        "steps": _steps(conn, case=case, today=today),
        **_chosen(conn, case=case, order=order),
        **_priced(conn, case=case, order=order, today=today),
        "flags": [one.words for one in flags.found] if flags else [],
        "works": _works(conn, case=case, today=today),
        "documents": [
            _values(row, _OF_DOCUMENT) for row in conn.execute(_DOCUMENTS, {"case_id": case.id})
        ],
        "runs": [
            _values(run, ("step", "flow_run_id", "state")) for run in runs_of(conn, case_id=case.id)
        ],
        **_ordered(conn, case=case, order=order, today=today),
        "ended": {"stage": case.ended_stage, "reason": case.ended_reason}
        if case.ended_reason
        else None,
    }


def _chosen(conn: Connection, *, case: AnyRow, order: AnyRow | None) -> dict[str, Any]:
    """Return by which route a contractor was chosen, whom it is, and every offer."""
    award = queries.newest_award(conn, case_id=case.id)
    offer = queries.live_offer(conn, case_id=case.id)
    return {
        "route": award.route if award else None,
        "contractor": next((row.contractor for row in (order, offer, award) if row), None),
        "offers": [
            {
                **_values(row, ("contractor", "status", "eligibility")),
                "offered_at": instant(row.offered_at),
            }
            for row in queries.offers_on(conn, case_id=case.id)
        ],
    }


def _priced(conn: Connection, *, case: AnyRow, order: AnyRow | None, today: date) -> dict[str, Any]:
    """Return the price, that of the order where there is one; no sum while a line has none."""
    price = queries.newest_price(conn, case_id=case.id)
    if order is not None:
        price = queries.price_by_id(conn, price_id=order.price_id)
    lines = queries.price_lines(conn, price_id=price.id) if price else []
    unpriced = set(price.basis.get("unpriced_lines", ())) if price else set()
    sums = ("net_pence", "vat_pence", "total_pence")
    return {
        **(_values(price, sums) if price and not unpriced else dict.fromkeys(sums)),
        "contracting": contracting_view(conn, case=case, price=price, on=today),
        "lines": sorted(
            [_line(line) for line in lines] + _unpriced(conn, case=case, lines=unpriced),
            key=lambda line: int(line["line"] or 0),  # items are in their order
        ),
    }


def _ordered(
    conn: Connection, *, case: AnyRow, order: AnyRow | None, today: date
) -> dict[str, Any]:
    """Return the order with its variations, what was done of it and how it goes on site."""
    calendar = _calendar(conn, case)
    return {
        "order_number": order.number if order else None,
        "order": None
        if order is None
        else _plain(variation_view(conn, order=order, calendar=calendar)),
        "done": _done(conn, order=order),
        "on_site": site_view(conn, case=case, order=order, calendar=calendar, today=today),
    }


def _plain(value: Any) -> Any:
    """Return what a page shows as JSON has it: days in ISO, instants in UTC with Z."""
    if isinstance(value, dict):
        return {name: _plain(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_plain(held) for held in value]
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else value


def _calendar(conn: Connection, case: AnyRow) -> Calendar | None:
    try:
        return calendar_for(conn, authority=case.authority)
    except NoBankHolidayDataError:
        return None


def _done(conn: Connection, *, order: AnyRow | None) -> dict[str, Any] | None:
    """Return what was done of an order whose works stopped, line by line."""
    ending = queries.ending_of(conn, order_id=order.id) if order is not None else None
    if order is None or ending is None:
        return None
    ground = GROUNDS[EndGround(ending.ground)]
    priced = queries.price_lines(conn, price_id=order.price_id)
    items = {row.line: item_of(line=row.line, covers=row.covers) for row in priced}
    return {
        **_values(ending, ("ground", "ended_by", "net_pence", "vat_pence", "total_pence")),
        **_values(ending, ("direct_pence", "grant_pence")),
        "ended_on": ending.ended_on.isoformat(),
        "words": f"{ground.words} ({ground.section})",
        "lines": [
            {
                "item": str(items[row.line]),
                **_values(row, ("ordered_pence", "net_pence", "vat_pence")),
            }
            for row in queries.valued_lines(conn, order_id=order.id)
        ],
    }


def _steps(conn: Connection, *, case: AnyRow, today: date) -> list[dict[str, Any]]:
    timings = step_timings(conn, case=case, today=today)
    opened = {row.step: row for row in steps_of(conn, case_id=case.id)}
    shown = []
    for name, step in PATHWAY.items():
        row = opened.get(name)
        shown.append(
            {
                "step": name.value,
                "status": row.status.value if row else StepStatus.NOT_STARTED.value,
                "owner": row.owner if row else step.owner,
                "holder": named_holder(conn, row.owner if row else step.owner, case, on=today),
                "waiting_for": row.waiting_for if row else "",
                "opened_at": instant(row.opened_at) if row else None,
                "due_on": row.due_on.isoformat() if row and row.due_on else None,
                "timing": timings.get(name, ""),
                "closed_at": instant(row.closed_at) if row and row.closed_at else None,
                "trouble": row.trouble if row else "",
            }
        )
    return shown


def step_timings(conn: Connection, *, case: AnyRow, today: date) -> dict[str, str]:
    """Return, for each open step of a case, how the first of its clocks to be due stands.

    Returns:
        Step to words, such as ``7 working days late``. None of them where the bank holidays of a
        year are not held: no case is kept from being shown by that, and its due dates are there.
    """
    clocks = {row.step: row for row in conn.execute(_CLOCKS, {"case_id": case.id})}
    try:
        calendar = calendar_for(conn, authority=case.authority)
        return {
            step: clock_words.timing(
                due_on=row.due_on,
                today=today,
                calendar=calendar,
                paused_since=case.paused_on if row.paused else None,
            )
            for step, row in clocks.items()
        }
    except NoBankHolidayDataError:
        return {}


def _line(line: AnyRow) -> dict[str, Any]:
    return {
        **_values(line, _OF_LINE),
        **{name: f"{getattr(line, name):f}" for name in _EXACT},
        **item_shown(line.line, line.covers),
    }


def _unpriced(conn: Connection, *, case: AnyRow, lines: set[int]) -> list[dict[str, Any]]:
    """Return bespoke lines that nobody has quoted for: no figure, rather than nought."""
    if not lines:
        return []
    return [
        {
            **dict.fromkeys(_OF_LINE),
            **_values(row, _KNOWN_UNPRICED),
            "quantity": f"{row.quantity:f}",
            **item_shown(row.line, None),
        }
        for row in queries.works_lines(conn, case_id=case.id)
        if row.line in lines
    ]


def _works(conn: Connection, *, case: AnyRow, today: date) -> list[dict[str, Any]]:
    """Return the works lines by their numbers: what is inspected, quoted for and re-measured."""
    rows = queries.works_lines(conn, case_id=case.id)
    items = in_force(conn, codes={row.code for row in rows if row.code}, on=today).items
    shown = []
    for row in rows:
        item = items.get(row.code)
        shown.append(
            {
                **_values(row, ("line", "code", "location")),
                "description": row.description or (item.short_description if item else ""),
                "quantity": f"{row.quantity:f}",
                "unit": row.unit or (item.unit if item else ""),
                "certificates": list(item.certificates if item else row.certificates),
                "no_certificates_because": row.no_certificates_because,
            }
        )
    return shown
