"""Money and turns: prices add up, offers and turns repeat them, limits and capacity hold."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, exists, func, literal, not_, or_, select

from models.audit import SERVICE
from models.tables.cases import Case
from models.tables.contractors import Contractor
from models.tables.prices import Offer, Price, PriceLine, Turn
from models.tables.record import Audit, Decision
from models.tables.reference import Officer
from models.tables.variations import OrderVersion, Variation
from models.tables.works import Approval, WorkOrder
from rules.contracting import UNSAID
from rules.pricing.vat import STANDARD
from services.verification.checks import PLACE, Check, Finding, Severity, of_case, run_checks

_LINES = (
    select(
        PriceLine.price_id,
        func.sum(PriceLine.net_pence).label("net_pence"),
        func.sum(PriceLine.vat_pence).label("vat_pence"),
    )
    .group_by(PriceLine.price_id)
    .subquery()
)


def _prices(*columns: Any) -> Select[*tuple[Any, ...]]:
    return of_case(Price, Price.kind, Price.version, *columns)


def _price_lines() -> Select[*tuple[Any, ...]]:
    lines = _prices(PriceLine.line, PriceLine.vat_rate)
    return lines.join(PriceLine, PriceLine.price_id == Price.id)


PRICES: Final = (
    Check(
        _prices(Price.total_pence).where(Price.total_pence != Price.net_pence + Price.vat_pence),
        "The total of {kind} {version}, {total_pence}, is not its net and its VAT.",
    ),
    Check(
        _prices()
        .outerjoin(_LINES, _LINES.c.price_id == Price.id)
        .where(func.coalesce(_LINES.c.net_pence, 0) != Price.net_pence),
        "The net of {kind} {version} is not the sum of its lines.",
    ),
    Check(
        _prices()
        .outerjoin(_LINES, _LINES.c.price_id == Price.id)
        .where(func.coalesce(_LINES.c.vat_pence, 0) != Price.vat_pence),
        "The VAT of {kind} {version} is not the sum of its lines.",
    ),
)
"""A price is a snapshot, and adds up."""

_PARTY: Final = func.coalesce(Price.basis["contracting_party"].as_string(), UNSAID.value)
"""Whose contract a price was made for; one of an earlier version, for the client's."""


def vat_of_lines(conn: Connection) -> Iterator[Finding]:
    """Yield each price line whose VAT is not its net at its rate, to the penny."""
    rates = sorted(conn.execute(select(PriceLine.vat_rate).distinct()).scalars().all())
    for rate in rates:
        part, whole = rate.as_integer_ratio()
        off = func.abs(whole * PriceLine.vat_pence - part * PriceLine.net_pence) * 2
        query = _price_lines().where(PriceLine.vat_rate == rate, off > whole)
        words = "The VAT of line {line} of {kind} {version} is not its net × {vat_rate}."
        yield from run_checks(conn, [Check(query, words)])


def reliefs_without_declaration(conn: Connection) -> Iterator[Finding]:
    """Yield each price line relieved of VAT on a price that says no declaration was held."""
    rates = conn.execute(select(PriceLine.vat_rate).distinct()).scalars()
    query = _price_lines().where(
        PriceLine.vat_rate.in_(sorted(rate for rate in rates if rate < STANDARD)),
        Price.basis["vat_declaration"].as_boolean().is_(False),
    )
    words = "Line {line} of {kind} {version} has VAT at {vat_rate} with no declaration held."
    yield from run_checks(conn, [Check(query, words)])


OFFERS: Final = (
    Check(
        of_case(Offer, func.count().label("live"))
        .where(Offer.status.in_(("offered", "accepted")))
        .group_by(Case.reference)
        .having(func.count() > 1),
        "{live} offers are out or accepted at once; one is right.",
    ),
    Check(
        of_case(Offer, Offer.contractor)
        .join(Price, Price.id == Offer.price_id)
        .where(
            or_(
                Price.case_id != Offer.case_id,
                Price.contractor.is_distinct_from(Offer.contractor),
                Price.net_pence != Offer.net_pence,
                Price.total_pence != Offer.total_pence,
            )
        ),
        "The offer to {contractor} is not at that contractor's price for the case.",
    ),
    Check(
        of_case(Offer, Offer.contractor, Case.contracting_party, _PARTY.label("made_for"))
        .join(Price, Price.id == Offer.price_id)
        .where(
            Offer.status.in_(("offered", "accepted")),
            Case.contracting_party.is_not(None),
            Case.contracting_party != _PARTY,
        ),
        "The offer to {contractor} is at a price for the contracting party {made_for}; the case "
        "says {contracting_party}.",
    ),
    Check(
        of_case(Offer, Offer.contractor, Offer.status).where(
            (Offer.status == "offered") != Offer.answered_at.is_(None)
        ),
        "The offer to {contractor} is {status}, and whether it was answered says otherwise.",
    ),
    Check(
        of_case(Offer, Offer.contractor, Offer.lot)
        .outerjoin(
            Turn,
            and_(
                Turn.offer_id == Offer.id,
                Turn.lot == Offer.lot,
                Turn.contractor == Offer.contractor,
                Turn.net_pence == Offer.net_pence,
            ),
        )
        .where(Offer.lot.is_not(None))
        .group_by(Case.reference, Offer.id, Offer.contractor, Offer.lot)
        .having(func.count(Turn.id) != 1),
        "The offer to {contractor} is not one turn of lot {lot} at its net value.",
    ),
    Check(
        select(PLACE, Turn.contractor, Turn.lot)
        .select_from(Turn)
        .join(Offer, Offer.id == Turn.offer_id)
        .join(Case, Case.id == Offer.case_id)
        .where(Offer.lot.is_distinct_from(Turn.lot)),
        "A turn of lot {lot} is counted against {contractor} for an offer outside that lot.",
    ),
)
"""One live offer a case, at its price, and each a turn in its lot."""


def _held(
    query: Select[*tuple[Any, ...]], words: str, *, kind: str, at: Any, what: str
) -> Iterator[Check]:
    """Yield the check of a limit as it stands; one lowered by a later import is a warning."""
    imported = Audit.action == f"import: {kind}"
    since = exists().where(Audit.chain == SERVICE, imported, Audit.at > at)
    yield Check(query.where(not_(since)), f"{words}.")
    later = f"{words} as it is now; {kind} were imported after {what}."
    yield Check(query.where(since), later, Severity.WARNING)


_ON_HAND = (
    select(
        Offer.contractor,
        func.count().label("orders"),
        func.sum(Offer.net_pence).label("net_pence"),
        func.max(Offer.offered_at).label("offered_at"),
    )
    .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
    .where(
        Offer.status == "accepted",
        or_(WorkOrder.id.is_(None), WorkOrder.status.in_(("raised", "sent"))),
    )
    .group_by(Offer.contractor)
    .subquery()
    .c
)
_FIRM: Final = literal("contractor ").concat(Contractor.code).label("place")

LIMITS: Final = (
    *_held(
        of_case(Approval, Approval.grant_pence, Approval.decided_by, Officer.approval_limit_pence)
        .join(Officer, Officer.email == Approval.decided_by)
        .join(
            Decision,
            and_(
                Decision.case_id == Approval.case_id,
                Decision.kind == "approve",
                Decision.step_revision == Approval.step_revision,
            ),
        )
        .where(
            Approval.outcome == "approved",
            Approval.grant_pence > func.coalesce(Officer.approval_limit_pence, -1),
        ),
        "The grant of {grant_pence} is above the delegated limit of {decided_by}",
        kind="officers",
        at=Decision.decided_at,
        what="the decision",
    ),
    *_held(
        of_case(WorkOrder, WorkOrder.number, Variation.number.label("variation"))
        .add_columns(Variation.ended_by, Approval.grant_pence)
        .join(Variation, Variation.order_id == WorkOrder.id)
        .join(OrderVersion, OrderVersion.variation_id == Variation.id)
        .join(Approval, Approval.id == OrderVersion.approval_id)
        .join(Officer, Officer.email == Variation.ended_by)
        .where(Approval.grant_pence > func.coalesce(Officer.approval_limit_pence, -1)),
        "{ended_by} approved variation {variation} of {number}; the grant of {grant_pence} is "
        "above their delegated limit",
        kind="officers",
        at=Variation.ended_at,
        what="the decision",
    ),
    *_held(
        select(_FIRM, Contractor.name, _ON_HAND.orders, _ON_HAND.net_pence).where(
            _ON_HAND.contractor == Contractor.code,
            or_(
                _ON_HAND.orders > Contractor.capacity_orders,
                _ON_HAND.net_pence > Contractor.capacity_value_pence,
            ),
        ),
        "{name} has accepted works of {net_pence} not yet complete (orders: {orders}), above its "
        "capacity",
        kind="contractors",
        at=_ON_HAND.offered_at,
        what="it was offered them",
    ),
)
"""Delegated limits and capacity: they held when they were used; a later import may lower them."""
