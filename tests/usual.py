"""What is usually decided at a step, where nothing is amiss."""

from __future__ import annotations

from sqlalchemy import Connection

from adapters import clock
from models.base import AnyRow
from models.case_queries import approval_of, inspected, newest_invoice, order_in_force, price_by_id
from models.site_queries import order_on_site
from rules.agreement import ViewHow
from rules.decisions import BaseDecision
from rules.variations import Limb
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.grants.approve import Approve
from services.grants.findings import FindNecessary, FindPracticable, findings_of
from services.grants.terms import consulted_on_works
from services.orders.safety import HoldPlan
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release


def at_approve(conn: Connection, case: AnyRow) -> BaseDecision:
    """Return the next decision of a case that waits for its approval: a finding, or it."""
    found = findings_of(conn, case=case, today=clock.today())
    if found.practicable is None:
        return FindPracticable(practicable=True)
    consulted = consulted_on_works(conn, authority=case.authority, on=clock.today())
    if found.necessary is None and not consulted:
        return FindNecessary(necessary=True, found_by="Otto Therapy")
    before = approval_of(conn, case_id=case.id)
    again = before is not None and before.outcome == "approved"
    return Approve(approved=True, limb=Limb.WORKS_COST if again else None)


def at_works(conn: Connection, case: AnyRow) -> BaseDecision:
    """Return what the contractor says next."""
    order = order_in_force(conn, case_id=case.id)
    if order_on_site(conn, order=order).plan is None:
        return HoldPlan("CPP-1", clock.today())
    if order.started_on is None:
        return StartWorks(clock.today())
    return CompleteWorks(clock.today(), "photographs")


def at_sign_off(conn: Connection, case: AnyRow) -> BaseDecision:
    """Return what the officer finds next."""
    known = inspected(conn, order=order_in_force(conn, case_id=case.id))
    if known.not_inspected or known.snags:
        return InspectLines(all_pass=True)
    if known.certificates_missing:
        return HoldCertificate(known.certificates_missing[0], "C-1")
    return Certify() if known.client else ClientAgrees(agrees=True, how=ViewHow.VISIT)


def at_pay(conn: Connection, case: AnyRow) -> BaseDecision:
    """Return the invoice, or its release."""
    order = order_in_force(conn, case_id=case.id)
    invoice = newest_invoice(conn, order_id=order.id)
    if invoice is not None and invoice.status == "matched":
        return Release()
    total = price_by_id(conn, price_id=order.price_id).total_pence
    return RecordInvoice(f"INV-{case.reference}", clock.today(), total, as_ordered=True)
