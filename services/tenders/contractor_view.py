"""A contractor as it stands: its documents, what it has on hand and room for, its work."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, Select, bindparam, case, or_, select

from models.asked import reference_rows
from models.base import AnyRow, rows_by, word
from models.tables.cases import Case
from models.tables.contractors import Contractor, ContractorDocument, Lot, LotContractor
from models.tables.prices import Offer
from models.tables.works import WorkOrder
from rules.money import pounds
from rules.people import Actor
from rules.plain import made_of
from rules.sentences import several
from rules.tenders.eligibility import Contractor as Firm
from rules.tenders.eligibility import Document, suspension
from rules.tenders.held_documents import HeldDocument, held_documents
from services.tenders import lots
from services.tenders.capacity import LIVE, OnHand, on_hand

WORK_SHOWN: Final = 20
"""Offers and orders that are shown: those on hand first, then the latest."""

_LIMITS: Final = rows_by(Contractor, "code")
_DOCUMENTS: Final = rows_by(ContractorDocument, "contractor").order_by(ContractorDocument.id)
_LOTS: Final = (
    select(*Lot.__table__.c, LotContractor.rank, LotContractor.percentage)
    .join(LotContractor, LotContractor.lot == Lot.code)
    .where(LotContractor.contractor == bindparam("contractor"))
    .order_by(Lot.code)
)
_BINDING: Final = Offer.status.in_((word("offered"), word("accepted")))
_WORK: Final = (
    select(
        Case.reference,
        Case.work_type,
        Offer.status,
        Offer.offered_at,
        Offer.expires_on,
        Offer.net_pence,
        WorkOrder.number,
        WorkOrder.status.label("order_status"),
        WorkOrder.raised_at,
        WorkOrder.complete_by,
        WorkOrder.completed_on,
        case((LIVE, 1), else_=0).label("on_hand"),
    )
    .join(Case, Case.id == Offer.case_id)
    .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
    .where(Offer.contractor == bindparam("contractor"), or_(_BINDING, WorkOrder.id.is_not(None)))
    .order_by(case((LIVE, 0), else_=1), Offer.offered_at.desc(), Offer.id.desc())
    .limit(WORK_SHOWN)
)


@dataclass(frozen=True, slots=True)
class ContractorStanding:
    """A contractor on a day.

    Args:
        documents: Each kind that it holds or must hold.
        bars: That it is suspended, in a sentence, or nothing.
        room: What it has on hand, and what it may be given more, in sentences.
        lots: Its appointments, each a lot with rank and percentage.
        work: Its offers and orders of the authorities that the viewer serves.
    """

    documents: tuple[HeldDocument, ...]
    bars: tuple[str, ...]
    room: tuple[str, ...]
    lots: tuple[AnyRow, ...]
    work: tuple[AnyRow, ...]


def contractor_standing(
    conn: Connection, *, code: str, viewer: Actor, on: date
) -> ContractorStanding:
    """Return how a contractor stands on a day; it is on file.

    Args:
        viewer: Who looks: of its work, the cases of other authorities are left out.
    """
    (row,) = reference_rows(conn, _LIMITS, code=code)
    documents = reference_rows(conn, _DOCUMENTS, contractor=code)
    asked = lots.asked(conn).of_contractor(authorities=row.authorities, trades=row.trades)
    held = on_hand(conn, contractors=[code]).get(code, OnHand(0, 0))
    return ContractorStanding(
        documents=held_documents([made_of(Document, one) for one in documents], on=on, asked=asked),
        bars=_bars(row, on),
        room=_room(row, held),
        lots=tuple(reference_rows(conn, _LOTS, contractor=code)),
        work=tuple(conn.execute(_theirs(_WORK, viewer), {"contractor": code})),
    )


def _bars(row: AnyRow, on: date) -> tuple[str, ...]:
    """Return that a contractor is suspended today, or will be, in sentences."""
    firm = made_of(Firm, row, documents=(), open_orders=0, open_value_pence=0)
    words = suspension(firm, on) or suspension(firm, max(on, firm.suspended_from or on))
    return (f"{words[0].upper()}{words[1:]}.",) if words else ()


def _theirs(query: Select[*tuple[object, ...]], viewer: Actor) -> Select[*tuple[object, ...]]:
    if not viewer.authorities:
        return query
    return query.where(Case.authority.in_(sorted(viewer.authorities)))


def _room(row: AnyRow, held: OnHand) -> tuple[str, ...]:
    """Return what a contractor has on hand beside what it takes on, in orders and in money."""
    orders = f"{several(held.orders, 'order')} on hand"
    if row.capacity_orders is None:
        orders += "; it takes on any number."
    else:
        left = max(0, row.capacity_orders - held.orders)
        orders += f", of {row.capacity_orders} at once: " + (
            f"room for {left} more." if left else "no room."
        )
    value = f"{pounds(held.net_pence)} on hand without VAT"
    if row.capacity_value_pence is None:
        return orders, f"{value}; no limit."
    left = max(0, row.capacity_value_pence - held.net_pence)
    most = pounds(row.capacity_value_pence)
    return orders, f"{value}, of {most}: " + (f"room for {pounds(left)}." if left else "no room.")
