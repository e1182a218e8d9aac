"""Which authority follows which, and who works whose cases, from a day on; plans carried out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence


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


class Arrangement(Numbered, Base):
    """The work of an authority done by a team from a day on; nothing counts until carried out."""

    __table_args__ = (
        UniqueConstraint("plan", "authority", "team"),
        CheckConstraint("approval_limit_pence >= 0", name="limit_not_negative"),
    )

    plan: Mapped[str] = mapped_column(doc="names the change it belongs to")
    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    team: Mapped[str]
    host: Mapped[str] = mapped_column(ForeignKey("authority.code"), doc="whose team it is")
    first_day: Mapped[date]
    officers: Mapped[tuple[str, ...]] = mapped_column(
        default=(), doc="the team's people; empty: whoever has a case keeps it"
    )
    postcodes: Mapped[tuple[str, ...]] = mapped_column(
        default=(), doc="outward codes and areas it works; empty: all that no other works"
    )
    pool: Mapped[str] = mapped_column(default="", doc="empty: the budget is apart")
    approval_limit_pence: Mapped[int | None] = mapped_column(
        Pence, doc="the most that the team's people approve for it; none: their own limit"
    )
    instrument: Mapped[str] = mapped_column(doc="the agreement, as it is cited")
    reason: Mapped[str]


class PoolDraw(Numbered, OfCase, Base):
    """What one authority's budget gave another's of its pool, for a grant that needed it."""

    __table_args__ = (
        CheckConstraint("giver <> taker", name="drawn_from_another"),
        CheckConstraint("pence > 0", name="pence_positive"),
    )

    year: Mapped[int]
    giver: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    taker: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    pence: Mapped[int] = mapped_column(Pence)


class CarriedPlan(Base):
    """A plan that was begun to be carried out: by whom, and what it was worth."""

    __table_args__ = (CheckConstraint("ended_at >= begun_at", name="ended_after_it_began"),)

    plan: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    before: Mapped[dict[str, Any]] = mapped_column(doc="the figures as it began")
    ended_at: Mapped[datetime | None]
    after: Mapped[dict[str, Any] | None] = mapped_column(doc="the figures as it ended")
