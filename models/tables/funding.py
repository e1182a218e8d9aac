"""Who pays for a case besides the grant, under which rule the means test is waived, and budgets."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Exact, Numbered, OfCase, Pence, known, partial

ARITHMETICS = "maximum_then_contribution others_then_maximum contribution_then_maximum"


class FundingLine(Numbered, OfCase, Base):
    """A fee or charge of a case, or what another funder puts in; removed ones stay on record."""

    __table_args__ = (
        known("kind", "fee ancillary provider other_funder top_up contribution_top_up"),
        CheckConstraint("amount_pence > 0", name="amount_positive"),
        Index("ix_funding_line_case_id", "case_id"),
    )

    kind: Mapped[str]
    description: Mapped[str]
    amount_pence: Mapped[int] = mapped_column(Pence)
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class ChargePayment(Numbered, OfCase, Base):
    """A fee or charge that was paid after its case had ended, because the authority thought fit."""

    __table_args__ = (
        UniqueConstraint("line_id"),
        known("ground", "occupant_died occupant_moved need_ceased applicant_died"),
        CheckConstraint("amount_pence > 0", name="amount_positive"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("funding_line.id"))
    ground: Mapped[str]
    amount_pence: Mapped[int] = mapped_column(Pence)
    paid_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    supplier: Mapped[str | None] = mapped_column(
        doc="who is paid; empty: the applicant, or their estate; None: before it was asked"
    )
    invoice: Mapped[str | None] = mapped_column(doc="what it is paid on; None as above")


class PayerShare(Numbered, OfCase, Base):
    """What somebody pays of the cost that the grant does not; earlier ones stay on record."""

    __table_args__ = (
        known("how", "received direct agreed"),
        CheckConstraint("amount_pence > 0", name="amount_positive"),
        partial(
            "uq_payer_share_one_live", "case_id", "payer", unique=True, where="ended_at is null"
        ),
    )

    payer: Mapped[str]
    how: Mapped[str]
    amount_pence: Mapped[int] = mapped_column(Pence)
    recorded_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(doc="when it was recorded anew or withdrawn")


class WaiverRule(Base):
    """A policy of an authority to waive the means test for some works, up to a cost."""

    __table_args__ = (CheckConstraint("valid_to >= valid_from", name="dates_in_order"),)

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    work_types: Mapped[tuple[str, ...]] = mapped_column(default=(), doc="empty: any works")
    cost_cap_pence: Mapped[int | None] = mapped_column(Pence)
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class Waiver(Base):
    """The recorded waiver of the means test on a case, and the rule it rests on."""

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    rule: Mapped[str]
    title: Mapped[str]
    waived_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    waived_on: Mapped[date]


class MeansTestTerms(Base):
    """The figures of the means test, from a day on; every authority's where it names none."""

    authority: Mapped[str] = mapped_column(primary_key=True, default="")
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    band_1_pence: Mapped[int] = mapped_column(Pence, doc="a week; where the first slice ends")
    band_2_pence: Mapped[int] = mapped_column(Pence)
    band_3_pence: Mapped[int] = mapped_column(Pence)
    owner_1: Mapped[Decimal] = mapped_column(Exact, doc="pounds of loan for a pound of the slice")
    owner_2: Mapped[Decimal] = mapped_column(Exact)
    owner_3: Mapped[Decimal] = mapped_column(Exact)
    owner_4: Mapped[Decimal] = mapped_column(Exact)
    tenant_1: Mapped[Decimal] = mapped_column(Exact)
    tenant_2: Mapped[Decimal] = mapped_column(Exact)
    tenant_3: Mapped[Decimal] = mapped_column(Exact)
    tenant_4: Mapped[Decimal] = mapped_column(Exact)
    capital_free_pence: Mapped[int] = mapped_column(Pence)
    tariff_pence: Mapped[int] = mapped_column(Pence)
    tariff_60_pence: Mapped[int] = mapped_column(Pence)
    passporting: Mapped[tuple[str, ...]] = mapped_column(default=())
    verified: Mapped[bool] = mapped_column(default=False)


class GrantTerms(Base):
    """What is settled of grants, from a day on; every authority's where it names none."""

    __table_args__ = (known("arithmetic", ARITHMETICS),)

    authority: Mapped[str] = mapped_column(primary_key=True, default="")
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    arithmetic: Mapped[str] = mapped_column(doc="which of maximum and contribution comes first")
    consults: Mapped[str | None] = mapped_column(
        doc="the social services authority, where it is another; none: it need not be consulted"
    )


class MeansAssessment(Numbered, OfCase, Base):
    """A contribution as assessed, with its sum as printed; the newest stands.

    The sum names income and savings: it is erased with the other inputs of a closed case.
    """

    __table_args__ = (
        known("basis", "owner tenant young_person"),
        CheckConstraint("contribution_pence >= 0", name="contribution_not_negative"),
        Index("ix_means_assessment_case_id", "case_id"),
    )

    basis: Mapped[str]
    passported: Mapped[str] = mapped_column(default="")
    contribution_pence: Mapped[int] = mapped_column(Pence)
    terms_from: Mapped[date]
    lines: Mapped[list[dict[str, Any]]]
    assessed_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    assessed_at: Mapped[datetime]


class GrantHeld(Numbered, OfCase, Base):
    """What a grant comes to from then on, as its works came out cheaper (s.42): the newest."""

    __table_args__ = (Index("ix_grant_held_approval_id", "approval_id"),)

    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    grant_pence: Mapped[int] = mapped_column(Pence)
    held_from: Mapped[datetime]


class Budget(Numbered, Base):
    """An authority's money for grants in one financial year, and how much of it is committed."""

    __table_args__ = (
        UniqueConstraint("authority", "year"),
        CheckConstraint("committed_pence between 0 and amount_pence", name="committed_within"),
    )

    authority: Mapped[str] = mapped_column(ForeignKey("authority.code"))
    year: Mapped[int] = mapped_column(doc="2026: from 1 April 2026 to 31 March 2027")
    amount_pence: Mapped[int] = mapped_column(Pence)
    committed_pence: Mapped[int] = mapped_column(Pence, default=0)
