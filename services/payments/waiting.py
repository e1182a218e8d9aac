"""Invoices that agree and wait: by which day each is to be paid, and what holds one up."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, case, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from models.base import AnyRow
from models.findings import OPEN_SNAG
from models.invoices import CALLED
from models.tables.agreement import ClientView
from models.tables.cases import Case
from models.tables.clocks import Clock
from models.tables.contractors import Contractor
from models.tables.payment_lines import PaymentLine
from models.tables.payments import Withholding
from models.tables.prices import Price, PriceLine
from models.tables.record import Decision
from models.tables.works import Approval, Inspection, Invoice, OrderEnding, WorkOrder
from rules.completion import line_words
from rules.documents.items import item_of
from rules.paying import Payee, payee_by
from rules.payments.match import PAY_CLOCKS
from rules.people import Actor, may_see
from services.grants.direct import TOLD
from services.tenders.contracting import party_of_price

_BY: Final = (
    select(func.min(Clock.due_on))
    .where(
        Clock.case_id == Case.id,
        Clock.name.in_(PAY_CLOCKS),
        Clock.subject == CALLED,
        Clock.stopped_on.is_(None),
        Clock.due_on.is_not(None),
    )
    .scalar_subquery()
)
_WITHHELD, _WITHHELD_AT = (
    select(func.min(column))
    .where(Withholding.case_id == Case.id, Withholding.lifted_at.is_(None))
    .scalar_subquery()
    for column in (Withholding.asked_on, Withholding.withheld_at)
)
_LATER_VIEW: Final = aliased(ClientView)
_UNANSWERED: Final = (
    select(func.min(ClientView.said_on))
    .where(
        ClientView.case_id == Case.id,
        ClientView.agrees.is_(False),
        ClientView.answered_at.is_(None),
        ~exists().where(
            _LATER_VIEW.case_id == ClientView.case_id, _LATER_VIEW.number > ClientView.number
        ),
    )
    .scalar_subquery()
)
_CHOSEN: Final = (
    select(func.max(Decision.decided_at))
    .where(Decision.case_id == Case.id, Decision.kind == literal_column("'pay-applicant'"))
    .scalar_subquery()
)
_DEFERRED: Final = (
    select(Approval.pay_from)
    .where(Approval.case_id == Case.id)
    .order_by(Approval.step_revision.desc())
    .limit(1)
    .scalar_subquery()
)
_ENDED: Final = exists().where(OrderEnding.order_id == WorkOrder.id)
_WAITS: Final = (Invoice.status == "matched", Invoice.credits_id.is_(None))
_MATCHED: Final = (
    select(
        *(Invoice.id, Invoice.order_id, Invoice.lines, WorkOrder.price_id),
        Case.reference,
        Case.authority,
        WorkOrder.number.label("order_number"),
        Invoice.number.label("invoice"),
        Invoice.dated,
        Invoice.total_pence,
        Contractor.name.label("payee"),
        _BY.label("pay_by"),
        _WITHHELD.label("withheld"),
        _DEFERRED.label("pay_from"),
        case((WorkOrder.status == "replaced", None), else_=_UNANSWERED).label("unanswered"),
        TOLD.label("told"),
        _CHOSEN.label("chosen_at"),
        _WITHHELD_AT.label("withheld_at"),
        Price.basis,
    )
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .join(Price, Price.id == WorkOrder.price_id)
    .join(Case, Case.id == WorkOrder.case_id)
    .join(Contractor, Contractor.code == Invoice.contractor)
    .where(*_WAITS)
    .order_by(Invoice.dated, Invoice.id)
)
_SNAGS: Final = (
    select(Inspection.order_id, Inspection.line)
    .join(WorkOrder, WorkOrder.id == Inspection.order_id)
    .where(exists().where(Invoice.order_id == WorkOrder.id, *_WAITS), OPEN_SNAG, ~_ENDED)
    .distinct()
)
_COVERS: Final = (
    select(PriceLine.price_id, PriceLine.line, PriceLine.covers)
    .where(PriceLine.price_id.in_(bindparam("price_ids", expanding=True)))
    .order_by(PriceLine.price_id, PriceLine.line)
)
_PAID: Final = (
    select(PaymentLine.invoice_id, PaymentLine.item)
    .join(Invoice, Invoice.id == PaymentLine.invoice_id)
    .where(*_WAITS)
)


class ToRelease(NamedTuple):
    """An invoice that a second person may release, or that something holds up.

    Args:
        late: Whether the day by which it was to be paid is over.
        against: Why it cannot be released now; empty where it can.
        part: What of it cannot be; empty where all of it can, or none.
    """

    row: AnyRow
    late: bool
    against: str = ""
    part: str = ""


def to_release(conn: Connection, *, viewer: Actor, today: date) -> list[ToRelease]:
    """Return the invoices that wait for their release: late ones first, then the oldest."""
    rows = [row for row in conn.execute(_MATCHED) if may_see(viewer, authority=row.authority)]
    held = _held(conn, rows)
    found = [
        ToRelease(
            row,
            row.pay_by is not None and row.pay_by < today,
            against=_against(row, today) or ("" if held[row.id].part else held[row.id].words),
            part=held[row.id].words if held[row.id].part else "",
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.late)


def _against(row: AnyRow, today: date) -> str:
    """Return what stops the release of all of an invoice; as ``release`` refuses it."""
    if row.pay_from is not None and today < row.pay_from:
        return f"Deferred: nothing is paid before {row.pay_from:%-d %B %Y} (s.36)."
    payee = payee_by(
        person=party_of_price(row).is_person,
        chosen_at=row.chosen_at,
        withheld_at=row.withheld_at,
        told=row.told,
    )
    if row.withheld is not None and payee is not Payee.APPLICANT:
        return f"Withheld: the client asked for it on {row.withheld:%-d %B %Y} (s.39(2))."
    if payee is Payee.CONTRACTOR and not row.told:
        return "Held: the applicant was not told before the approval of direct payment (s.39(1))."
    if row.unanswered is not None:
        return (
            f"Held: the client said on {row.unanswered:%-d %B %Y} that works are outstanding, and "
            "has no answer in writing."
        )
    return ""


class _Held(NamedTuple):
    """What snags hold of an invoice.

    Args:
        part: Whether other lines of it can be released.
    """

    words: str
    part: bool


def _held(conn: Connection, rows: list[AnyRow]) -> dict[int, _Held]:
    """Return what snags hold of each invoice, by its row id."""
    snags: dict[int, set[int]] = {}
    for row in conn.execute(_SNAGS) if rows else ():
        snags.setdefault(row.order_id, set()).add(row.line)
    if not snags:
        return {row.id: _Held("", part=False) for row in rows}
    paid = {(row.invoice_id, row.item) for row in conn.execute(_PAID)}
    prices = sorted({row.price_id for row in rows if row.order_id in snags})
    covers: dict[int, dict[str, tuple[int, ...]]] = {}
    for line in conn.execute(_COVERS, {"price_ids": prices}):
        item = str(item_of(line=line.line, covers=line.covers))
        covers.setdefault(line.price_id, {})[item] = line.covers or (line.line,)
    return {
        row.id: _of_invoice(row, snags.get(row.order_id, set()), covers.get(row.price_id, {}), paid)
        for row in rows
    }


def _of_invoice(
    row: AnyRow, snags: set[int], covers: Mapping[str, tuple[int, ...]], paid: set[tuple[int, str]]
) -> _Held:
    left = [item for item in row.lines if (row.id, item) not in paid]
    held = [item for item in left if snags.intersection(covers.get(item, ()))]
    if not held:
        return _Held("", part=False)
    lines = sorted({line for item in held for line in snags.intersection(covers[item])})
    part = len(held) < len(left)
    what = "part of it" if part else "all that is left of it"
    return _Held(f"Held, {what}: a snag is open on {line_words(tuple(lines))}.", part=part)


def plain(one: ToRelease) -> dict[str, Any]:
    """Return one as a command prints it."""
    hidden = {"id", "order_id", "lines", "price_id", "told", "chosen_at", "withheld_at", "basis"}
    row = {name: value for name, value in one.row._mapping.items() if name not in hidden}
    return {**row, "late": one.late, "against": one.against, "part": one.part}
