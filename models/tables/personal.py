"""What is to be erased of closed cases, as proposed and decided, and what may not be."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known, partial


class RetentionProposal(Numbered, Base):
    """What a retention run proposes to erase for one authority, and what was decided on it."""

    __table_args__ = (
        known("status", "proposed decided rejected done"),
        partial(
            "uq_retention_proposal_one_open", "authority", unique=True, where="status = 'proposed'"
        ),
    )

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    status: Mapped[str] = mapped_column(default="proposed")
    years: Mapped[dict[str, int]] = mapped_column(doc="kind to years after closing, as set then")
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]


class RetentionCase(Base):
    """One case of a proposal: what would go, what stays and why; then what became of it."""

    __table_args__ = (known("outcome", "proposed held erased nothing"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("retention_proposal.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    going: Mapped[dict[str, int]] = mapped_column(doc="kind to how many pieces there are of it")
    staying: Mapped[dict[str, str]] = mapped_column(doc="kind to why it stays, in words")
    outcome: Mapped[str] = mapped_column(default="proposed")
    detail: Mapped[str] = mapped_column(default="", doc="why it was held back")
    erased: Mapped[dict[str, Any]] = mapped_column(doc="kind to how many pieces went")
    erased_at: Mapped[datetime | None]
    files: Mapped[list[str]] = mapped_column(doc="files that are still to be removed")


class LegalHold(Numbered, OfCase, Base):
    """That nothing of a case may be erased until somebody lifts it."""

    __table_args__ = (
        known("ground", "complaint ombudsman claim repayment other"),
        Index("ix_legal_hold_case_id", "case_id"),
    )

    ground: Mapped[str]
    reason: Mapped[str]
    placed_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    placed_at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str] = mapped_column(default="")
