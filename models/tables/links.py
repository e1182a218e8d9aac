"""Whoever comes without an account: by which link, and what contractors ask."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, RowId, known, partial


class ContractorLink(Numbered, OfCase, Base):
    """A link to a contractor's page for one offer, or for one order."""

    __table_args__ = (
        CheckConstraint("(offer_id is null) != (order_id is null)", name="one_purpose"),
        Index("ix_contractor_link_case_id", "case_id"),
    )

    name: Mapped[str] = mapped_column(unique=True, doc="random; the link is this and a signature")
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class CaseLink(Numbered, OfCase, Base):
    """A link to the page of a case's client, or of its landlord for what they are asked."""

    __table_args__ = (known("purpose", "client landlord"), Index("ix_case_link_case_id", "case_id"))

    name: Mapped[str] = mapped_column(unique=True, doc="random; the link is this and a signature")
    purpose: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(
        RowId, doc="of what is asked, where it is not the case as a whole"
    )
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ContractorQuestion(Numbered, OfCase, Base):
    """What a contractor asked on its page, and what an officer answered."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("(answered_at is null) = (answered_by is null)", name="answered_by_one"),
        partial("ix_contractor_question_open", "case_id", where="answered_at is null"),
    )

    number: Mapped[int]
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    question: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    answered_at: Mapped[datetime | None]
