"""The statutory board: what the Act, a landlord or a contract lets lapse, on any date.

It rests on what happened and when: the application, the decision, the day the works were certified.
So it answers for a date before Handrail was there, and for one to come if nothing moves.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, exists, or_, select

from models.base import AnyRow
from models.contacts import check_authority
from models.tables.cases import Case
from models.tables.contractors import Contractor, ContractorDocument, Lot, LotContractor
from models.tables.prices import Offer
from models.tables.reference import Permission, Provider
from models.tables.works import ORDER_IN_FORCE, Consent, WorkOrder
from rules.contractors import CERTIFICATE_DOCUMENTS, document_name
from rules.reports.statutory_board import (
    Entry,
    Matter,
    Section,
    caution,
    cover_until,
    lapse_words,
    lapses,
    sections,
)
from rules.sentences import named, several
from services.cases.clocks.calendar import calendar_for
from services.reports import board_cases
from services.reports.board_cases import BoardView
from services.reports.holders import day_over

_ONE_WILL_DO: Final = {
    kind: kinds for kinds in CERTIFICATE_DOCUMENTS.values() for kind in kinds if len(kinds) > 1
}
"""Kinds of document of which a contractor needs one only, such as NICEIC or NAPIT."""

_APPOINTED: Final = exists().where(LotContractor.contractor == Contractor.code)
_DOCUMENTS: Final = (
    select(Contractor.code, Contractor.name, Contractor.authorities, Contractor.suspended)
    .add_columns(ContractorDocument.document, ContractorDocument.valid_from)
    .add_columns(ContractorDocument.valid_to, _APPOINTED.label("appointed"))
    .join(ContractorDocument, ContractorDocument.contractor == Contractor.code)
    .order_by(Contractor.code, ContractorDocument.document, ContractorDocument.valid_from)
)
_PERMISSIONS: Final = (
    select(*Permission.__table__.c, Provider.name)
    .join(Provider, Provider.code == Permission.provider)
    .order_by(Permission.provider, Permission.id)
)
_LOTS: Final = select(*Lot.__table__.c).order_by(Lot.code)
_OFFERED: Final = select(Offer.lot).where(Offer.status == "offered", Offer.lot.is_not(None))


@dataclass(frozen=True, slots=True)
class Board:
    """The board on a date.

    Args:
        at: The date.
        authority: The authority it is for, or an empty string for all.
        caution: How a board for another day is to be read, or an empty string.
        sections: Its sections, each with its counts and its entries by date.
    """

    at: date
    authority: str
    caution: str
    sections: tuple[Section, ...]


def board(conn: Connection, *, at: date, today: date, authority: str = "") -> Board:
    """Return the statutory board; what serves several authorities is there for each.

    Raises:
        UnknownReferenceError: There is no such authority.
        NoBankHolidayDataError: The bank holidays of the date's year are not held.
    """
    authority = check_authority(conn, code=authority)
    calendar_for(conn, authority=authority).is_working(at)  # refuses a year without data
    view = BoardView(conn, at, today, authority)
    near = list(board_cases.undecided(view))
    orders = _orders_under_way(view)
    found = [
        *near,
        *board_cases.unfinished(view),
        *board_cases.consents(view),
        *board_cases.certificates_awaited(view, near),
        *board_cases.completion_certificates(view),
        *board_cases.priorities(view),
        *_documents(view, orders),
        *_permissions(view),
        *_lots(view, orders),
    ]
    return Board(at, authority, caution(at=at, today=today), sections(found))


def _orders_under_way(view: BoardView) -> list[AnyRow]:
    query = (
        select(WorkOrder.number, WorkOrder.contractor, WorkOrder.lot)
        .join(Case, Case.id == WorkOrder.case_id)
        .where(
            *view.on_pathway(),
            ORDER_IN_FORCE,
            WorkOrder.raised_at < day_over(view.at),
            or_(WorkOrder.certified_on.is_(None), WorkOrder.certified_on > view.at),
        )
        .order_by(WorkOrder.number)
    )
    return list(view.conn.execute(query))


def _entry(
    view: BoardView, matter: Matter, subject: str, last: date, *, what: str, held_by: str, todo: str
) -> Entry:
    """Return the line of something that lapses after its last day, and belongs to no one case."""
    over = last < view.at
    return Entry(
        matter=matter,
        subject=subject,
        authority=view.authority,
        section="",
        on=last,
        over=over,
        what=what,
        held_by=held_by,
        since=last + timedelta(days=1) if over else None,
        todo=todo,
    )


def _with(orders: Sequence[AnyRow]) -> str:
    numbers = named([order.number for order in orders])
    return f"; {several(len(orders), 'order')} under way: {numbers}" if orders else ""


# ---- contractors' documents


def _documents(view: BoardView, under_way: Sequence[AnyRow]) -> Iterator[Entry]:
    held: dict[tuple[str, tuple[str, ...]], list[AnyRow]] = {}
    for row in view.conn.execute(_DOCUMENTS):
        kinds = _ONE_WILL_DO.get(row.document, (row.document,))
        held.setdefault((row.code, kinds), []).append(row)
    for (code, kinds), rows in held.items():
        firm = rows[0]
        orders = [order for order in under_way if order.contractor == code]
        until = cover_until([(row.valid_from, row.valid_to) for row in rows], on=view.at)
        serves = not view.authority or view.authority in firm.authorities or bool(orders)
        takes = firm.appointed and not firm.suspended
        if until is None or not serves or not lapses(until, at=view.at):
            continue
        if orders or (takes and until >= view.at):
            has = {row.document for row in rows}
            names = " or ".join(document_name(kind) for kind in kinds if kind in has)
            yield _document(view, firm, names, until, orders)


def _document(
    view: BoardView, firm: AnyRow, names: str, until: date, orders: Sequence[AnyRow]
) -> Entry:
    renew = "import the new one: `handrail import contractor_documents`."
    lapse = lapse_words(f"{names} of {firm.name}", last=until, at=view.at)
    return _entry(
        view,
        Matter.DOCUMENTS,
        firm.code,
        until,
        what=f"{lapse}{_with(orders)}",
        held_by="contractor",
        todo=f"Have it renewed before work goes on, and {renew}"
        if until < view.at
        else f"Ask for the renewal, and {renew}",
    )


# ---- pre-permissions


def _permissions(view: BoardView) -> Iterator[Entry]:
    register = list(view.conn.execute(_PERMISSIONS))
    resting = _cases_resting(view)
    for row in register:
        cases = resting.get(row.id, [])
        if not lapses(row.valid_to, at=view.at) or row.valid_from > view.at:
            continue
        if not cases if row.valid_to < view.at else _goes_on(row, register):
            continue
        yield _entry(
            view,
            Matter.PERMISSIONS,
            row.provider,
            row.valid_to,
            what=_agreement(row, cases, view.at),
            held_by="landlord",
            todo="Agree the next one with the landlord, and import it: "
            "`handrail import permissions`.",
        )


def _agreement(row: AnyRow, cases: Sequence[str], at: date) -> str:
    works = ", ".join(work.replace("_", " ") for work in row.work_types)
    lapse = lapse_words(f"the agreement with {row.name} on {works}", last=row.valid_to, at=at)
    if not cases:
        return lapse
    many = "1 case rests" if len(cases) == 1 else f"{len(cases)} cases rest"
    return f"{lapse}; {many} on it: {named(cases)}"


def _goes_on(row: AnyRow, register: Sequence[AnyRow]) -> bool:
    """Say whether later agreements take over each work type without a gap."""
    follows = [
        other
        for other in register
        if other.provider == row.provider
        and other.valid_to > row.valid_to
        and other.valid_from <= row.valid_to + timedelta(days=1)
    ]
    return set(row.work_types) <= {work for other in follows for work in other.work_types}


def _cases_resting(view: BoardView) -> dict[int, list[str]]:
    """Return the cases whose consent rests on an agreement and whose works are not complete."""
    complete = exists().where(
        WorkOrder.case_id == Case.id, ORDER_IN_FORCE, WorkOrder.completed_on <= view.at
    )
    query = (
        select(Consent.permission_id, Case.reference)
        .distinct()
        .join(Case, Case.id == Consent.case_id)
        .where(*view.on_pathway(), Consent.permission_id.is_not(None), ~complete)
        .order_by(Case.reference)
    )
    found: dict[int, list[str]] = {}
    for row in view.conn.execute(query):
        found.setdefault(row.permission_id, []).append(row.reference)
    return found


# ---- lots


def _lots(view: BoardView, under_way: Sequence[AnyRow]) -> Iterator[Entry]:
    offered = Counter(view.conn.scalars(_OFFERED))
    for lot in view.conn.execute(_LOTS):
        orders = [order for order in under_way if order.lot == lot.code]
        live = offered[lot.code]
        if view.authority and view.authority not in lot.authorities:
            continue
        if not lapses(lot.valid_to, at=view.at) or lot.valid_from > view.at:
            continue
        if lot.valid_to < view.at and not orders and not live:
            continue
        lapse = lapse_words(f"the lot {lot.title}", last=lot.valid_to, at=view.at)
        offers = f"; {several(live, 'offer')} not answered" if live else ""
        yield _entry(
            view,
            Matter.LOTS,
            lot.code,
            lot.valid_to,
            what=f"{lapse}{_with(orders)}{offers}",
            held_by="manager",
            todo="Appoint the next framework, and import it: `handrail import lots`.",
        )
