"""Contractors that another takes the place of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known, partial


class Replacement(Numbered, OfCase, Base):
    """A contractor that another takes the place of: why, by which direction, what is left to do."""

    __table_args__ = (
        known("ground", "withdrew did_not_start stopped insolvent agreed suspended defective"),
        known("next", "by_rule competition"),
        partial(
            "uq_replacement_one_of_offer", "offer_id", unique=True, where="withdrawn_at is null"
        ),
        Index("ix_replacement_case_id", "case_id"),
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("work_order.id"), doc="none where it withdrew before the order was raised"
    )
    ground: Mapped[str]
    next: Mapped[str] = mapped_column(doc="how the next contractor is found")
    direction: Mapped[str] = mapped_column(doc="s.38(1), as recorded")
    left: Mapped[dict[str, str]] = mapped_column(doc="works line to the quantity left to do")
    inspected_on: Mapped[date | None] = mapped_column(
        doc="when what was done was looked at; none where nothing was done"
    )
    replaced_on: Mapped[date]
    replaced_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    withdrawn_at: Mapped[datetime | None]
