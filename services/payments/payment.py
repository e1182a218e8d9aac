"""Decisions after sign-off: the invoice, its release by a second person, and aftercare."""

from typing import Final

from sqlalchemy import bindparam, insert, select, update

from models.case_queries import (
    approval_in_force,
    newest_invoice,
    order_in_force,
    price_lines,
)
from models.people import who_decided
from models.tables.record import Decision
from models.tables.works import Invoice, Payment
from rules.decisions import AnswerSurvey, CloseCase, RecordInvoice, RegisterCharge, Release
from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.grants.grant import charge_pence
from rules.money import pounds
from rules.pathway import CaseStatus, StepStatus
from rules.people import check_second_person
from services.cases.effect import Context, Effect
from services.clocks.pausing import end_open_pauses

_SAME_NUMBER: Final = select(Invoice.id).where(
    Invoice.contractor == bindparam("contractor"), Invoice.number == bindparam("number")
)
_KEEP_INVOICE: Final = insert(Invoice)
_RELEASED: Final = (
    update(Invoice).where(Invoice.id == bindparam("row_id")).values(status="released")
)
_KEEP_PAYMENT: Final = insert(Payment)
_KINDS: Final = select(Decision.kind).where(Decision.case_id == bindparam("case_id"))


def invoice(context: Context, decision: RecordInvoice) -> Effect:
    """Record the contractor's invoice; the pay flow matches it with the order."""
    order = order_in_force(context.conn, case_id=context.case.id)
    standing = newest_invoice(context.conn, order_id=order.id)
    if standing is not None and standing.status != "queried":
        raise InvalidDecisionError(
            f"Invoice {standing.number} is already recorded for {order.number}.",
            next_step="Nothing was changed; a second payment for the same order is not made.",
        )
    if decision.dated > context.today:
        raise InvalidDecisionError(
            f"An invoice cannot be dated in the future ({decision.dated:%-d %B %Y}).",
            next_step="Check the date on the invoice.",
        )
    _check_number_is_new(context, contractor=order.contractor, number=decision.number)
    ordered = {
        line.line: line.net_pence for line in price_lines(context.conn, price_id=order.price_id)
    }
    lines = ordered if decision.as_ordered else dict(decision.line_net_pence)
    net = sum(lines.values())
    context.conn.execute(
        _KEEP_INVOICE,
        {
            "order_id": order.id,
            "contractor": order.contractor,
            "number": decision.number.strip(),
            "dated": decision.dated,
            "lines": {str(line): pence for line, pence in lines.items()},
            "net_pence": net,
            "vat_pence": decision.total_pence - net,
            "total_pence": decision.total_pence,
            "status": "received",
            "findings": [],
            "recorded_by": context.actor.identity,
        },
    )
    context.case.stop_clock("send_invoice", why="sent")
    context.case.start_clock("pay_invoice", subject=decision.number.strip())
    return Effect(to=StepStatus.READY)


def _check_number_is_new(context: Context, *, contractor: str, number: str) -> None:
    values = {"contractor": contractor, "number": number.strip()}
    taken = context.conn.execute(_SAME_NUMBER, values).first()
    if taken:
        raise InvalidDecisionError(
            f"{contractor} has sent an invoice with the number {number.strip()} before.",
            why="An invoice is paid once.",
            next_step="Ask the contractor for an invoice with its own number.",
        )


def release(context: Context, decision: Release) -> Effect:  # noqa: ARG001 - it has no particulars
    """Release the payment of a matched invoice, by someone who did not sign off or record it."""
    order = order_in_force(context.conn, case_id=context.case.id)
    matched = newest_invoice(context.conn, order_id=order.id)
    if matched is None or matched.status != "matched":
        raise StatuteError(
            f"No matched invoice is waiting for {order.number}.",
            why="Money is paid only on an acceptable invoice for works executed.",
            section="s.37(4)",
            next_step="Record the contractor's invoice; it is matched at once.",
        )
    check_second_person(
        actor=context.actor,
        earlier=who_decided(context.conn, case_id=context.case.id, kinds=("certify", "invoice")),
        act="release the payment",
    )
    context.conn.execute(
        _KEEP_PAYMENT,
        {
            "invoice_id": matched.id,
            "amount_pence": matched.total_pence,
            "released_on": context.today,
            "released_by": context.actor.identity,
        },
    )
    context.conn.execute(_RELEASED, {"row_id": matched.id})
    end_open_pauses(context.case, why="the works are paid", clocks_go_on=True)
    context.case.stop_clock("pay_invoice", why="paid")
    context.case.set(status=CaseStatus.PAID)
    facts = {"invoice": matched.number, "amount_pence": matched.total_pence}
    return Effect(to=StepStatus.READY, closes=True, outcome="released", facts=facts)


def survey(context: Context, decision: AnswerSurvey) -> Effect:  # noqa: ARG001 - kept as facts
    """Record the client's answers; a client answers once."""
    _refuse_second(context, kind=AnswerSurvey.kind, words="The survey is answered already.")
    context.case.stop_clock("answer_survey", why="answered")
    return Effect(to=StepStatus.READY)


def charge(context: Context, decision: RegisterCharge) -> Effect:  # noqa: ARG001 - kept as facts
    """Record that the charge is registered, where there is one."""
    _refuse_second(context, kind=RegisterCharge.kind, words="The charge is registered already.")
    amount = _charge_due(context)
    if amount == 0:
        raise InvalidDecisionError(
            f"No charge is due on {context.case.reference}.",
            why="Only owners' grants above £5,000 are charged (2008 General Consent).",
            next_step="Nothing was recorded.",
        )
    return Effect(to=StepStatus.READY, facts={"charge_pence": amount})


def _charge_due(context: Context) -> int:
    approval = approval_in_force(context.conn, case_id=context.case.id)
    return charge_pence(tenure=context.case.row.tenure, grant_pence=approval.grant_pence)


def _refuse_second(context: Context, *, kind: str, words: str) -> None:
    if kind in _kinds(context):
        raise InvalidDecisionError(words, next_step="Nothing was changed.")


def _kinds(context: Context) -> set[str]:
    return set(context.conn.execute(_KINDS, {"case_id": context.case.id}).scalars())


def close(context: Context, decision: CloseCase) -> Effect:  # noqa: ARG001 - it has no particulars
    """Close the case once the defects period is over and any charge is registered."""
    order = order_in_force(context.conn, case_id=context.case.id)
    problems = []
    if order.defects_until is not None and context.today < order.defects_until:
        problems.append(f"The defects period runs until {order.defects_until:%-d %B %Y}.")
    due = _charge_due(context)
    if due and RegisterCharge.kind not in _kinds(context):
        problems.append(f"The charge of {pounds(due)} is not registered.")
    if problems:
        raise StepNotOpenError(
            f"{context.case.reference} cannot be closed yet.",
            why=" ".join(problems),
            next_step="Close it when they are settled.",
        )
    context.case.set(status=CaseStatus.CLOSED, ended_at=context.now)
    return Effect(to=StepStatus.DONE, closes=True, outcome="closed")
