"""Contractors, their dated documents, the lots they are appointed to, and their prices."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
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
