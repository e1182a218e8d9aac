"""Work over many cases at once: repricings and batch awards, with what became of each case."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Pence, RowId


class Repricing(Base):
    """Open cases priced again on somebody's word, after a preview."""

    __tablename__ = "repricing"
    __table_args__ = (
        CheckConstraint("status in ('asked', 'done')", name="status_known"),
        CheckConstraint("(status = 'done') = (done_at is not null)", name="done_dated"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    selection: Mapped[dict[str, Any]] = mapped_column(JSON, doc="which cases: authority, lot, …")
    replaced_codes: Mapped[dict[str, str]] = mapped_column(JSON, doc="wrong code to right code")
    status: Mapped[str] = mapped_column(Text, default="asked")
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class RepricedCase(Base):
    """What a repricing did to one case; a case is repriced once in each."""

    __tablename__ = "repriced_case"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('repriced', 'unchanged', 'left', 'trouble')", name="outcome_known"
        ),
    )

    repricing_id: Mapped[int] = mapped_column(ForeignKey("repricing.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(Text)
    before_pence: Mapped[int | None] = mapped_column(Pence, doc="total with VAT")
    after_pence: Mapped[int | None] = mapped_column(Pence, doc="total with VAT")
    detail: Mapped[str] = mapped_column(Text, default="")


class BatchAward(Base):
    """A proposal to award many waiting cases of a lot together, and what was decided on it."""

    __tablename__ = "batch_award"
    __table_args__ = (
        CheckConstraint(
            "status in ('asked', 'proposed', 'impossible', 'accepted', 'rejected')",
            name="status_known",
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"))
    status: Mapped[str] = mapped_column(Text, default="asked")
    asked_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    bounds: Mapped[dict[str, Any]] = mapped_column(JSON, doc="fair shares and capacities counted")
    method: Mapped[str] = mapped_column(Text, default="", doc="how it was found")
    finding: Mapped[str] = mapped_column(Text, default="", doc="in a sentence")
    rule_pence: Mapped[int | None] = mapped_column(Pence, doc="total by the rule, one by one")
    batch_pence: Mapped[int | None] = mapped_column(Pence, doc="total of the proposal")
    proposed_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")


class BatchCase(Base):
    """One case of a batch award: who by the rule, who by the proposal, at what, and why."""

    __tablename__ = "batch_case"
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
    explanation: Mapped[str] = mapped_column(Text)
