"""The schedule of rates in versions, and the packages made of its items."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered


class ScheduleVersion(Numbered, Base):
    """One dated version of a schedule of rates; ``valid_to`` is None while it is the newest."""

    __table_args__ = (
        UniqueConstraint("schedule", "valid_from"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="dates_in_order"),
    )

    schedule: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    index_percent: Mapped[Decimal]
    sha256: Mapped[str]
    imported_at: Mapped[datetime]


class ScheduleItem(Numbered, Base):
    """One priced item of a schedule version."""

    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        Index("ix_schedule_item_code", "code"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("schedule_version.id"))
    code: Mapped[str]
    short_description: Mapped[str]
    long_description: Mapped[str] = mapped_column(default="")
    unit: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(doc="pounds a unit, at most 4 decimal places")
    trade: Mapped[str]
    smv: Mapped[Decimal | None] = mapped_column(doc="standard minute value")
    vat_reliefs: Mapped[tuple[str, ...]] = mapped_column(default=())
    certificates: Mapped[tuple[str, ...]] = mapped_column(default=())


class Package(Base):
    """A standard adaptation as a basket of schedule items."""

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    work_type: Mapped[str] = mapped_column(index=True)


class PackageLine(Base):
    """One item of a package's basket, with its default quantity."""

    package: Mapped[str] = mapped_column(ForeignKey("package.code"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal]
