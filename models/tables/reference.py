"""Authorities, officers and absences, registered providers, pre-permissions, and days closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known, partial
from rules.consents.permissions import SILENCES


class Authority(Base):
    """A district or borough council."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    ons_code: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")


class OwnLetter(Numbered, Base):
    """A version of an authority's own letters: its logo and paragraphs. The newest counts."""

    __table_args__ = (UniqueConstraint("authority", "version"),)

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    version: Mapped[int]
    words: Mapped[dict[str, Any]] = mapped_column(
        doc="by letter, by place; see rules.documents.own"
    )
    logo_path: Mapped[str] = mapped_column(default="", doc="below the documents folder")
    logo_sha256: Mapped[str] = mapped_column(default="")
    logo_mime: Mapped[str] = mapped_column(default="")
    made_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    made_at: Mapped[datetime]
    reason: Mapped[str]


class Officer(Base):
    """Somebody who works for the service, with a role and the authorities they serve."""

    email: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    authorities: Mapped[tuple[str, ...]] = mapped_column(default=())
    approval_limit_pence: Mapped[int | None] = mapped_column(Pence)
    last_day: Mapped[date | None] = mapped_column(doc="empty while they serve")


class Absence(Numbered, Base):
    """Days on which an officer is away, and who stands in for them."""

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("officer <> covered_by", name="covered_by_another"),
    )

    officer: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    covered_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[str]
    withdrawn: Mapped[bool] = mapped_column(default=False, doc="they were, or will be, there")
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]


class Provider(Base):
    """A registered provider: a housing association whose consent may be needed."""

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")


class Permission(Numbered, Base):
    """A pre-permission: works a provider agrees to beforehand, and what silence means."""

    __table_args__ = (
        partial(
            "uq_permission_one_a_clause",
            *("provider", "work_types", "valid_from", "clause"),
            unique=True,
            where="clause is not null",
        ),
        partial(
            "uq_permission_one_without_clause",
            *("provider", "work_types", "valid_from"),
            unique=True,
            where="clause is null",
        ),
        CheckConstraint("valid_to >= valid_from", name="dates_in_order"),
        known("silence", " ".join(SILENCES)),
    )

    provider: Mapped[str] = mapped_column(ForeignKey("provider.code"))
    work_types: Mapped[tuple[str, ...]]
    value_cap_pence: Mapped[int | None] = mapped_column(Pence)
    conditions: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    response_days: Mapped[int | None]
    silence: Mapped[str] = mapped_column(default="officer_decides")
    agreement: Mapped[str | None]
    clause: Mapped[str | None]
    left_out: Mapped[tuple[str, ...] | None] = mapped_column(
        doc="UPRNs, postcodes, outward codes and areas that it does not cover"
    )


class ClosedDay(Numbered, Base):
    """A weekday nobody works: a bank holiday, or one authority's own closure."""

    __table_args__ = (UniqueConstraint("authority", "day", name="uq_closed_day"),)

    authority: Mapped[str] = mapped_column(default="", doc="empty: every authority")
    day: Mapped[date]
    title: Mapped[str]
