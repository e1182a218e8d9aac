"""Work over many cases at once: repricings and batch awards, with what became of each case."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known


class Repricing(Numbered, Base):
    """Open cases priced again on somebody's word, after a preview."""

    __table_args__ = (
        known("status", "asked done"),
        CheckConstraint("(status = 'done') = (done_at is not null)", name="done_dated"),
    )

    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    asked_at: Mapped[datetime]
    reason: Mapped[str]
    selection: Mapped[dict[str, Any]] = mapped_column(doc="which cases: authority, lot, …")
    replaced_codes: Mapped[dict[str, str]] = mapped_column(doc="wrong code to right code")
    status: Mapped[str] = mapped_column(default="asked")
    done_at: Mapped[datetime | None]


class RepricedCase(Base):
    """What a repricing did to one case; a case is repriced once in each."""

    __table_args__ = (known("outcome", "repriced unchanged left trouble"),)

    repricing_id: Mapped[int] = mapped_column(ForeignKey("repricing.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    outcome: Mapped[str]
    before_pence: Mapped[int | None] = mapped_column(Pence, doc="total with VAT")
    after_pence: Mapped[int | None] = mapped_column(Pence, doc="total with VAT")
    detail: Mapped[str] = mapped_column(default="")


class BatchAward(Numbered, Base):
    """A proposal to award many waiting cases of a lot together, and what was decided on it."""

    __table_args__ = (known("status", "asked proposed impossible accepted rejected"),)

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"))
    status: Mapped[str] = mapped_column(default="asked")
    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    asked_at: Mapped[datetime]
    bounds: Mapped[dict[str, Any]] = mapped_column(doc="fair shares and capacities counted")
    method: Mapped[str] = mapped_column(default="", doc="how it was found")
    finding: Mapped[str] = mapped_column(default="", doc="in a sentence")
    rule_pence: Mapped[int | None] = mapped_column(Pence, doc="total by the rule, one by one")
    batch_pence: Mapped[int | None] = mapped_column(Pence, doc="total of the proposal")
    proposed_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class BatchCase(Base):
    """One case of a batch award: who by the rule, who by the proposal, at what, and why."""

    __table_args__ = (Index("ix_batch_case_case_id", "case_id"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch_award.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), doc="the award it rests on")
    rule_contractor: Mapped[str | None] = mapped_column(
        ForeignKey("contractor.code"), doc="none where the rule finds nobody with room"
    )
    rule_pence: Mapped[int | None] = mapped_column(Pence)
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    total_pence: Mapped[int] = mapped_column(Pence)
    explanation: Mapped[str]
