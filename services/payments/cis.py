"""CIS: what HMRC said of a contractor, what is deducted of a payment, a month's figures."""

import re
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select

from adapters.sealing import bank_key, sealed, unsealed
from models.audit import note_service, take_turn
from models.base import AnyRow, rows_by
from models.case_queries import price_by_id
from models.contacts import contractor_called
from models.people import acting
from models.tables.cases import Case
from models.tables.contractors import Contractor
from models.tables.payment_lines import PaymentLine
from models.tables.payments import CisStatus
from models.tables.works import Invoice, Payment, WorkOrder
from rules.cis import PERCENT, UNMATCHED, Deduction, deduction, net_paid, tax_month, utr_typed
from rules.clocks.dates import london_date
from rules.contracting import Topic, what_follows
from rules.decisions.particulars import check_reason
from rules.errors import (
    AlreadyDecidedError,
    BrokenStateError,
    InvalidDecisionError,
    InvalidTermsError,
    StatuteError,
)
from rules.paying import check_may_pay
from rules.people import Actor, may_see
from services.tenders.contracting import party_of_price

_KEEP: Final = insert(CisStatus)
_OF: Final = rows_by(CisStatus, "contractor").order_by(CisStatus.valid_from.desc())
_VERIFICATION: Final = re.compile(r"V[0-9]{10}[A-Z]{0,2}")
_OF_LINES: Final = select(func.sum(PaymentLine.net_pence)).where(
    PaymentLine.payment_id == Payment.id
)
GROSS: Final = func.coalesce(_OF_LINES.scalar_subquery(), Invoice.net_pence)
"""What a payment is for without VAT, whoever pays it: of an earlier version, all of its invoice."""

GROSS_WITH_VAT: Final = func.coalesce(
    select(func.sum(PaymentLine.net_pence + PaymentLine.vat_pence))
    .where(PaymentLine.payment_id == Payment.id)
    .scalar_subquery(),
    Invoice.total_pence,
)
_MONTH: Final = (
    select(
        Contractor.code.label("contractor"),
        Contractor.name,
        Case.authority,
        Case.reference,
        WorkOrder.number.label("order_number"),
        Invoice.number.label("invoice_number"),
        Invoice.total_pence,
        Payment.amount_pence,
        Payment.labour_pence,
        Payment.cis_percent,
        Payment.deducted_pence,
        Payment.released_on,
        GROSS.label("gross_parts_net"),
        GROSS_WITH_VAT.label("gross_parts_total"),
    )
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .join(Case, Case.id == WorkOrder.case_id)
    .join(Contractor, Contractor.code == Invoice.contractor)
    .where(
        Payment.cis_percent.is_not(None),
        Payment.released_on.between(bindparam("first"), bindparam("last")),
    )
    .order_by(Contractor.code, Payment.id)
)


def status_on(conn: Connection, *, contractor: str, on: date) -> AnyRow | None:
    """Return what HMRC had said of a contractor by a day, or None."""
    found = conn.execute(_OF, {"contractor": contractor})
    return next((row for row in found if row.valid_from <= on), None)


def statuses_of(conn: Connection, *, contractor: str) -> list[AnyRow]:
    """Return everything HMRC said of a contractor, the newest first."""
    return list(conn.execute(_OF, {"contractor": contractor}))


def record_status(
    conn: Connection,
    *,
    contractor: str,
    status: str,
    verification: str,
    utr: str = "",
    valid_from: date,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Record what HMRC answered when a contractor was verified.

    Args:
        utr: Its unique taxpayer reference, kept sealed: it is personal where it is a sole trader's.
            Needed unless HMRC could not match it.

    Raises:
        HandrailError: The person or what is given does not allow it; nothing is changed.
    """
    take_turn(conn)
    firm = contractor_called(conn, code=contractor)
    today = london_date(now)
    actor = acting(conn, identity=by, on=today)
    theirs = [one for one in firm.authorities if one in actor.authorities]
    check_may_pay(actor=actor, what="a CIS status", authority=(*theirs, *firm.authorities)[0])
    check_reason(reason, what="A CIS status")
    number = verification.strip().upper()
    tax = utr_typed(utr)
    _check(status, number, tax, future=valid_from > today)
    if any(row.valid_from == valid_from for row in statuses_of(conn, contractor=firm.code)):
        raise AlreadyDecidedError(
            f"What HMRC said of {firm.code} on {valid_from:%-d %B %Y} is on record already.",
            next_step="Give the day on which it was verified again.",
        )
    said = {"status": status, "verification": number}
    conn.execute(
        _KEEP,
        {
            **said,
            "utr": _closed(tax, about=firm.code) if tax else None,
            "contractor": firm.code,
            "valid_from": valid_from,
            "recorded_by": actor.identity,
            "recorded_at": now,
        },
    )
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action="CIS status",
        reason=reason,
        detail={"contractor": firm.code, "valid_from": valid_from.isoformat(), **said},
    )


def utr_of(status: AnyRow | None) -> str:
    """Return the tax reference that was recorded with a status; empty where none was.

    Raises:
        BrokenStateError: Another key sealed it, or it was somebody else's.
    """
    if status is None or status.utr is None:
        return ""
    held = unsealed(status.utr, key=bank_key(), about=f"utr:{status.contractor}")
    if held is None:
        raise BrokenStateError(
            f"The tax reference of {status.contractor} cannot be read.",
            why="It was sealed with another key, or for somebody else.",
            next_step="Put sign-in.key back from the back-up that goes with this database.",
        )
    return held.decode()


def _closed(utr: str, *, about: str) -> str:
    return sealed(utr.encode(), key=bank_key(), about=f"utr:{about}")


def _check(status: str, verification: str, utr: str, *, future: bool) -> None:
    wrong = []
    if status not in PERCENT:
        wrong.append(f"The status is one of {', '.join(PERCENT)}.")
    if not _VERIFICATION.fullmatch(verification):
        wrong.append("HMRC’s verification number is V and ten digits, such as V1234567890.")
    if not utr and status != UNMATCHED:
        wrong.append("Give its unique taxpayer reference: the statement of deductions has it.")
    if future:
        wrong.append("A contractor is not verified in the future.")
    if wrong:
        raise InvalidTermsError("This is no CIS status.", why=" ".join(wrong))


def deducted(
    conn: Connection,
    *,
    order: AnyRow,
    net_pence: int,
    total_pence: int,
    council_pence: int,
    materials_pence: int | None,
    on: date,
) -> Deduction | None:
    """Return what is deducted of a payment, or None where the scheme has no say.

    Args:
        net_pence: What is paid of the invoice, without VAT.
        total_pence: The same with VAT.
        council_pence: What is released of it, with VAT.
        materials_pence: What the invoice says its materials cost, without VAT; None where it was
            not given.

    Raises:
        StatuteError: The contractor was not verified.
        InvalidDecisionError: The materials are missing, or more than there is.
    """
    party = party_of_price(price_by_id(conn, price_id=order.price_id))
    if not what_follows(party)[Topic.CIS].holds or not council_pence:
        return None
    held = status_on(conn, contractor=order.contractor, on=on)
    if held is None:
        raise StatuteError(
            f"{order.contractor} was not verified with HMRC, and the contracting party of "
            f"{order.number} is {party.words}.",
            why="Whether tax is deducted of the payment, and how much, is what HMRC answers.",
            section="Finance Act 2004 s.61",
            next_step=f"Verify it, and record the answer: `handrail payments cis-status "
            f"{order.contractor}`.",
        )
    if materials_pence is None and PERCENT[held.status]:
        raise InvalidDecisionError(
            f"{PERCENT[held.status]} % of labour is deducted for CIS, and nobody said what the "
            "materials cost.",
            why="It is deducted of labour alone, not of materials or VAT.",
            next_step="Give what the invoice says of materials without VAT, 0 for none "
            "(--materials).",
        )
    net = net_paid(net_pence=net_pence, total_pence=total_pence, paid_pence=council_pence)
    return deduction(net_pence=net, materials_pence=materials_pence or 0, status=held.status)


def gross_of(row: AnyRow) -> int:
    """Return what a payment comes to without VAT, of what the council pays of it.

    Args:
        row: With ``GROSS`` and ``GROSS_WITH_VAT`` as ``gross_parts_net`` and ``…_total``.
    """
    return net_paid(
        net_pence=row.gross_parts_net,
        total_pence=row.gross_parts_total,
        paid_pence=row.amount_pence,
    )


def month_figures(conn: Connection, *, day: date, viewer: Actor) -> list[dict[str, Any]]:
    """Return each payment under the scheme that was released in the tax month of a day."""
    first, last = tax_month(day)
    return [
        {
            **{name: row._mapping[name] for name in row._mapping if "gross_parts" not in name},
            "gross_pence": gross_of(row),
            "materials_pence": gross_of(row) - row.labour_pence,
            "utr": utr_of(status_on(conn, contractor=row.contractor, on=row.released_on)),
            "tax_month": f"{first.isoformat()}/{last.isoformat()}",
        }
        for row in conn.execute(_MONTH, {"first": first, "last": last})
        if may_see(viewer, authority=row.authority)
    ]
