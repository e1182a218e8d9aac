"""Payment runs: each adds up, its file is the one that was made, and nothing is sent twice."""

from typing import Final

from sqlalchemy import String, case, cast, func, literal, select

from models.tables.payments import ApplicantAccount, BankAccount, PaymentRun, SentPayment
from models.tables.works import Invoice, Payment, WorkOrder
from rules.paying import Payee
from services.verification.checks import Check

_RUN: Final = (literal("payment run ") + cast(PaymentRun.id, String)).label("place")
_SUMS: Final = (
    select(
        _RUN,
        PaymentRun.payments,
        PaymentRun.total_pence,
        func.count(SentPayment.id).label("sent"),
        func.coalesce(func.sum(SentPayment.amount_pence), 0).label("sent_pence"),
    )
    .outerjoin(SentPayment, SentPayment.run_id == PaymentRun.id)
    .group_by(PaymentRun.id, PaymentRun.payments, PaymentRun.total_pence)
)
_SENT: Final = select(
    _RUN,
    SentPayment.payment_id,
    SentPayment.amount_pence.label("sent_pence"),
    (Payment.amount_pence - func.coalesce(Payment.deducted_pence, 0)).label("due_pence"),
).select_from(SentPayment)

RUNS: Final = (
    Check(
        _SUMS.having(
            (func.count(SentPayment.id) != PaymentRun.payments)
            | (func.coalesce(func.sum(SentPayment.amount_pence), 0) != PaymentRun.total_pence)
        ),
        "It says {payments} payments of {total_pence}; {sent} of {sent_pence} are in it.",
    ),
    Check(
        _SENT.join(PaymentRun, PaymentRun.id == SentPayment.run_id)
        .join(Payment, Payment.id == SentPayment.payment_id)
        .where(
            SentPayment.amount_pence
            != Payment.amount_pence - func.coalesce(Payment.deducted_pence, 0)
        ),
        "Payment {payment_id} was sent as {sent_pence}; {due_pence} were released less CIS.",
    ),
    Check(
        _SENT.join(PaymentRun, PaymentRun.id == SentPayment.run_id)
        .join(Payment, Payment.id == SentPayment.payment_id)
        .outerjoin(BankAccount, BankAccount.id == SentPayment.account_id)
        .outerjoin(ApplicantAccount, ApplicantAccount.id == SentPayment.applicant_account_id)
        .where(func.coalesce(BankAccount.state, ApplicantAccount.state) != "confirmed"),
        "Payment {payment_id} was sent to bank details that nobody confirmed.",
    ),
    Check(
        _SENT.join(PaymentRun, PaymentRun.id == SentPayment.run_id)
        .join(Payment, Payment.id == SentPayment.payment_id)
        .join(Invoice, Invoice.id == Payment.invoice_id)
        .join(WorkOrder, WorkOrder.id == Invoice.order_id)
        .outerjoin(ApplicantAccount, ApplicantAccount.id == SentPayment.applicant_account_id)
        .where(
            case((Payment.payee == Payee.APPLICANT, WorkOrder.case_id), else_=0)
            != func.coalesce(ApplicantAccount.case_id, 0)
        ),
        "Payment {payment_id} was sent to an account that is not its payee’s (s.39).",
    ),
)
"""What must hold of payment runs; that their files are whole is asked of their digests."""
