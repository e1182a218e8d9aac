"""The schedule of rates in versions, and the packages made of its items."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Exact, Instant, RowId, Words


class ScheduleVersion(Base):
    """One dated version of a schedule of rates; ``valid_to`` is None while it is the newest."""

    __tablename__ = "schedule_version"
    __table_args__ = (
        UniqueConstraint("schedule", "valid_from"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    schedule: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    index_percent: Mapped[Decimal] = mapped_column(Exact)
    sha256: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime] = mapped_column(Instant)


class ScheduleItem(Base):
    """One priced item of a schedule version."""

    __tablename__ = "schedule_item"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        Index("ix_schedule_item_code", "code"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("schedule_version.id"))
    code: Mapped[str] = mapped_column(Text)
    short_description: Mapped[str] = mapped_column(Text)
    long_description: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(Text)
    rate: Mapped[Decimal] = mapped_column(Exact, doc="pounds a unit, at most 4 decimal places")
    trade: Mapped[str] = mapped_column(Text)
    smv: Mapped[Decimal | None] = mapped_column(Exact, doc="standard minute value")
    vat_reliefs: Mapped[tuple[str, ...]] = mapped_column(Words, default=())
    certificates: Mapped[tuple[str, ...]] = mapped_column(Words, default=())


class Package(Base):
    """A standard adaptation as a basket of schedule items."""

    __tablename__ = "package"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    work_type: Mapped[str] = mapped_column(Text, index=True)


class PackageLine(Base):
    """One item of a package's basket, with its default quantity."""

    __tablename__ = "package_line"

    package: Mapped[str] = mapped_column(ForeignKey("package.code"), primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(Exact)
