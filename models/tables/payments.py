"""How money leaves: bank details, payment runs and what the bank said, and contractors' CIS."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence, known, partial


class _Details:
    """Bank details: changed by one person, in force once another confirmed them."""

    details: Mapped[str] = mapped_column(doc="sealed: name, sort code, number")
    ending: Mapped[str] = mapped_column(doc="the last three digits of the number")
    state: Mapped[str]
    changed_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    changed_at: Mapped[datetime]
    looked_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    looked_at: Mapped[datetime | None]


def _seen_by_two() -> tuple[CheckConstraint, ...]:
    return (
        known("state", "waiting confirmed refused"),
        CheckConstraint("looked_by <> changed_by", name="looked_by_another"),
        CheckConstraint("(state = 'waiting') = (looked_at is null)", name="looked_at_once"),
    )


class BankAccount(_Details, Numbered, Base):
    """Bank details of a contractor."""

    __table_args__ = (
        *_seen_by_two(),
        partial("uq_bank_account_one_waits", "contractor", unique=True, where="state = 'waiting'"),
    )

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))


class ApplicantAccount(_Details, Numbered, OfCase, Base):
    """Bank details of an applicant who is paid instead of the contractor (s.39(2))."""

    __table_args__ = (
        *_seen_by_two(),
        partial("uq_applicant_account_waits", "case_id", unique=True, where="state = 'waiting'"),
    )


class PayingTerms(Numbered, Base):
    """From a day on, how an authority's runs are written: the ledger's columns, its own account."""

    __table_args__ = (UniqueConstraint("authority", "valid_from"),)

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    valid_from: Mapped[date]
    columns: Mapped[list[dict[str, Any]]] = mapped_column(doc="what each holds, its heading")
    payers: Mapped[list[str]] = mapped_column(doc="whose money a payment is made of first")
    account: Mapped[str] = mapped_column(default="", doc="sealed; empty: no file for the bank")
    employer_reference: Mapped[str | None] = mapped_column(doc="its own with HMRC, as 120/AB456")
    set_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    set_at: Mapped[datetime]


class PaymentRun(Numbered, Base):
    """Payments sent together, once, with the files that were made of them."""

    __table_args__ = (
        CheckConstraint("payments > 0", name="some_payment"),
        Index("ix_payment_run_authority", "authority"),
    )

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    made_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    made_at: Mapped[datetime]
    payments: Mapped[int]
    total_pence: Mapped[int] = mapped_column(Pence, doc="what leaves: less what CIS deducts")
    ledger: Mapped[str] = mapped_column(doc="the file for the ledger")
    ledger_sha256: Mapped[str]
    bank: Mapped[str] = mapped_column(default="", doc="sealed: the file for the bank; or empty")
    bank_sha256: Mapped[str] = mapped_column(default="", doc="of the file as it is given out")


class SentPayment(Numbered, Base):
    """A payment in a run: once, and again only after it bounced."""

    __table_args__ = (
        known("state", "sent confirmed bounced"),
        UniqueConstraint("payment_id", "attempt"),
        partial("uq_sent_payment_once", "payment_id", unique=True, where="state <> 'bounced'"),
        CheckConstraint("amount_pence > 0", name="amount_positive"),
        CheckConstraint(
            "(account_id is null) <> (applicant_account_id is null)", name="to_one_account"
        ),
        Index("ix_sent_payment_run_id", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("payment_run.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"))
    attempt: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("bank_account.id"))
    applicant_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("applicant_account.id"), doc="where the applicant is paid"
    )
    amount_pence: Mapped[int] = mapped_column(Pence)
    state: Mapped[str]
    said_by: Mapped[str | None]
    said_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(default="")


class CisStatus(Numbered, Base):
    """What HMRC said of a contractor when it was verified; the newest by date counts."""

    __table_args__ = (
        UniqueConstraint("contractor", "valid_from"),
        known("status", "gross net unmatched"),
    )

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    status: Mapped[str]
    verification: Mapped[str] = mapped_column(doc="HMRC's verification number, such as V1234567890")
    utr: Mapped[str | None] = mapped_column(doc="sealed: its tax reference, also a sole trader's")
    valid_from: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]


class Withholding(Numbered, OfCase, Base):
    """Payment withheld at the request of a dissatisfied client (s.39), until it is lifted."""

    __table_args__ = (
        partial("uq_withholding_one_live", "case_id", unique=True, where="lifted_at is null"),
    )

    asked_on: Mapped[date]
    withheld_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    withheld_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
