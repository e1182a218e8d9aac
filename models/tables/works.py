"""From consent to payment: consents, certificates, approval, work order, inspection, invoice."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Numbered, OfCase, Pence, known, partial, word
from models.tables.funding import ARITHMETICS

STATUSES = "raised sent complete certified cancelled replaced"
IN_FORCE = "status not in ('cancelled', 'replaced')"


class Consent(Numbered, OfCase, Base):
    """How the landlord's consent stands: needed, matched, asked for, given, refused."""

    __table_args__ = (
        UniqueConstraint("case_id", "step_revision"),
        known("basis", "not_needed pre_permission requested granted refused treated_as_given"),
        partial("ix_consent_chase", "chase_on", where="chase_on is not null"),
    )

    step_revision: Mapped[int]
    basis: Mapped[str]
    permission_id: Mapped[int | None] = mapped_column(ForeignKey("permission.id"))
    cited: Mapped[str | None] = mapped_column(
        doc="the agreement and its clause as they were when it matched"
    )
    matched_id: Mapped[int | None] = mapped_column(
        ForeignKey("permission.id"), doc="what covers it that was registered since it was asked"
    )
    matched_cap_pence: Mapped[int | None] = mapped_column(Pence)
    why_asked: Mapped[str | None] = mapped_column(
        doc="every term that each agreement fails, a line each"
    )
    landlord: Mapped[str] = mapped_column(default="")
    conditions: Mapped[str] = mapped_column(default="")
    value_cap_pence: Mapped[int | None] = mapped_column(Pence)
    silence: Mapped[str] = mapped_column(default="officer_decides")
    asked_on: Mapped[date | None] = mapped_column(doc="of an earlier version; since: sent_on")
    sent_on: Mapped[date | None] = mapped_column(doc="the day the landlord was asked")
    reply_days: Mapped[int | None] = mapped_column(doc="working days the landlord is given")
    reply_by: Mapped[date | None]
    undelivered_on: Mapped[date | None] = mapped_column(
        doc="since when it is known that the request did not arrive; none once it is sent again"
    )
    chase_on: Mapped[date | None] = mapped_column(
        doc="when the landlord is reminded next, or its silence put to an officer"
    )
    chased: Mapped[int | None] = mapped_column(doc="reminders sent")
    answered_on: Mapped[date | None]
    valid_to: Mapped[date | None]


class Approval(Numbered, OfCase, Base):
    """The s.34 decision and how the grant was calculated."""

    __table_args__ = (
        UniqueConstraint("case_id", "step_revision"),
        known("outcome", "approved refused"),
        known("arithmetic", ARITHMETICS),
        CheckConstraint("grant_pence between 0 and maximum_pence", name="grant_within_maximum"),
        CheckConstraint(
            "not_eligible_pence between 0 and works_pence", name="not_eligible_within_works"
        ),
        known("again_for", "works_cost ancillary_cost unforeseeable_works"),
        CheckConstraint(
            "(necessary_id is null) = (practicable_id is null)", name="both_findings_or_neither"
        ),
    )

    step_revision: Mapped[int]
    outcome: Mapped[str]
    works_pence: Mapped[int] = mapped_column(Pence, doc="works with VAT")
    fees_pence: Mapped[int] = mapped_column(Pence, doc="fees and ancillary charges")
    funders_pence: Mapped[int] = mapped_column(Pence, doc="provider and other funders")
    top_up_pence: Mapped[int] = mapped_column(Pence, doc="discretionary, beside the grant")
    contribution_pence: Mapped[int] = mapped_column(Pence)
    maximum_pence: Mapped[int] = mapped_column(Pence)
    grant_pence: Mapped[int] = mapped_column(Pence)
    decided_on: Mapped[date]
    decided_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    reason: Mapped[str]
    waterfall: Mapped[list[dict[str, Any]]] = mapped_column(
        doc="how the grant was reached, line by line, as printed"
    )
    budget_year: Mapped[int | None] = mapped_column(doc="the budget that it is committed in")
    limb: Mapped[str | None] = mapped_column(
        doc="of s.34(5), where it redetermines the grant as an order is varied"
    )
    arithmetic: Mapped[str | None] = mapped_column(
        doc="the order of maximum, contribution and others' money; empty: others' money first"
    )
    pay_from: Mapped[date | None] = mapped_column(
        doc="s.36: the notified day before which nothing is paid"
    )
    left_out: Mapped[dict[str, str] | None] = mapped_column(
        JSON(none_as_null=True), doc="each line or item that is not eligible, and why"
    )
    not_eligible_pence: Mapped[int | None] = mapped_column(
        Pence, doc="what they come to with VAT; none: approved before that was asked"
    )
    again_for: Mapped[str | None] = mapped_column(
        doc="the limb of s.34(5) for which it is more than was approved before"
    )
    necessary_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id"),
        doc="the finding of s.24(3)(a) that it rests on; none: approved before that was asked",
    )
    practicable_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id"), doc="the finding of s.24(3)(b), likewise"
    )


class WorkOrder(Numbered, OfCase, Base):
    """The instruction to one contractor, in its newest version.

    Its lines are those of its price. A price never changes: an approved variation gives the order
    another, and ``order_version`` keeps each.
    """

    __table_args__ = (
        UniqueConstraint("number", "version"),
        known("status", STATUSES),
        CheckConstraint(
            "(status = 'certified') = (certified_on is not null)", name="certified_dated"
        ),
        partial("uq_work_order_one_live", "case_id", "lot", unique=True, where=IN_FORCE),
        Index("ix_work_order_contractor_status", "contractor", "status"),
        Index("ix_work_order_offer_id", "offer_id"),
        Index("ix_work_order_case_id", "case_id"),
    )

    number: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    lot: Mapped[str] = mapped_column(default="", doc="empty where no lot covers the works")
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    approval_id: Mapped[int] = mapped_column(
        ForeignKey("approval.id"), doc="s.29: no order before approval"
    )
    price_id: Mapped[int] = mapped_column(ForeignKey("price.id"))
    status: Mapped[str]
    raised_at: Mapped[datetime]
    start_by: Mapped[date]
    complete_by: Mapped[date]
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    certified_on: Mapped[date | None]
    defects_until: Mapped[date | None]
    covered_pence: Mapped[int | None] = mapped_column(
        Pence, doc="what others had agreed to pay when it was raised; None: before that was asked"
    )


ORDER_IN_FORCE: Final = WorkOrder.status.not_in((word("cancelled"), word("replaced")))
"""Whether an order is the one of its case: neither cancelled nor given to another contractor."""


class OrderEnding(Base):
    """An order whose works stopped: on which ground, and what was done comes to.

    The order is complete then, and the case ends; or it is replaced, and another follows.
    """

    __table_args__ = (
        known(
            "ground",
            "occupant_died occupant_moved need_ceased applicant_died applicant_not_entitled "
            "withdrew did_not_start stopped insolvent agreed suspended defective",
        ),
        CheckConstraint("total_pence = net_pence + vat_pence", name="total_is_net_and_vat"),
        CheckConstraint("direct_pence between 0 and total_pence", name="direct_within"),
        CheckConstraint(
            "grant_pence between 0 and total_pence - direct_pence", name="grant_within"
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"), primary_key=True)
    ground: Mapped[str]
    ended_on: Mapped[date]
    ended_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    direct_pence: Mapped[int] = mapped_column(Pence, doc="of it, what others pay the contractor")
    grant_pence: Mapped[int] = mapped_column(Pence, doc="of it, what the grant pays")


class ValuedLine(Base):
    """What was done of one line of an order that ended: never more than was ordered.

    What is omitted from a package is ordered below zero.
    """

    __table_args__ = (
        CheckConstraint(
            "net_pence between 0 and ordered_pence or net_pence between ordered_pence and 0",
            name="net_within_ordered",
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("order_ending.order_id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    ordered_pence: Mapped[int] = mapped_column(Pence, doc="net, as ordered")
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)


class Inspection(Numbered, Base):
    """What was found on one line of an order; the newest row of a line is what stands.

    A row with a snag is one snag. What is wrong with it, and what was said of it since, stands in
    ``finding_entry``; a snag that an earlier version recorded has its words in the note.
    """

    __table_args__ = (
        known("result", "pass snag cleared no_access not_looked_at"),
        CheckConstraint("quantity is null or result in ('pass', 'snag')", name="quantity_found"),
        Index("ix_inspection_order_id", "order_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    line: Mapped[int]
    result: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    inspected_on: Mapped[date]
    inspected_by: Mapped[str]
    quantity: Mapped[Decimal | None] = mapped_column(
        doc="as measured again, where it differs from what was ordered"
    )


class CompletionCertificate(Numbered, Base):
    """A certificate the works need, such as electrical or building control, as received."""

    __table_args__ = (UniqueConstraint("order_id", "kind"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    kind: Mapped[str]
    reference: Mapped[str]
    received_on: Mapped[date]


class Invoice(Numbered, Base):
    """A contractor's invoice for an order, or a credit note against one, matched line by line.

    One that was corrected, withdrawn or rejected stays as it was recorded, and frees its number.
    """

    __table_args__ = (
        known("status", "received matched queried released corrected withdrawn rejected"),
        known("source", "page email post file"),
        known("sender", "contractor other"),
        partial(
            "uq_invoice_number_stands",
            "contractor",
            "number_key",
            unique=True,
            where="status not in ('corrected', 'withdrawn', 'rejected')",
        ),
        Index("ix_invoice_order_id", "order_id"),
        Index("ix_invoice_credits_id", "credits_id"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("work_order.id"))
    contractor: Mapped[str] = mapped_column(ForeignKey("contractor.code"))
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(doc="the number as it is compared")
    entry: Mapped[int] = mapped_column(doc="which entry of its number: 1, then each after it")
    dated: Mapped[date]
    lines: Mapped[dict[str, Any]] = mapped_column(doc="line number to net pence")
    net_pence: Mapped[int] = mapped_column(Pence)
    vat_pence: Mapped[int] = mapped_column(Pence)
    total_pence: Mapped[int] = mapped_column(Pence)
    status: Mapped[str]
    findings: Mapped[list[str]]
    recorded_by: Mapped[str]
    credits_id: Mapped[int | None] = mapped_column(
        ForeignKey("invoice.id"), doc="the invoice that it credits; none: it is no credit note"
    )
    received_on: Mapped[date | None] = mapped_column(doc="None: before that was recorded")
    source: Mapped[str | None] = mapped_column(doc="how it came; None: before that was recorded")
    sender: Mapped[str | None] = mapped_column(doc="whom it says it is from; None: nobody asked")
    apart: Mapped[bool | None] = mapped_column(
        doc="it was said to be no second copy of one with its date and total"
    )
    line_vat: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True),
        doc="line number to the VAT of it that is paid; None: before lines were paid apart",
    )


class Payment(Numbered, Base):
    """Money released against an invoice by a second person: all of it, or lines that are payable.

    A line that was held is released later, once it is cleared.
    """

    __table_args__ = (
        Index("ix_payment_invoice_id", "invoice_id"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        CheckConstraint("direct_pence >= 0", name="direct_not_negative"),
        CheckConstraint("deducted_pence between 0 and amount_pence", name="deducted_within"),
        CheckConstraint(
            "amount_pence = received_pence + grant_pence + top_up_pence", name="amount_is_of_whom"
        ),
        CheckConstraint("set_off_pence >= 0", name="set_off_not_negative"),
        known("payee", "contractor applicant"),
    )

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    amount_pence: Mapped[int] = mapped_column(Pence, doc="what the council pays")
    direct_pence: Mapped[int | None] = mapped_column(
        Pence, doc="what others pay the contractor directly; None: before that was recorded"
    )
    deducted_pence: Mapped[int | None] = mapped_column(
        Pence, doc="of it, what CIS deducts; None: paid before there were payment runs"
    )
    cis_percent: Mapped[int | None] = mapped_column(doc="of labour; None: CIS does not apply")
    labour_pence: Mapped[int | None] = mapped_column(Pence, doc="what CIS is deducted from")
    received_pence: Mapped[int | None] = mapped_column(
        Pence, doc="of it, what others had paid in; None as above"
    )
    grant_pence: Mapped[int | None] = mapped_column(Pence, doc="of it, the grant")
    top_up_pence: Mapped[int | None] = mapped_column(Pence, doc="of it, the council's top-up")
    released_on: Mapped[date]
    released_by: Mapped[str] = mapped_column(ForeignKey("officer.email"))
    set_off_pence: Mapped[int | None] = mapped_column(
        Pence, doc="what was credited after it was paid, and is taken off; None: nothing was asked"
    )
    payee: Mapped[str | None] = mapped_column(
        doc="s.39; None: it has no say of the contracting party, or none was asked yet"
    )
