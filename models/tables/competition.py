"""The mini-competition: its terms and deadline, the quotes sealed until then, and their scores."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known, partial


class Competition(Base):
    """One invitation to quote: when it ends and how its quotes are weighed, as was announced."""

    __table_args__ = (
        known("status", "open opened awarded cancelled"),
        CheckConstraint("price_weight between 1 and 100", name="price_weight_known"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    invited_at: Mapped[datetime]
    deadline: Mapped[datetime]
    price_weight: Mapped[int] = mapped_column(doc="percent; the rest is quality")
    quality_weights: Mapped[dict[str, int]] = mapped_column(doc="criterion to percent")
    status: Mapped[str] = mapped_column(default="open")
    opened_at: Mapped[datetime | None] = mapped_column(doc="when the quotes were opened")


class Quote(Numbered, Base):
    """What a contractor answered to an invitation. Its money is here only once it is opened."""

    __table_args__ = (
        partial(
            "uq_quote_one_live",
            "award_id",
            "contractor",
            unique=True,
            where="status in ('sealed', 'opened', 'declined')",
        ),
        known("status", "sealed opened late withdrawn declined"),
        CheckConstraint(
            "(status = 'opened') = (net_pence is not null)", name="money_only_when_opened"
        ),
        CheckConstraint("net_pence is null or net_pence > 0", name="net_positive"),
        Index("ix_quote_award_id", "award_id"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    status: Mapped[str]
    received_at: Mapped[datetime]
    recorded_by: Mapped[str]
    net_pence: Mapped[int | None] = mapped_column(Pence)
    line_net_pence: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))


class SealedQuote(Base):
    """The money of a quote before it is opened. One function reads this table, after the deadline.

    The row goes when the quote is opened, withdrawn or found late.
    """

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), primary_key=True)
    contents: Mapped[dict[str, Any]] = mapped_column(doc="net pence by line")


class QualityScore(Base):
    """An officer's mark for one quality criterion of an opened quote, 0 to 100."""

    __table_args__ = (CheckConstraint("length(criterion) > 0", name="criterion_named"),)

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal]
    scored_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
