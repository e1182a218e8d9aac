"""Cases as they are shown: one whole, the list, and the history."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models import case_queries as queries
from models.audit import SERVICE
from models.base import AnyRow
from models.case_queries import case_row
from models.tables.cases import Case, CaseStep
from models.tables.record import Audit, Document
from rules.clocks.dates import instant
from rules.pathway import PATHWAY, StepStatus
from services.cases.case_steps import steps_of
from services.cases.runs import runs_of
from services.reports.step_timings import step_timings


def case_view(conn: Connection, *, reference: str, today: date) -> dict[str, Any]:
    """Return a case whole, as plain values: money in pence, exact decimals as text.

    Args:
        today: Today's date, for how late a step is.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    case = case_row(conn, reference=reference)
    price = queries.newest_price(conn, case_id=case.id)
    award = queries.newest_award(conn, case_id=case.id)
    order = queries.live_order(conn, case_id=case.id)
    offer = queries.live_offer(conn, case_id=case.id)
    if order is not None:
        price = queries.price_by_id(conn, price_id=order.price_id)
    lines = queries.price_lines(conn, price_id=price.id) if price else []
    unpriced = set(price.basis.get("unpriced_lines", ())) if price else set()
    complete = price is not None and not unpriced
    return {
        "reference": case.reference,
        "authority": case.authority,
        "status": case.status,
        "client_name": case.client_name,
        "address": case.address,
        "postcode": case.postcode,
        "work_type": case.work_type,
        "tenure": case.tenure,
        "steps": _steps(conn, case=case, today=today),
        "route": award.route if award else None,
        "contractor": next((row.contractor for row in (order, offer, award) if row), None),
        "order_number": order.number if order else None,
        "net_pence": price.net_pence if price and complete else None,
        "vat_pence": price.vat_pence if price and complete else None,
        "total_pence": price.total_pence if price and complete else None,
        "lines": sorted(
            [_line(line) for line in lines] + _unpriced(conn, case=case, lines=unpriced),
            key=lambda line: int(line["line"]),
        ),
        "documents": _documents(conn, case_id=case.id),
        "runs": [
            {"step": run.step, "flow_run_id": run.flow_run_id, "state": run.state}
            for run in runs_of(conn, case_id=case.id)
        ],
        "ended": {"stage": case.ended_stage, "reason": case.ended_reason}
        if case.ended_reason
        else None,
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
                "waiting_for": row.waiting_for if row else "",
                "opened_at": instant(row.opened_at) if row else None,
                "due_on": row.due_on.isoformat() if row and row.due_on else None,
                "timing": timings.get(name, ""),
                "closed_at": instant(row.closed_at) if row and row.closed_at else None,
                "trouble": row.trouble if row else "",
            }
        )
    return shown


def _line(line: AnyRow) -> dict[str, Any]:
    return {
        "line": line.line,
        "code": line.code,
        "description": line.description,
        "location": line.location,
        "quantity": f"{line.quantity:f}",
        "unit": line.unit,
        "rate": f"{line.rate:f}",
        "net_pence": line.net_pence,
        "vat_rate": f"{line.vat_rate:f}",
        "vat_pence": line.vat_pence,
        "vat_reason": line.vat_reason,
        "calculation": line.calculation,
    }


def _unpriced(conn: Connection, *, case: AnyRow, lines: set[int]) -> list[dict[str, Any]]:
    """Return bespoke lines that nobody has quoted for: no figure, rather than nought."""
    if not lines:
        return []
    return [
        {
            "line": row.line,
            "code": None,
            "description": row.description,
            "location": row.location,
            "quantity": f"{row.quantity:f}",
            "unit": row.unit,
            "rate": None,
            "net_pence": None,
            "vat_rate": None,
            "vat_pence": None,
            "vat_reason": None,
            "calculation": None,
        }
        for row in queries.works_lines(conn, case_id=case.id)
        if row.line in lines
    ]


def _documents(conn: Connection, *, case_id: int) -> list[dict[str, Any]]:
    query = select(*Document.__table__.c).where(Document.case_id == case_id)
    return [
        {
            "kind": row.kind,
            "version": row.version,
            "path": row.path,
            "sha256": row.sha256,
            "html_path": row.html_path,
        }
        for row in conn.execute(query.order_by(Document.id))
    ]


def case_list(
    conn: Connection, *, authority: str = "", status: str = "", step: str = ""
) -> list[dict[str, Any]]:
    """Return cases in the order of their references, each with what it waits for.

    Args:
        authority: Only this authority's, if given.
        status: Only this case status, if given.
        step: Only cases with this step open, if given.
    """
    query = select(
        Case.id, Case.reference, Case.authority, Case.client_name, Case.work_type, Case.status
    ).order_by(Case.reference)
    if authority:
        query = query.where(Case.authority == authority)
    if status:
        query = query.where(Case.status == status)
    waits = _open_steps(conn)
    shown = []
    for row in conn.execute(query):
        open_steps = waits.get(row.id, [])
        if step and step not in {wait["step"] for wait in open_steps}:
            continue
        shown.append({**row._mapping, "open_steps": open_steps})
        del shown[-1]["id"]
    return shown


def _open_steps(conn: Connection) -> dict[int, list[dict[str, Any]]]:
    query = (
        select(
            CaseStep.case_id,
            CaseStep.step,
            CaseStep.owner,
            CaseStep.waiting_for,
            CaseStep.due_on,
            CaseStep.trouble,
        )
        .where(CaseStep.closed_at.is_(None), CaseStep.current)
        .order_by(CaseStep.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in conn.execute(query):
        found.setdefault(row.case_id, []).append(
            {
                "step": row.step,
                "owner": row.owner,
                "waiting_for": row.waiting_for,
                "due_on": row.due_on.isoformat() if row.due_on else None,
                "trouble": row.trouble,
            }
        )
    return found


def case_history(conn: Connection, *, reference: str) -> list[dict[str, Any]]:
    """Return everything that happened on a case, oldest first.

    Args:
        reference: The case reference, or ``service`` for what concerns no single case.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    if reference != SERVICE:
        case_row(conn, reference=reference)
    query = select(*Audit.__table__.c).where(Audit.chain == reference)
    return [
        {
            "at": instant(row.at),
            "actor": row.actor,
            "action": row.action,
            "reason": row.reason,
            "detail": row.detail,
            "hash": row.hash,
        }
        for row in conn.execute(query.order_by(Audit.sequence))
    ]
