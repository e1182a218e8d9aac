"""Works on site: more time that was allowed for them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase


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
