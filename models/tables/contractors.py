"""Contractors, their dated documents, the lots they are appointed to, and their prices."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known


class Contractor(Base):
    """A firm the service may commission."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    trades: Mapped[tuple[str, ...]]
    authorities: Mapped[tuple[str, ...]]
    capacity_orders: Mapped[int | None]
    capacity_value_pence: Mapped[int | None] = mapped_column(Pence)
    suspended: Mapped[bool] = mapped_column(default=False)
    suspended_from: Mapped[date | None] = mapped_column(doc="null: from the day it was recorded")
    suspended_until: Mapped[date | None] = mapped_column(doc="the last day; null: until lifted")
    suspended_because: Mapped[str | None]


class ContractorDocument(Numbered, Base):
    """Insurance, DBS, scheme membership: what makes a contractor eligible, and until when."""

    __table_args__ = (
        UniqueConstraint("contractor", "document", "valid_from"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
    )

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    document: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    cover_pence: Mapped[int | None] = mapped_column(Pence)
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class HandedDocument(Numbered, Base):
    """A contractor's document with its file, as somebody handed it in: it counts once checked."""

    __table_args__ = (
        known("state", "waiting checked refused"),
        CheckConstraint("(state = 'waiting') = (looked_at is null)", name="looked_at_once"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        Index("ix_handed_document_contractor", "contractor"),
    )

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    document: Mapped[str]
    reference: Mapped[str]
    cover_pence: Mapped[int | None] = mapped_column(Pence)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    name: Mapped[str] = mapped_column(doc="as its sender called it")
    mime: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(doc="bytes")
    handed_by: Mapped[str] = mapped_column(doc="an officer's address, or the contractor's code")
    handed_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    looked_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    looked_at: Mapped[datetime | None]
    why: Mapped[str | None]


class RequiredDocument(Numbered, Base):
    """A document that an authority asks of its contractors, or no longer asks."""

    __table_args__ = (
        UniqueConstraint("authority", "document", "trade"),
        CheckConstraint("minimum_cover_pence > 0", name="minimum_cover_positive"),
    )

    authority: Mapped[str] = mapped_column(default="", doc="empty: every authority")
    document: Mapped[str]
    trade: Mapped[str] = mapped_column(default="", doc="empty: every trade")
    minimum_cover_pence: Mapped[int | None] = mapped_column(Pence)
    asked: Mapped[bool] = mapped_column(default=True)


class ContractorAbsence(Numbered, Base):
    """Days on which a contractor neither answers nor begins, such as its holidays."""

    __table_args__ = (
        UniqueConstraint("contractor", "first_day"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
    )

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    why: Mapped[str] = mapped_column(default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)


class ContractorConflict(Numbered, Base):
    """A contractor's interest in an officer, a client, an address or a case."""

    __table_args__ = (
        UniqueConstraint("contractor", "interest_in", "whom"),
        known("interest_in", "officer client address case"),
    )

    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    interest_in: Mapped[str]
    whom: Mapped[str] = mapped_column(doc="an e-mail, a name, an address or a reference")
    because: Mapped[str]
    last_day: Mapped[date | None] = mapped_column(doc="null while it stands")


class Lot(Base):
    """A group of work types that contractors are appointed to, and how it is awarded."""

    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        known("award_rule", "rotation lowest_price ranked mini_competition"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    work_types: Mapped[tuple[str, ...]]
    authorities: Mapped[tuple[str, ...]]
    award_rule: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    offer_days: Mapped[int] = mapped_column(default=3, doc="working days to answer an offer")


class LotContractor(Base):
    """A contractor's appointment to a lot: its rank and tendered percentage."""

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"), primary_key=True)
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"), primary_key=True)
    rank: Mapped[int | None]
    percentage: Mapped[Decimal]


class PackagePrice(Base):
    """A contractor's pre-tendered price for a package in a lot."""

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"), primary_key=True)
    package: Mapped[str] = mapped_column(ForeignKey("package.code"), primary_key=True)
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"), primary_key=True)
    price_pence: Mapped[int] = mapped_column(Pence)
