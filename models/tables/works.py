"""From consent to payment: consents, certificates, approval, work order, inspection, invoice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Pence, RowId


class Consent(Base):
    """How the landlord's consent stands: needed, matched, asked for, given, refused."""

    __tablename__ = "consent"
    __table_args__ = (
        UniqueConstraint("case_id", "step_revision"),
        CheckConstraint(
            "basis in ('not_needed', 'pre_permission', 'requested', 'granted', 'refused',"
            " 'treated_as_given')",
            name="basis_known",
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step_revision: Mapped[int]
    basis: Mapped[str] = mapped_column(Text)
    permission_id: Mapped[int | None] = mapped_column(ForeignKey("permission.id"))
    landlord: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[str] = mapped_column(Text, default="")
    value_cap_pence: Mapped[int | None] = mapped_column(Pence)
    silence: Mapped[str] = mapped_column(Text, default="officer_decides")
    asked_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    valid_to: Mapped[date | None]


class GrantCertificate(Base):
    """An owner's, tenant's or landlord's certificate of ss.19 to 22, held or waived."""

    __tablename__ = "grant_certificate"
    __table_args__ = (
        UniqueConstraint("case_id", "kind"),
        CheckConstraint("kind in ('owner', 'tenant', 'landlord')", name="kind_known"),
        CheckConstraint("status in ('held', 'waived')", name="status_known"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    dated: Mapped[date]


class Approval(Base):
    """The s.34 decision and how the grant was calculated."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("case_id", "step_revision"),
        CheckConstraint("outcome in ('approved', 'refused')", name="outcome_known"),
        CheckConstraint("grant_pence between 0 and maximum_pence", name="grant_within_maximum"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    step_revision: Mapped[int]
    outcome: Mapped[str] = mapped_column(Text)
    works_pence: Mapped[int] = mapped_column(Pence, doc="works with VAT")
    fees_pence: Mapped[int] = mapped_column(Pence, doc="fees and ancillary charges")
    funders_pence: Mapped[int] = mapped_column(Pence, doc="provider and other funders")
    top_up_pence: Mapped[int] = mapped_column(Pence, doc="discretionary, beside the grant")
    contribution_pence: Mapped[int] = mapped_column(Pence)
    maximum_pence: Mapped[int] = mapped_column(Pence)
    grant_pence: Mapped[int] = mapped_column(Pence)
    decided_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    reason: Mapped[str] = mapped_column(Text)
    waterfall: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, doc="how the grant was reached, line by line, as printed"
    )
    budget_year: Mapped[int | None] = mapped_column(doc="the budget that it is committed in")


class WorkOrder(Base):
    """The instruction to one contractor. Its lines are those of its price, which never changes."""

    __tablename__ = "work_order"
    __table_args__ = (
        UniqueConstraint("number", "version"),
        CheckConstraint(
            "status in ('raised', 'sent', 'complete', 'certified', 'cancelled')",
            name="status_known",
        ),
        CheckConstraint(
            "(status = 'certified') = (certified_on is not null)", name="certified_dated"
        ),
        Index(
            "uq_work_order_one_live",
            "case_id",
            "lot",
            unique=True,
            sqlite_where=text("status != 'cancelled'"),
            postgresql_where=text("status != 'cancelled'"),
        ),
        Index("ix_work_order_contractor_status", "contractor", "status"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    lot: Mapped[str] = mapped_column(Text, default="", doc="empty where no lot covers the works")
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    approval_id: Mapped[int] = mapped_column(
        ForeignKey("approval.id"), doc="s.29: no order before approval"
    )
    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"))
    status: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    start_by: Mapped[date]
    complete_by: Mapped[date]
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    certified_on: Mapped[date | None]
    defects_until: Mapped[date | None]


class Inspection(Base):
    """What was found on one line of an order; the newest row of a line is what stands."""

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint("result in ('pass', 'snag', 'cleared')", name="result_known"),
        Index("ix_inspection_order_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    line: Mapped[int]
    result: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    inspected_on: Mapped[date]
    inspected_by: Mapped[str] = mapped_column(Text)


class CompletionCertificate(Base):
    """A certificate the works need, such as electrical or building control, as received."""

    __tablename__ = "completion_certificate"
    __table_args__ = (UniqueConstraint("order_id", "kind"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    kind: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]


class Invoice(Base):
    """A contractor's invoice for an order, matched with it line by line."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("contractor", "number"),
        CheckConstraint(
            "status in ('received', 'matched', 'queried', 'released')", name="status_known"
        ),
        Index(
            "uq_invoice_one_live",
            "order_id",
            unique=True,
            sqlite_where=text("status != 'queried'"),
            postgresql_where=text("status != 'queried'"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    number: Mapped[str] = mapped_column(Text)
    dated: Mapped[date]
    lines: Mapped[dict[str, Any]] = mapped_column(JSON, doc="line number to net pence")
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    status: Mapped[str] = mapped_column(Text)
    findings: Mapped[list[str]] = mapped_column(JSON)
    recorded_by: Mapped[str] = mapped_column(Text)


class Payment(Base):
    """Money released against an invoice: once, by a second person."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("invoice_id"),
        CheckConstraint("amount_pence > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    amount_pence: Mapped[int] = mapped_column(Pence)
    released_on: Mapped[date]
    released_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
