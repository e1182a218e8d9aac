"""Payments: once, on an invoice that agrees, for works found done, by a second person."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from models.case_queries import payable_on
from models.order_account import order_account
from models.tables.cases import Case, CaseStep
from models.tables.payment_lines import InterimValue, PaymentLine, Refund
from models.tables.prices import Price
from models.tables.record import Decision
from models.tables.works import Approval, Inspection, Invoice, Payment, WorkOrder
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.paying import Payee
from rules.payments.match import lawful_vat
from services.grants.direct import WRITTEN_TO
from services.payments.payee import PayApplicant
from services.payments.recalculating import RecalculateGrant
from services.payments.release import VOUCHING
from services.verification.checks import Check, Finding, broken, of_case
from services.verification.orders import ENDED
from services.verification.payers import with_approval

_PAID: Final = (
    Payment.amount_pence
    + func.coalesce(Payment.direct_pence, 0)
    + func.coalesce(Payment.set_off_pence, 0)
)
"""What a payment pays of an invoice: by the council, by others directly, by what is set off."""

_LINES: Final = (
    select(func.sum(PaymentLine.net_pence + PaymentLine.vat_pence))
    .where(PaymentLine.payment_id == Payment.id)
    .correlate(Payment)
    .scalar_subquery()
)
"""What the lines of a payment come to; NULL of one of an earlier version, of a whole invoice."""

_EARLIER_INVOICE: Final = aliased(Invoice)
_COUNCIL: Final = (
    select(func.sum(Payment.amount_pence))
    .join(_EARLIER_INVOICE, _EARLIER_INVOICE.id == Payment.invoice_id)
    .where(_EARLIER_INVOICE.order_id == WorkOrder.id)
    .correlate(WorkOrder)
    .scalar_subquery()
)
_VALUED: Final = exists().where(
    InterimValue.order_id == WorkOrder.id, InterimValue.item == PaymentLine.item
)
_INSPECTED: Final = exists().where(Inspection.order_id == WorkOrder.id)


def _of_orders(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(WorkOrder, WorkOrder.number, *columns)


def _of_invoices(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = _of_orders(Invoice.number.label("invoice"), *columns)
    return query.join(Invoice, Invoice.order_id == WorkOrder.id)


def _of_payments(*columns: Any) -> Select[*tuple[Any, ...]]:
    return _of_invoices(*columns).join(Payment, Payment.invoice_id == Invoice.id)


def _of_lines(*columns: Any) -> Select[*tuple[Any, ...]]:
    return _of_payments(*columns).join(PaymentLine, PaymentLine.payment_id == Payment.id)


PAYMENTS: Final = (
    Check(
        _of_payments(Invoice.status).where(Invoice.status.not_in(("released", "matched"))),
        "A payment was made on invoice {invoice}, which is {status}.",
    ),
    Check(
        _of_invoices()
        .outerjoin(Payment, Payment.invoice_id == Invoice.id)
        .where(Invoice.status == "released", Payment.id.is_(None)),
        "Invoice {invoice} is released, and no payment is on record.",
    ),
    Check(
        _of_payments(_PAID.label("amount_pence"), _LINES.label("lines_pence")).where(
            _PAID != _LINES
        ),
        "{amount_pence} were paid on invoice {invoice}, and the lines paid come to {lines_pence}.",
    ),
    Check(
        _of_payments(_PAID.label("amount_pence"), Invoice.total_pence).where(
            _LINES.is_(None), Invoice.total_pence != _PAID
        ),
        "{amount_pence} were paid on invoice {invoice} of {total_pence}.",
    ),
    Check(
        with_approval(_of_orders(_COUNCIL.label("paid_pence"), Approval.grant_pence)).where(
            WorkOrder.status.not_in(("certified", "replaced")),
            not_(ENDED),
            Approval.grant_pence * 9 < _COUNCIL * 10,
        ),
        "{paid_pence} were paid for {number}, which is not complete, of a grant of {grant_pence}: "
        "more than nine tenths (s.35(3)).",
    ),
    Check(
        _of_lines(PaymentLine.item).where(
            WorkOrder.status.not_in(("certified", "replaced")),
            not_(ENDED),
            PaymentLine.net_pence > 0,
            not_(_VALUED),
            not_(_INSPECTED),
        ),
        "Line {item} of {number} was paid before it was found done (s.37(4)).",
    ),
    Check(
        _of_payments(Payment.released_by).where(Payment.released_by == Invoice.recorded_by),
        "{released_by} recorded invoice {invoice} and released it; two people are needed.",
    ),
    Check(
        _of_payments(Payment.released_by, Decision.kind)
        .join(
            Decision,
            and_(
                Decision.case_id == Case.id,
                Decision.actor == Payment.released_by,
                Decision.kind.in_(VOUCHING),
            ),
        )
        .distinct(),
        "{released_by} recorded “{kind}” and released invoice {invoice}; two people are needed.",
    ),
    Check(
        _of_payments().where(
            Payment.payee == Payee.CONTRACTOR, Payment.amount_pence > 0, not_(WRITTEN_TO)
        ),
        "The contractor was paid on invoice {invoice}, and nothing on record says that the "
        "applicant was told of it before the approval (s.39(1)).",
    ),
    Check(
        _of_payments().where(
            Payment.payee == Payee.APPLICANT,
            ~exists().where(Decision.case_id == Case.id, Decision.kind == PayApplicant.kind),
        ),
        "The applicant was paid on invoice {invoice}, and nobody decided it (s.39(2)).",
    ),
    Check(
        of_case(CaseStep).where(
            CaseStep.step == StepName.PAY,
            CaseStep.status == StepStatus.DONE,
            Case.id.not_in(_of_payments().with_only_columns(Case.id)),
        ),
        "Step “pay” is done, and no payment is on record.",
    ),
)
"""Money is paid once, for certified works, on an invoice that agrees, by a second person."""


def accounts_out_of_step(conn: Connection) -> Iterator[Finding]:
    """Yield each order whose account does not add up, or whose one invoice is no lawful total.

    An order that was paid at once, as it is priced, needs no look.
    """
    plain = (
        select(Invoice.order_id, func.count().label("times"), func.sum(_PAID).label("paid_pence"))
        .join(Payment, Payment.invoice_id == Invoice.id)
        .group_by(Invoice.order_id)
        .subquery()
    )
    credited = exists().where(
        _EARLIER_INVOICE.order_id == WorkOrder.id, _EARLIER_INVOICE.credits_id.is_not(None)
    )
    query = of_case(WorkOrder, *WorkOrder.__table__.c, plain.c.times, plain.c.paid_pence)
    query = query.join(Price, Price.id == WorkOrder.price_id)
    query = query.outerjoin(plain, plain.c.order_id == WorkOrder.id)
    query = query.where(
        or_(
            and_(plain.c.times > 1),
            plain.c.paid_pence != Price.total_pence,
            credited,
            exists().where(Refund.order_id == WorkOrder.id),
        )
    )
    for row in conn.execute(query.order_by(WorkOrder.id)).all():
        try:
            account = order_account(conn, order=row)
        except ValueError as error:
            yield broken(row.place, str(error))
            continue
        lines = payable_on(conn, order=row)
        vat = lawful_vat((line.net_pence, line.vat_rate, line.vat_pence) for line in lines)
        net = sum(line.net_pence for line in lines)
        alone = row.times == 1 and len(account.invoices) == 1 and not account.owed_back_pence
        whole = alone and not (account.to_invoice_pence or account.held_pence)
        if whole and not vat.words_of(row.paid_pence - net):
            paid, ordered = pounds(row.paid_pence), pounds(account.ordered_pence)
            yield broken(row.place, f"{paid} were paid for {row.number} of {ordered}.")


def grants_beyond_proportion(conn: Connection) -> Iterator[Finding]:
    """Yield each case of whose grant more was paid than its part of works that came out cheaper."""
    newest = select(func.max(Decision.id)).where(Decision.kind == RecalculateGrant.kind)
    paid = (
        select(func.coalesce(func.sum(Payment.grant_pence), 0))
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(WorkOrder, WorkOrder.id == Invoice.order_id)
        .where(WorkOrder.case_id == Decision.case_id)
        .correlate(Decision)
        .scalar_subquery()
    )
    query = of_case(Decision, Decision.facts, paid.label("paid_pence"))
    query = query.where(Decision.id.in_(newest.group_by(Decision.case_id)))
    for row in conn.execute(query.order_by(Decision.id)):
        most = row.facts["grant_pence"]
        if row.paid_pence > most:
            yield broken(
                row.place,
                f"{pounds(row.paid_pence)} of the grant were paid, and in proportion it is "
                f"{pounds(most)} (s.42).",
            )
