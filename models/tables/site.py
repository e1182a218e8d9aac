"""Works on site: more time that was allowed for them, and visits that were agreed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known


class Extension(Numbered, OfCase, Base):
    """More time for works, allowed before the date passed: from when to when. It never changes."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("order_to > order_from", name="order_later"),
        CheckConstraint("limit_to > limit_from", name="limit_later"),
        CheckConstraint("(order_id is null) = (order_to is null)", name="order_dated"),
        CheckConstraint("order_to is not null or limit_to is not null", name="moves_a_date"),
    )

    number: Mapped[int] = mapped_column(doc="1, 2, … on its case")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_order.id"))
    order_from: Mapped[date | None] = mapped_column(doc="the order's date to complete, before")
    order_to: Mapped[date | None]
    limit_from: Mapped[date | None] = mapped_column(doc="the end of the twelve months of s.37(1)")
    limit_to: Mapped[date | None] = mapped_column(doc="none where they stay as they are")
    pause: Mapped[int | None] = mapped_column(doc="the client's delay that it is allowed for")
    decided_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    decided_at: Mapped[datetime]


class Appointment(Numbered, OfCase, Base):
    """A visit to the home that was agreed; moved in place, and cancelled, never deleted."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        UniqueConstraint("uid"),
        known("purpose", "survey start works inspection snag other"),
        known("status", "booked cancelled"),
        CheckConstraint("ends_at > starts_at", name="times_in_order"),
        CheckConstraint("sequence >= 0", name="sequence_counts"),
        Index("ix_appointment_contractor_starts_at", "contractor", "starts_at"),
    )

    number: Mapped[int] = mapped_column(doc="1, 2, … on its case")
    uid: Mapped[str] = mapped_column(doc="what a calendar knows it by, for good")
    sequence: Mapped[int] = mapped_column(doc="0, and one more each time it is moved or cancelled")
    purpose: Mapped[str]
    status: Mapped[str]
    contractor: Mapped[str | None] = mapped_column(ForeignKey("contractor.code"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
