"""Contractors, their dated documents, the lots they are appointed to, and their prices."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Exact, Pence, RowId, Words


class Contractor(Base):
    """A firm the service may commission."""

    __tablename__ = "contractor"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text, default="")
    trades: Mapped[tuple[str, ...]] = mapped_column(Words)
    authorities: Mapped[tuple[str, ...]] = mapped_column(Words)
    capacity_orders: Mapped[int | None]
    capacity_value_pence: Mapped[int | None] = mapped_column(Pence)
    suspended: Mapped[bool] = mapped_column(default=False)


class ContractorDocument(Base):
    """Insurance, DBS, scheme membership: what makes a contractor eligible, and until when."""

    __tablename__ = "contractor_document"
    __table_args__ = (
        UniqueConstraint("contractor", "document", "valid_from"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    document: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text, default="")
    cover_pence: Mapped[int | None] = mapped_column(Pence)
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class Lot(Base):
    """A group of work types that contractors are appointed to, and how it is awarded."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        CheckConstraint(
            "award_rule in ('rotation', 'lowest_price', 'ranked', 'mini_competition')",
            name="award_rule_known",
        ),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    work_types: Mapped[tuple[str, ...]] = mapped_column(Words)
    authorities: Mapped[tuple[str, ...]] = mapped_column(Words)
    award_rule: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    offer_days: Mapped[int] = mapped_column(default=3, doc="working days to answer an offer")


class LotContractor(Base):
    """A contractor's appointment to a lot: its rank and tendered percentage."""

    __tablename__ = "lot_contractor"

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"), primary_key=True)
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"), primary_key=True)
    rank: Mapped[int | None]
    percentage: Mapped[Decimal] = mapped_column(Exact)


class PackagePrice(Base):
    """A contractor's pre-tendered price for a package in a lot."""

    __tablename__ = "package_price"

    lot: Mapped[str] = mapped_column(ForeignKey("lot.code"), primary_key=True)
    package: Mapped[str] = mapped_column(ForeignKey("package.code"), primary_key=True)
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"), primary_key=True)
    price_pence: Mapped[int] = mapped_column(Pence)
