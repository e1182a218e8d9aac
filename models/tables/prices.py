"""Prices as snapshots, the award they led to, and the turns it counted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Exact, Instant, Pence, RowId, Words


class Price(Base):
    """A price at one moment. Never changed: a later price is a later row."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "version"),
        CheckConstraint("kind in ('estimate', 'tender')", name="kind_known"),
        CheckConstraint("total_pence = net_pence + vat_pence", name="total_is_net_and_vat"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    contractor: Mapped[str | None] = mapped_column(ForeignKey("contractor.code"))
    basis: Mapped[dict[str, Any]] = mapped_column(JSON, doc="schedule version, terms, VAT client")
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    priced_at: Mapped[datetime] = mapped_column(Instant)


class PriceLine(Base):
    """One line of a price, with the rate and VAT frozen on it and how they were reached."""

    __tablename__ = "price_line"

    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    location: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(Text)
    rate: Mapped[Decimal] = mapped_column(Exact)
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_rate: Mapped[Decimal] = mapped_column(Exact)
    vat_pence: Mapped[int] = mapped_column(Pence)
    vat_reason: Mapped[str] = mapped_column(Text)
    relief_percent: Mapped[Decimal] = mapped_column(Exact, doc="share of the line a relief covers")
    calculation: Mapped[str] = mapped_column(Text)
    steps: Mapped[str] = mapped_column(Text, doc="what each factor of the calculation is, in words")
    rate_source: Mapped[str] = mapped_column(Text, doc="which schedule version or contract")
    trade: Mapped[str] = mapped_column(Text)
    certificates: Mapped[tuple[str, ...]] = mapped_column(Words)


class Award(Base):
    """The route to a price, who was considered, in what order, and why: frozen with the case."""

    __tablename__ = "award"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    version: Mapped[int]
    route: Mapped[str] = mapped_column(Text)
    lot: Mapped[str | None] = mapped_column(ForeignKey("lot.code"))
    package: Mapped[str | None] = mapped_column(ForeignKey("package.code"))
    rule: Mapped[str] = mapped_column(Text)
    contractor: Mapped[str | None] = mapped_column(ForeignKey("contractor.code"))
    price_id: Mapped[int | None] = mapped_column(ForeignKey("price.id"))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    placings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    inputs: Mapped[dict[str, Any]] = mapped_column(
        JSON, doc="all that the award rests on; replaying it gives the placings again"
    )
    direction: Mapped[str] = mapped_column(Text, default="", doc="s.2(2)(b), as recorded")
    made_at: Mapped[datetime] = mapped_column(Instant)


class Offer(Base):
    """The works offered to one contractor, and its one answer."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("case_id", "contractor"),
        CheckConstraint(
            "status in ('offered', 'accepted', 'declined', 'lapsed', 'withdrawn')",
            name="status_known",
        ),
        CheckConstraint("(status = 'offered') = (answered_at is null)", name="answered_once"),
        Index(
            "uq_offer_one_live",
            "case_id",
            unique=True,
            sqlite_where=text("status in ('offered', 'accepted')"),
            postgresql_where=text("status in ('offered', 'accepted')"),
        ),
        Index("ix_offer_contractor_status", "contractor", "status"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    lot: Mapped[str | None] = mapped_column(ForeignKey("lot.code"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"))
    net_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    status: Mapped[str] = mapped_column(Text, default="offered")
    offered_at: Mapped[datetime] = mapped_column(Instant)
    expires_on: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text, default="")


class Turn(Base):
    """An offer counted against a contractor in its lot, at its net value."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("offer_id"),
        Index("ix_turn_ledger", "lot", "contractor", "offered_on", "net_pence"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    net_pence: Mapped[int] = mapped_column(Pence)
    offered_on: Mapped[date]
