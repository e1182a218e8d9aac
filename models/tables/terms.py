"""A lot's terms beyond its contractors: zones, contract rates, out-of-hours, how it competes."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, known
from rules.contracting import PARTIES


class LotTerms(Base):
    """What a lot's contract says of out-of-hours work and of its mini-competitions."""

    __table_args__ = (
        CheckConstraint("quote_days > 0", name="quote_days_positive"),
        CheckConstraint("price_weight between 1 and 100", name="price_weight_known"),
        known("contracting_party", " ".join(PARTIES)),
    )

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"), primary_key=True)
    out_of_hours: Mapped[Decimal] = mapped_column(doc="uplift in percent")
    quote_days: Mapped[int] = mapped_column(doc="working days to quote")
    price_weight: Mapped[int] = mapped_column(doc="percent; the rest is quality")
    quality_criteria: Mapped[tuple[str, ...]] = mapped_column(
        default=(), doc="each as `name:weight`; the weights and the price's make 100"
    )
    contracting_party: Mapped[str | None] = mapped_column(
        doc="whose contract it is on the cases of the lot that do not say"
    )
    framework: Mapped[bool | None] = mapped_column(
        doc="whether it is called off under a framework; null on older rows: it is"
    )
    core_terms: Mapped[str | None] = mapped_column(
        doc="the framework's core terms, as they are cited"
    )
    entitled: Mapped[tuple[str, ...] | None] = mapped_column(
        doc="authorities that the framework entitles to call off; empty: those of the lot"
    )
    goods: Mapped[bool | None] = mapped_column(
        doc="whether goods and services are bought, and no works; null on older rows: works"
    )


class Zone(Base):
    """A part of a lot's area where its rates carry a factor."""

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"), primary_key=True)
    zone: Mapped[str] = mapped_column(primary_key=True)
    postcodes: Mapped[tuple[str, ...]] = mapped_column(
        doc="outward codes such as CV21, or areas such as CV; the longest match counts"
    )
    factor: Mapped[Decimal]


class ContractRate(Numbered, Base):
    """A rate that a lot's contract puts in place of the schedule's, for a time."""

    __table_args__ = (
        UniqueConstraint("lot", "contractor", "code", "valid_from"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
    )

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"))
    contractor: Mapped[str] = mapped_column(default="", doc="empty: everyone in the lot")
    code: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(doc="pounds a unit, at most 4 decimal places")
    valid_from: Mapped[date]
    valid_to: Mapped[date]
