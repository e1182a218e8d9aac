"""Which authority follows which from a day on, and the plans that were carried out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Succession(Base):
    """One authority that follows another from a day on; nothing of it counts until carried out."""

    __table_args__ = (
        CheckConstraint("predecessor <> successor", name="followed_by_another"),
        CheckConstraint("budget_share between 0 and 100", name="budget_share_within"),
    )

    plan: Mapped[str] = mapped_column(primary_key=True, doc="names the change it belongs to")
    predecessor: Mapped[str] = mapped_column(ForeignKey("authority.code"), primary_key=True)
    successor: Mapped[str] = mapped_column(ForeignKey("authority.code"), primary_key=True)
    first_day: Mapped[date]
    postcodes: Mapped[tuple[str, ...]] = mapped_column(
        default=(), doc="outward codes and areas it takes; empty: all that no other takes"
    )
    budget_share: Mapped[int] = mapped_column(doc="percent of what the budgets have left")
    instrument: Mapped[str] = mapped_column(doc="the order or agreement, as it is cited")
    reason: Mapped[str]


class CarriedPlan(Base):
    """A plan of successions that was begun to be carried out: by whom, and what it was worth."""

    __table_args__ = (CheckConstraint("ended_at >= begun_at", name="ended_after_it_began"),)

    plan: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    before: Mapped[dict[str, Any]] = mapped_column(doc="the figures as it began")
    ended_at: Mapped[datetime | None]
    after: Mapped[dict[str, Any] | None] = mapped_column(doc="the figures as it ended")
