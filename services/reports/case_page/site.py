"""A case on site and after: its orders, what was inspected, what was invoiced and paid."""

from collections.abc import Mapping
from typing import Any

from models import case_queries as queries
from models.base import AnyRow
from rules.orders import GROUNDS, EndGround
from services.orders.variation_view import variation_view
from services.payments.after import ANSWERS
from services.reports.case_page.file import INVOICES, CaseFile, of_case
from services.tenders.award_facts import contractor_names


def order_section(file: CaseFile) -> dict[str, Any]:
    """Return the work orders of a case, the newest first, and how one ended with what was done."""
    orders = queries.orders_on(file.conn, case_id=file.id)
    names = contractor_names(file.conn, codes={row.contractor for row in orders})
    ending = queries.ending_of(file.conn, order_id=file.order.id) if file.order else None
    return {
        "orders": [
            {**row._mapping, "name": names.get(row.contractor, row.contractor)}
            for row in reversed(orders)
        ],
        "varied": variation_view(file.conn, order=file.order, calendar=file.calendar)
        if file.order
        else None,
        "ending": ending,
        "ground": GROUNDS[EndGround(ending.ground)] if ending else None,
        "valued": queries.valued_lines(file.conn, order_id=file.order.id)
        if file.order and ending
        else [],
    }


def inspection_section(file: CaseFile) -> dict[str, Any] | None:
    """Return what was found on each line, the certificates held and missing, the client's view."""
    if file.order is None:
        return None
    findings = queries.inspections_on(file.conn, order_id=file.order.id)
    known = queries.inspected(file.conn, order=file.order)
    return {
        "findings": _alike({row.line: row for row in findings}),
        "not_inspected": known.not_inspected if findings or file.order.completed_on else (),
        "certificates": queries.completion_certificates(file.conn, order_id=file.order.id),
        "missing": known.certificates_missing,
        "client_agrees": known.client_agrees,
        "defects_until": file.order.defects_until,
    }


def _alike(newest: Mapping[int, AnyRow]) -> list[tuple[list[int], AnyRow]]:
    """Return what stands of each line; lines found alike on one day together."""
    found: dict[tuple[Any, ...], tuple[list[int], AnyRow]] = {}
    for line, row in sorted(newest.items()):
        found.setdefault((row.result, row.note, row.inspected_on), ([], row))[0].append(line)
    return list(found.values())


def money_section(file: CaseFile) -> dict[str, Any]:
    """Return the invoices with what was paid on each, and the client's answers to the survey."""
    return {"invoices": of_case(file, INVOICES), "survey": of_case(file, ANSWERS)}
