"""Authorities, officers, registered providers, their pre-permissions, and days closed."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Pence, RowId, Words


class Authority(Base):
    """A district or borough council."""

    __tablename__ = "authority"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    ons_code: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")


class Officer(Base):
    """Somebody who works for the service, with a role and the authorities they serve."""

    __tablename__ = "officer"

    email: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    authorities: Mapped[tuple[str, ...]] = mapped_column(Words, default=())
    approval_limit_pence: Mapped[int | None] = mapped_column(Pence)


class Provider(Base):
    """A registered provider: a housing association whose consent may be needed."""

    __tablename__ = "provider"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")


class Permission(Base):
    """A pre-permission: works a provider agrees to beforehand, and what silence means."""

    __tablename__ = "permission"
    __table_args__ = (
        UniqueConstraint("provider", "work_types", "valid_from"),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        CheckConstraint("silence in ('officer_decides', 'refused')", name="silence_known"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    provider: Mapped[str] = mapped_column(ForeignKey("provider.code"))
    work_types: Mapped[tuple[str, ...]] = mapped_column(Words)
    value_cap_pence: Mapped[int | None] = mapped_column(Pence)
    conditions: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    response_days: Mapped[int | None]
    silence: Mapped[str] = mapped_column(Text, default="officer_decides")


class ClosedDay(Base):
    """A weekday nobody works: a bank holiday, or one authority's own closure."""

    __tablename__ = "closed_day"
    __table_args__ = (UniqueConstraint("authority", "day", name="uq_closed_day"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    authority: Mapped[str] = mapped_column(Text, default="", doc="empty: every authority")
    day: Mapped[date]
    title: Mapped[str] = mapped_column(Text)
