"""Asking a landlord: the tenant's authority, what the landlord answered, and how it is reminded."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, known, partial


class TenantAuthority(Numbered, OfCase, Base):
    """The tenant's application to the landlord, in whose name we ask; one stands at a time."""

    __table_args__ = (
        known("how", "signed_form letter email"),
        partial(
            "uq_tenant_authority_one_stands", "case_id", unique=True, where="withdrawn_at is null"
        ),
    )

    given_on: Mapped[date]
    how: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class JointOwner(Numbered, OfCase, Base):
    """Another owner of the home, or another landlord, who signs a certificate of their own."""

    __table_args__ = (
        UniqueConstraint("case_id", "kind", "number"),
        known("kind", "owner landlord"),
        CheckConstraint("number > 1", name="after_the_first"),
    )

    kind: Mapped[str]
    number: Mapped[int] = mapped_column(doc="2, 3, … after the one on the case")
    name: Mapped[str]
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="they own no part of it after all")


class LandlordAnswer(Numbered, OfCase, Base):
    """What a landlord answered to one request, in its own words, and how it came."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        known("answer", "granted refused"),
        known("how", "page post telephone email in_person"),
    )

    number: Mapped[int] = mapped_column(doc="1, 2, … on its case")
    step_revision: Mapped[int]
    answer: Mapped[str]
    how: Mapped[str]
    received_on: Mapped[date]
    answered_by: Mapped[str] = mapped_column(default="", doc="who answered for the landlord")
    reasons: Mapped[str] = mapped_column(default="", doc="of a refusal, as the landlord gave them")
    recorded_by: Mapped[str] = mapped_column(doc="an officer; or the landlord, by its link")
    recorded_at: Mapped[datetime]


class LandlordQuestion(Numbered, OfCase, Base):
    """What a landlord asked on its page, and what an officer answered."""

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("(answered_at is null) = (answered_by is null)", name="answered_by_one"),
        partial("ix_landlord_question_open", "case_id", where="answered_at is null"),
    )

    number: Mapped[int]
    question: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("officer.email"))
    answered_at: Mapped[datetime | None]


class ConsentTerms(Numbered, Base):
    """When a landlord is reminded, and when a consent that lapses is renewed, from a day on."""

    __table_args__ = (
        UniqueConstraint("authority", "valid_from"),
        CheckConstraint("first_reminder > 0", name="first_after_request"),
        CheckConstraint("second_reminder > first_reminder", name="second_after_first"),
        CheckConstraint("renew_days > 0", name="renewed_before"),
    )

    authority: Mapped[str] = mapped_column(default="", doc="empty: every authority")
    valid_from: Mapped[date]
    first_reminder: Mapped[int | None] = mapped_column(doc="working days after the request")
    second_reminder: Mapped[int | None]
    renew_days: Mapped[int] = mapped_column(doc="working days before a consent lapses")


class GrantCertificate(Numbered, OfCase, Base):
    """An owner's, tenant's or landlord's certificate of ss.19 to 22, held or waived."""

    __table_args__ = (
        partial(
            "uq_grant_certificate_one_of_first",
            *("case_id", "kind"),
            unique=True,
            where="number is null and withdrawn_at is null",
        ),
        partial(
            "uq_grant_certificate_one_of_joint",
            *("case_id", "kind", "number"),
            unique=True,
            where="number is not null and withdrawn_at is null",
        ),
        known("kind", "owner tenant landlord"),
        known("status", "held waived"),
        CheckConstraint("number > 1", name="joint_after_first"),
    )

    kind: Mapped[str]
    number: Mapped[int | None] = mapped_column(doc="of a joint owner or landlord: 2, 3, …")
    status: Mapped[str]
    dated: Mapped[date]
    signed_on: Mapped[date | None]
    signed_by: Mapped[str | None]
    shown: Mapped[str | None] = mapped_column(doc="what shows it, such as doc:3")
    explained_on: Mapped[date | None] = mapped_column(
        doc="when the applicant was told what applying as owner or tenant means for the charge"
    )
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="it was not held after all")
