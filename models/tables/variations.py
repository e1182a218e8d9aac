"""The versions of an order, and the variations that make them: claimed, assessed, decided."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, Pence, known, partial

OPEN = "status in ('claimed', 'assessed')"


class Variation(Numbered, Base):
    """A change to an issued order: what was claimed, apart from what was agreed and decided."""

    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        known("status", "claimed assessed approved rejected withdrawn"),
        known("limb", "works_cost ancillary_cost unforeseeable_works"),
        CheckConstraint("(status = 'approved') = (version is not null)", name="approved_version"),
        CheckConstraint(f"({OPEN}) = (ended_at is null)", name="ended_dated"),
        CheckConstraint(
            "status not in ('assessed', 'approved') or agreed_net_pence is not null",
            name="assessed_sum",
        ),
        partial("uq_variation_one_open", "order_id", unique=True, where=OPEN),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    number: Mapped[int]
    status: Mapped[str]
    claimed_by: Mapped[str]
    claimed_at: Mapped[datetime]
    reason: Mapped[str]
    evidence: Mapped[str] = mapped_column(default="")
    instructed_at: Mapped[datetime | None] = mapped_column(
        doc="when an officer said it by telephone for safety, if so; claimed_at is when it was "
        "recorded"
    )
    claimed_net_pence: Mapped[int] = mapped_column(Pence, doc="the difference it asks for")
    claimed_vat_pence: Mapped[int] = mapped_column(Pence)
    assessed_by: Mapped[str | None]
    assessed_at: Mapped[datetime | None]
    assess_reason: Mapped[str | None]
    agreed_net_pence: Mapped[int | None] = mapped_column(Pence, doc="the difference agreed")
    agreed_vat_pence: Mapped[int | None] = mapped_column(Pence)
    limb: Mapped[str | None] = mapped_column(
        doc="of s.34(5), where it is to raise what is approved"
    )
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None]
    version: Mapped[int | None] = mapped_column(doc="the version of the order that it made")


class VariationLine(Base):
    """One line of a variation: what is omitted, changed or added, as claimed and as agreed.

    The sums are differences: what the order's price changes by with this line, after those before.
    """

    __table_args__ = (known("change", "omit quantity add bespoke"),)

    variation_id: Mapped[int] = mapped_column(ForeignKey("variation.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, doc="the works line, or the number it gets")
    change: Mapped[str]
    code: Mapped[str | None]
    description: Mapped[str]
    unit: Mapped[str]
    location: Mapped[str | None] = mapped_column(doc="where in the home, of a line that is added")
    before: Mapped[Decimal | None] = mapped_column(doc="its quantity in the version before")
    claimed_quantity: Mapped[Decimal | None]
    claimed_sum_pence: Mapped[int | None] = mapped_column(
        Pence, doc="the whole line net, where it is quoted and no schedule prices it"
    )
    claimed_net_pence: Mapped[int] = mapped_column(Pence)
    claimed_vat_pence: Mapped[int] = mapped_column(Pence)
    taken: Mapped[bool | None] = mapped_column(doc="whether any of it was agreed")
    agreed_quantity: Mapped[Decimal | None]
    agreed_sum_pence: Mapped[int | None] = mapped_column(Pence)
    agreed_net_pence: Mapped[int | None] = mapped_column(Pence)
    agreed_vat_pence: Mapped[int | None] = mapped_column(Pence)
    why: Mapped[str] = mapped_column(default="", doc="why it is agreed otherwise than claimed")
    out_of_hours: Mapped[bool]
    quoted: Mapped[bool] = mapped_column(doc="at a sum of its own, on no terms of the contractor")
    works: Mapped[dict[str, Any] | None] = mapped_column(
        doc="the line as it is priced, frozen; none of one omitted"
    )
    no_certificates_because: Mapped[str] = mapped_column(default="")


class OrderVersion(Base):
    """A version of an order: its price, what changed, and the approval it rests on.

    An order of an earlier release of Handrail has none before its first variation: it is version 1.
    """

    __table_args__ = (UniqueConstraint("price_id"), UniqueConstraint("variation_id"))

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"))
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    variation_id: Mapped[int | None] = mapped_column(ForeignKey("variation.id"))
    issued_at: Mapped[datetime]
    changed: Mapped[list[str]] = mapped_column(doc="what changed from the version before, in words")
