"""Payment runs: each adds up, its file is the one that was made, and nothing is sent twice."""

from typing import Final

from sqlalchemy import String, cast, func, literal, select

from models.tables.payments import BankAccount, PaymentRun, SentPayment
from models.tables.works import Payment
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
        .join(BankAccount, BankAccount.id == SentPayment.account_id)
        .where(BankAccount.state != "confirmed"),
        "Payment {payment_id} was sent to bank details that nobody confirmed.",
    ),
)
"""What must hold of payment runs; that their files are whole is asked of their digests."""
