"""Prices as snapshots, the award they led to, and the turns it counted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence, known, partial


class Price(Numbered, OfCase, Base):
    """A price at one moment. Never changed: a later price is a later row."""

    __table_args__ = (
        UniqueConstraint("case_id", "kind", "version"),
        known("kind", "estimate tender"),
        CheckConstraint("total_pence = net_pence + vat_pence", name="total_is_net_and_vat"),
    )

    kind: Mapped[str]
    version: Mapped[int]
    contractor: Mapped[str | None] = mapped_column(ForeignKey("contractor.code"))
    basis: Mapped[dict[str, Any]] = mapped_column(doc="schedule version, terms, VAT client")
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    priced_at: Mapped[datetime]


class PriceLine(Base):
    """One line of a price, with the rate and VAT frozen on it and how they were reached."""

    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    description: Mapped[str]
    location: Mapped[str]
    quantity: Mapped[Decimal]
    unit: Mapped[str]
    rate: Mapped[Decimal]
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_rate: Mapped[Decimal]
    vat_pence: Mapped[int] = mapped_column(Pence)
    vat_reason: Mapped[str]
    relief_percent: Mapped[Decimal] = mapped_column(doc="share of the line a relief covers")
    calculation: Mapped[str]
    steps: Mapped[str] = mapped_column(doc="what each factor of the calculation is, in words")
    rate_source: Mapped[str] = mapped_column(doc="which schedule version or contract")
    trade: Mapped[str]
    certificates: Mapped[tuple[str, ...]]
    covers: Mapped[tuple[int, ...] | None] = mapped_column(
        doc="the works lines that an item of a package's price covers; null: it is a works line"
    )


class Award(Numbered, OfCase, Base):
    """The route to a price, who was considered, in what order, and why: frozen with the case."""

    __table_args__ = (UniqueConstraint("case_id", "version"),)

    version: Mapped[int]
    route: Mapped[str]
    lot: Mapped[str | None] = mapped_column(ForeignKey("lot.code"))
    package: Mapped[str | None] = mapped_column(ForeignKey("package.code"))
    rule: Mapped[str]
    contractor: Mapped[str | None] = mapped_column(ForeignKey("contractor.code"))
    price_id: Mapped[int | None] = mapped_column(ForeignKey("price.id"))
    reasons: Mapped[list[str]]
    placings: Mapped[list[dict[str, Any]]]
    inputs: Mapped[dict[str, Any]] = mapped_column(
        doc="all that the award rests on; replaying it gives the placings again"
    )
    direction: Mapped[str] = mapped_column(default="", doc="s.2(2)(b), as recorded")
    made_at: Mapped[datetime]


class Offer(Numbered, OfCase, Base):
    """The works offered to one contractor, and its one answer."""

    __table_args__ = (
        partial(
            "uq_offer_one_of_award",
            "award_id",
            "contractor",
            unique=True,
            where="status != 'withdrawn'",
        ),
        known("status", "offered accepted declined lapsed withdrawn replaced"),
        CheckConstraint("(status = 'offered') = (answered_at is null)", name="answered_once"),
        partial(
            "uq_offer_one_live", "case_id", unique=True, where="status in ('offered', 'accepted')"
        ),
        Index("ix_offer_contractor_status", "contractor", "status"),
        Index("ix_offer_case_id", "case_id"),
    )

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    lot: Mapped[str | None] = mapped_column(ForeignKey("lot.code"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"))
    net_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    status: Mapped[str] = mapped_column(default="offered")
    offered_at: Mapped[datetime]
    expires_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    start_on: Mapped[date | None] = mapped_column(doc="the day it promised to begin, if it did")
    eligibility: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True),
        doc="what was found of every contractor of the lot that day; null on older offers",
    )


class Turn(Numbered, Base):
    """An offer counted against a contractor in its lot, at its net value."""

    __table_args__ = (
        UniqueConstraint("offer_id"),
        Index("ix_turn_ledger", "lot", "contractor", "offered_on", "net_pence"),
    )

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    net_pence: Mapped[int] = mapped_column(Pence)
    offered_on: Mapped[date]
