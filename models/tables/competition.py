"""The mini-competition: its terms and deadline, the quotes sealed until then, and their scores."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Exact, Instant, Pence, RowId


class Competition(Base):
    """One invitation to quote: when it ends and how its quotes are weighed, as was announced."""

    __tablename__ = "competition"
    __table_args__ = (
        CheckConstraint(
            "status in ('open', 'opened', 'awarded', 'cancelled')", name="status_known"
        ),
        CheckConstraint("price_weight between 1 and 100", name="price_weight_known"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), primary_key=True)
    invited_at: Mapped[datetime] = mapped_column(Instant)
    deadline: Mapped[datetime] = mapped_column(Instant)
    price_weight: Mapped[int] = mapped_column(doc="percent; the rest is quality")
    quality_weights: Mapped[dict[str, int]] = mapped_column(JSON, doc="criterion to percent")
    status: Mapped[str] = mapped_column(Text, default="open")
    opened_at: Mapped[datetime | None] = mapped_column(Instant, doc="when the quotes were opened")


class Quote(Base):
    """What a contractor answered to an invitation. Its money is here only once it is opened."""

    __tablename__ = "quote"
    __table_args__ = (
        Index(
            "uq_quote_one_live",
            "award_id",
            "contractor",
            unique=True,
            sqlite_where=text("status in ('sealed', 'opened', 'declined')"),
            postgresql_where=text("status in ('sealed', 'opened', 'declined')"),
        ),
        CheckConstraint(
            "status in ('sealed', 'opened', 'late', 'withdrawn', 'declined')", name="status_known"
        ),
        CheckConstraint(
            "(status = 'opened') = (net_pence is not null)", name="money_only_when_opened"
        ),
        CheckConstraint("net_pence is null or net_pence > 0", name="net_positive"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    status: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(Text)
    net_pence: Mapped[int | None] = mapped_column(Pence)
    line_net_pence: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))


class SealedQuote(Base):
    """The money of a quote before it is opened. One function reads this table, after the deadline.

    The row goes when the quote is opened, withdrawn or found late.
    """

    __tablename__ = "sealed_quote"

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), primary_key=True)
    contents: Mapped[dict[str, Any]] = mapped_column(JSON, doc="net pence by line")


class QualityScore(Base):
    """An officer's mark for one quality criterion of an opened quote, 0 to 100."""

    __tablename__ = "quality_score"
    __table_args__ = (CheckConstraint("length(criterion) > 0", name="criterion_named"),)

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(Text, primary_key=True)
    score: Mapped[Decimal] = mapped_column(Exact)
    scored_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
