"""A case on site and after: its orders, what was inspected, what was invoiced and paid."""

from collections.abc import Mapping
from typing import Any

from models import case_queries as queries
from models import findings
from models.base import AnyRow
from models.replaced import done_before, left_on, replaced_orders, replacements_on
from models.views import confirmation_of
from rules.documents.items import item_of, item_words
from rules.orders import GROUNDS, EndGround
from rules.pathway import StepName, StepStatus
from rules.replacements import NEXT_WORDS, WORDS, NextBy, ReplaceGround, left_words
from rules.snags import WITH_CONTRACTOR
from services.aftercare.survey import ANSWERS
from services.completion.snag_clocks import snag_due
from services.completion.views import views_on
from services.orders.variation_view import variation_view
from services.reports.case_page.file import INVOICES, PAYMENTS, CaseFile, of_case
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
        "replaced": _replaced(file, names=names),
    }


def _replaced(file: CaseFile, *, names: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what contractors that were replaced did, why, and what the works come to with it."""
    held = replacements_on(file.conn, case_id=file.id)
    if not held:
        return None
    done = replaced_orders(file.conn, case_id=file.id)
    now = file.price.total_pence if file.order and file.price else None
    before = done_before(file.conn, case_id=file.id).total_pence
    paid: dict[int, list[AnyRow]] = {}
    for row in of_case(file, PAYMENTS):
        paid.setdefault(row.order_id, []).append(row)
    return {
        "by_order": {row.order_id: _done(file, row, paid.get(row.order_id, [])) for row in done},
        "reasons": [
            {
                "on": row.replaced_on,
                "why": WORDS[ReplaceGround(row.ground)],
                "next": NEXT_WORDS[NextBy(row.next)],
                "direction": row.direction,
            }
            for row in held
        ],
        "left": left_words(left_on(file.conn, case_id=file.id) or {}),
        "done": [{"name": names[row.contractor], **row._mapping} for row in done],
        "before_pence": before,
        "order_pence": now,
        "total_pence": None if now is None else before + now,
    }


def _done(file: CaseFile, order: AnyRow, paid: list[AnyRow]) -> dict[str, Any]:
    priced = {row.line: row for row in queries.price_lines(file.conn, price_id=order.price_id)}
    return {
        "ending": order,
        "lines": [
            {
                "item": item_words(item_of(line=row.line, covers=priced[row.line].covers)),
                "what": priced[row.line].description,
                "ordered_pence": row.ordered_pence,
                "net_pence": row.net_pence,
            }
            for row in queries.valued_lines(file.conn, order_id=order.order_id)
        ],
        "paid_pence": sum(one.amount_pence for one in paid) if paid else None,
        "direct_pence": sum(one.direct_pence or 0 for one in paid),
    }


def inspection_section(file: CaseFile) -> dict[str, Any] | None:
    """Return what was found on each line, the certificates held and missing, the client's view."""
    if file.order is None:
        return None
    found = findings.inspections_on(file.conn, order_id=file.order.id)
    known = queries.inspected(file.conn, order=file.order)
    return {
        "findings": _alike({row.line: row for row in found}),
        "goes_on": file.hand.step_status(StepName.SIGN_OFF) is StepStatus.WAITING,
        "snags": _snags(file),
        "measured": {row.line: row.quantity for row in found if row.quantity is not None},
        "not_looked_at": known.not_looked_at,
        "not_inspected": known.not_inspected if found or file.order.completed_on else (),
        "certificates": findings.completion_certificates(file.conn, order_id=file.order.id),
        "missing": known.certificates_missing,
        **_handed(file),
        "refused": [
            (one, findings.shown_words(one))
            for one in findings.refused_on(file.conn, order_id=file.order.id)
        ],
        "views": views_on(file.conn, case_id=file.id),
        "confirmation": confirmation_of(file.conn, case_id=file.id),
        "defects_until": file.order.defects_until,
    }


def _handed(file: CaseFile) -> dict[str, Any]:
    """Return the documents that the contractor handed in of the order, by what they show."""
    assert file.order is not None  # noqa: S101 - whoever calls has an order
    certificates: dict[str, list[int]] = {}
    photographs: dict[str, list[AnyRow]] = {}
    for row in findings.handed_on(file.conn, order_id=file.order.id):
        if row.shows == "certificate":
            certificates.setdefault(row.certificate, []).append(row.document)
        else:
            words = "for servicing" if row.shows == "servicing" else row.shows
            photographs.setdefault(words, []).append(row)
    return {"certificate_files": certificates, "photographs": list(photographs.items())}


def _snags(file: CaseFile) -> list[dict[str, Any]]:
    """Return every snag of the order in force, the open ones first, with all that was said."""
    assert file.order is not None  # noqa: S101 - whoever calls has an order
    found = [
        {
            "snag": one,
            "due": snag_due(file.hand, one) if one.state in WITH_CONTRACTOR else None,
            "days": (file.today - one.found_on).days,
        }
        for one in findings.snags_on(file.conn, order_id=file.order.id)
    ]
    return sorted(found, key=lambda row: (not row["snag"].is_open, row["snag"].number))


def _alike(newest: Mapping[int, AnyRow]) -> list[tuple[list[int], AnyRow]]:
    """Return what stands of each line; lines found alike on one day together."""
    found: dict[tuple[Any, ...], tuple[list[int], AnyRow]] = {}
    for line, row in sorted(newest.items()):
        found.setdefault((row.result, row.note, row.inspected_on), ([], row))[0].append(line)
    return list(found.values())


def money_section(file: CaseFile) -> dict[str, Any]:
    """Return the invoices with what was paid on each, and the client's answers to the survey."""
    paid = of_case(file, PAYMENTS)
    invoices = [
        {**row._mapping, "payments": [one for one in paid if one.invoice_id == row.id]}
        for row in of_case(file, INVOICES)
    ]
    return {"invoices": invoices, "survey": of_case(file, ANSWERS)}
