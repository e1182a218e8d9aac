"""What hangs on a case: its newest price, award, offer, order, approval, consent and invoice.

Each statement is built once, and given its values when it is asked: building one takes several
times as long as asking it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Select, bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow, Base
from models.tables.cases import WorksLine
from models.tables.competition import Quote
from models.tables.prices import Award, Offer, Price, PriceLine
from models.tables.record import Decision
from models.tables.works import (
    Approval,
    CompletionCertificate,
    Consent,
    GrantCertificate,
    Inspection,
    Invoice,
    WorkOrder,
)
from rules.completion import Inspected
from rules.decisions import ClientAgrees
from rules.errors import BrokenStateError


def _on_case(model: type[Base]) -> Select[*tuple[Any, ...]]:
    columns = model.__table__.c
    return select(*columns).where(columns.case_id == bindparam("case_id"))


# "tender" sorts after "estimate", so descending puts the tender first.
_PRICE_IN_FORCE: Final = _on_case(Price).order_by(Price.kind.desc(), Price.version.desc()).limit(1)
_PRICE_OF_KIND: Final = _PRICE_IN_FORCE.where(Price.kind == bindparam("kind"))
_PRICE: Final = select(*Price.__table__.c).where(Price.id == bindparam("price_id"))
_PRICE_LINES: Final = (
    select(*PriceLine.__table__.c)
    .where(PriceLine.price_id == bindparam("price_id"))
    .order_by(PriceLine.line)
)
_WORKS_LINES: Final = _on_case(WorksLine).order_by(WorksLine.line)
_AWARD: Final = _on_case(Award).order_by(Award.version.desc()).limit(1)
_QUOTES: Final = (
    select(*Quote.__table__.c)
    .where(Quote.award_id == bindparam("award_id"))
    .order_by(Quote.contractor)
)
_OFFERS: Final = _on_case(Offer).order_by(Offer.id)
_LIVE_OFFER: Final = _OFFERS.where(Offer.status.in_(("offered", "accepted")))
_LIVE_ORDER: Final = (
    _on_case(WorkOrder)
    .where(WorkOrder.status != "cancelled")
    .order_by(WorkOrder.version.desc())
    .limit(1)
)
_APPROVAL: Final = _on_case(Approval).order_by(Approval.step_revision.desc()).limit(1)
_CONSENT: Final = _on_case(Consent).order_by(Consent.step_revision.desc()).limit(1)
_CERTIFICATES: Final = _on_case(GrantCertificate).order_by(GrantCertificate.kind)
_CLIENT_VIEW: Final = (
    _on_case(Decision)
    .where(Decision.kind == ClientAgrees.kind)
    .order_by(Decision.id.desc())
    .limit(1)
)
_INVOICE: Final = (
    select(*Invoice.__table__.c)
    .where(Invoice.order_id == bindparam("order_id"))
    .order_by(Invoice.id.desc())
    .limit(1)
)
_INSPECTED: Final = (
    select(Inspection.line, Inspection.result, Inspection.note)
    .where(Inspection.order_id == bindparam("order_id"))
    .order_by(Inspection.id)
)
_COMPLETION_CERTIFICATES: Final = select(CompletionCertificate.kind).where(
    CompletionCertificate.order_id == bindparam("order_id")
)


def _one(conn: Connection, statement: Select[*tuple[Any, ...]], **values: object) -> AnyRow | None:
    return conn.execute(statement, values).one_or_none()


def newest_price(conn: Connection, *, case_id: int, kind: str | None = None) -> AnyRow | None:
    """Return the newest price of a case; of a kind if given, else a tender before an estimate.

    Args:
        conn: Any connection.
        case_id: The case's row id.
        kind: ``estimate`` or ``tender``, or None for the one in force.
    """
    if kind:
        return _one(conn, _PRICE_OF_KIND, case_id=case_id, kind=kind)
    return _one(conn, _PRICE_IN_FORCE, case_id=case_id)


def price_by_id(conn: Connection, *, price_id: int) -> AnyRow:
    """Return one price.

    Args:
        conn: Any connection.
        price_id: The price's row id.
    """
    return conn.execute(_PRICE, {"price_id": price_id}).one()


def price_lines(conn: Connection, *, price_id: int) -> list[AnyRow]:
    """Return the lines of a price, by line number.

    Args:
        conn: Any connection.
        price_id: The price's row id.
    """
    return list(conn.execute(_PRICE_LINES, {"price_id": price_id}))


def works_lines(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the works lines of a case, by line number.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return list(conn.execute(_WORKS_LINES, {"case_id": case_id}))


def newest_award(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the award in force on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return _one(conn, _AWARD, case_id=case_id)


def quotes_for(conn: Connection, *, award_id: int) -> list[AnyRow]:
    """Return the quotes of a mini-competition, by contractor.

    Args:
        conn: Any connection.
        award_id: The award's row id.
    """
    return list(conn.execute(_QUOTES, {"award_id": award_id}))


def live_offer(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the offer that is out or accepted on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return _one(conn, _LIVE_OFFER, case_id=case_id)


def offers_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return every offer made on a case, oldest first.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return list(conn.execute(_OFFERS, {"case_id": case_id}))


def live_order(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the work order in force on a case, its newest version.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return _one(conn, _LIVE_ORDER, case_id=case_id)


def approval_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the newest s.34 decision on a case.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return _one(conn, _APPROVAL, case_id=case_id)


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
    return _one(conn, _CONSENT, case_id=case_id)


def certificates_of(conn: Connection, *, case_id: int) -> dict[str, str]:
    """Return the grant certificates on a case: kind to ``held`` or ``waived``.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    rows = conn.execute(_CERTIFICATES, {"case_id": case_id})
    return {row.kind: row.status for row in rows}


def newest_invoice(conn: Connection, *, order_id: int) -> AnyRow | None:
    """Return the newest invoice for an order.

    Args:
        conn: Any connection.
        order_id: The order's row id.
    """
    return _one(conn, _INVOICE, order_id=order_id)


def client_view(conn: Connection, *, case_id: int) -> bool | None:
    """Return the client's newest answer to whether they agree the works are done, or None.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    decided = _one(conn, _CLIENT_VIEW, case_id=case_id)
    return None if decided is None else bool(decided.facts["agrees"])


def inspected(conn: Connection, *, order: AnyRow) -> Inspected:
    """Return what is known about an order's completion, the client's own view included.

    The works lines are inspected, each where it is in the home, also where a package prices
    several of them as one.

    Args:
        conn: Any connection.
        order: The order.
    """
    lines = price_lines(conn, price_id=order.price_id)
    newest = {row.line: row for row in conn.execute(_INSPECTED, {"order_id": order.id})}
    held = conn.execute(_COMPLETION_CERTIFICATES, {"order_id": order.id}).scalars()
    return Inspected(
        lines=frozenset(line.line for line in works_lines(conn, case_id=order.case_id)),
        results={line: row.result for line, row in newest.items()},
        snags={line: row.note for line, row in newest.items() if row.result == "snag"},
        certificates_needed=frozenset(kind for line in lines for kind in line.certificates),
        certificates_held=frozenset(held),
        client_agrees=client_view(conn, case_id=order.case_id),
    )
