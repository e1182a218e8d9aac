"""What hangs on a case: its newest price, award, offer, order, approval, consent and invoice."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.cases import WorksLine
from models.prices import Award, Offer, Price, PriceLine, Quote
from models.record import Decision
from models.works import (
    Approval,
    CompletionCertificate,
    Consent,
    GrantCertificate,
    Inspection,
    Invoice,
    WorkOrder,
)
from rules.decisions import ClientAgrees
from rules.errors import BrokenStateError
from rules.sign_off import Inspected


def newest_price(conn: Connection, *, case_id: int, kind: str | None = None) -> AnyRow | None:
    """Return the newest price of a case; of a kind if given, else a tender before an estimate.

    Args:
        conn: Any connection.
        case_id: The case's row id.
        kind: ``estimate`` or ``tender``, or None for the one in force.
    """
    query = select(*Price.__table__.c).where(Price.case_id == case_id)
    if kind:
        query = query.where(Price.kind == kind)
    # "tender" sorts after "estimate", so descending puts the tender first.
    return conn.execute(
        query.order_by(Price.kind.desc(), Price.version.desc()).limit(1)
    ).one_or_none()


def price_by_id(conn: Connection, *, price_id: int) -> AnyRow:
    """Return one price.

    Args:
        conn: Any connection.
        price_id: The price's row id.
    """
    return conn.execute(select(*Price.__table__.c).where(Price.id == price_id)).one()


def price_lines(conn: Connection, *, price_id: int) -> list[AnyRow]:
    """Return the lines of a price, by line number.

    Args:
        conn: Any connection.
        price_id: The price's row id.
    """
    query = select(*PriceLine.__table__.c).where(PriceLine.price_id == price_id)
    return list(conn.execute(query.order_by(PriceLine.line)))


def works_lines(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the works lines of a case, by line number.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*WorksLine.__table__.c).where(WorksLine.case_id == case_id)
    return list(conn.execute(query.order_by(WorksLine.line)))


def newest_award(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the award in force on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*Award.__table__.c).where(Award.case_id == case_id)
    return conn.execute(query.order_by(Award.version.desc()).limit(1)).one_or_none()


def quotes_for(conn: Connection, *, award_id: int) -> list[AnyRow]:
    """Return the quotes of a mini-competition, by contractor.

    Args:
        conn: Any connection.
        award_id: The award's row id.
    """
    query = select(*Quote.__table__.c).where(Quote.award_id == award_id)
    return list(conn.execute(query.order_by(Quote.contractor)))


def live_offer(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the offer that is out or accepted on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*Offer.__table__.c).where(
        Offer.case_id == case_id, Offer.status.in_(("offered", "accepted"))
    )
    return conn.execute(query).one_or_none()


def offers_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return every offer made on a case, oldest first.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*Offer.__table__.c).where(Offer.case_id == case_id)
    return list(conn.execute(query.order_by(Offer.id)))


def live_order(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the work order in force on a case, its newest version.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*WorkOrder.__table__.c).where(
        WorkOrder.case_id == case_id, WorkOrder.status != "cancelled"
    )
    return conn.execute(query.order_by(WorkOrder.version.desc()).limit(1)).one_or_none()


def approval_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the newest s.34 decision on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*Approval.__table__.c).where(Approval.case_id == case_id)
    return conn.execute(query.order_by(Approval.step_revision.desc()).limit(1)).one_or_none()


def order_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the work order in force, where the pathway says there must be one.

    Args:
        conn: Any connection.
        case_id: The case's row id.

    Raises:
        BrokenStateError: There is none: the database contradicts the pathway.
    """
    return _must_be(live_order(conn, case_id=case_id), "work order", case_id)


def approval_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the s.34 decision, where the pathway says there must be one.

    Args:
        conn: Any connection.
        case_id: The case's row id.

    Raises:
        BrokenStateError: There is none: the database contradicts the pathway.
    """
    return _must_be(approval_of(conn, case_id=case_id), "approval", case_id)


def award_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the award, where the pathway says there must be one.

    Args:
        conn: Any connection.
        case_id: The case's row id.

    Raises:
        BrokenStateError: There is none: the database contradicts the pathway.
    """
    return _must_be(newest_award(conn, case_id=case_id), "award", case_id)


def price_in_force(conn: Connection, *, case_id: int) -> AnyRow:
    """Return the price in force, where the pathway says there must be one.

    Args:
        conn: Any connection.
        case_id: The case's row id.

    Raises:
        BrokenStateError: There is none: the database contradicts the pathway.
    """
    return _must_be(newest_price(conn, case_id=case_id), "price", case_id)


def _must_be(row: AnyRow | None, what: str, case_id: int) -> AnyRow:
    if row is None:
        raise BrokenStateError(
            f"Case row {case_id} has reached a step that needs its {what}, and has none.",
            next_step="Run `handrail verify` and restore from a backup.",
        )
    return row


def consent_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return how the landlord's consent stands on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(*Consent.__table__.c).where(Consent.case_id == case_id)
    return conn.execute(query.order_by(Consent.step_revision.desc()).limit(1)).one_or_none()


def certificates_of(conn: Connection, *, case_id: int) -> dict[str, str]:
    """Return the grant certificates on a case: kind to ``held`` or ``waived``.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(GrantCertificate.kind, GrantCertificate.status)
    query = query.where(GrantCertificate.case_id == case_id).order_by(GrantCertificate.kind)
    return {row.kind: row.status for row in conn.execute(query)}


def newest_invoice(conn: Connection, *, order_id: int) -> AnyRow | None:
    """Return the newest invoice for an order.

    Args:
        conn: Any connection.
        order_id: The order's row id.
    """
    query = select(*Invoice.__table__.c).where(Invoice.order_id == order_id)
    return conn.execute(query.order_by(Invoice.id.desc()).limit(1)).one_or_none()


def client_view(conn: Connection, *, case_id: int) -> bool | None:
    """Return the client's newest answer to whether they agree the works are done, or None.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    query = select(Decision.facts).where(
        Decision.case_id == case_id, Decision.kind == ClientAgrees.kind
    )
    facts = conn.execute(query.order_by(Decision.id.desc()).limit(1)).scalar_one_or_none()
    return None if facts is None else bool(facts["agrees"])


def inspected(conn: Connection, *, order: AnyRow) -> Inspected:
    """Return what is known about an order's completion, the client's own view included.

    The works lines are inspected, each where it is in the home, also where a package prices
    several of them as one.

    Args:
        conn: Any connection.
        order: The order.
    """
    lines = price_lines(conn, price_id=order.price_id)
    found = conn.execute(
        select(Inspection.line, Inspection.result, Inspection.note)
        .where(Inspection.order_id == order.id)
        .order_by(Inspection.id)
    ).all()
    newest = {row.line: row for row in found}
    held = conn.execute(
        select(CompletionCertificate.kind).where(CompletionCertificate.order_id == order.id)
    ).scalars()
    return Inspected(
        lines=frozenset(line.line for line in works_lines(conn, case_id=order.case_id)),
        results={line: row.result for line, row in newest.items()},
        snags={line: row.note for line, row in newest.items() if row.result == "snag"},
        certificates_needed=frozenset(kind for line in lines for kind in line.certificates),
        certificates_held=frozenset(held),
        client_agrees=client_view(conn, case_id=order.case_id),
    )
