"""What lapses without belonging to one case: contractors' documents, pre-permissions and lots."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import exists, or_, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.contractors import Contractor, ContractorDocument, Lot, LotContractor
from models.tables.prices import Offer
from models.tables.reference import Permission, Provider
from models.tables.works import Consent, WorkOrder
from rules.reports.statutory_board import Entry, Matter, cover_until, lapse_words, lapses
from rules.sentences import named
from rules.tenders.eligibility import CERTIFICATE_DOCUMENTS, document_name
from services.reports.holders import day_over

_ONE_WILL_DO: Final = {
    kind: kinds for kinds in CERTIFICATE_DOCUMENTS.values() for kind in kinds if len(kinds) > 1
}
"""Kinds of document of which a contractor needs one only, such as NICEIC or NAPIT."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A work order under way, as far as it matters here."""

    number: str
    contractor: str
    lot: str
    authority: str


def lapses_of_registers(conn: Connection, *, at: date, authority: str) -> Iterator[Entry]:
    """Yield what has lapsed with work under way, and what lapses soon.

    Args:
        at: The date.
        authority: Only what serves this authority, if given.
    """
    under_way = _under_way(conn, at, authority)
    yield from _documents(conn, at, authority, under_way)
    yield from _permissions(conn, at, authority)
    yield from _lots(conn, at, authority, under_way)


def _under_way(conn: Connection, at: date, authority: str) -> list[_Order]:
    query = (
        select(WorkOrder.number, WorkOrder.contractor, WorkOrder.lot, Case.authority)
        .join(Case, Case.id == WorkOrder.case_id)
        .where(
            WorkOrder.status != "cancelled",
            WorkOrder.raised_at < day_over(at),
            or_(WorkOrder.certified_on.is_(None), WorkOrder.certified_on > at),
            or_(Case.ended_at.is_(None), Case.ended_at >= day_over(at)),
        )
        .order_by(WorkOrder.number)
    )
    found = (_Order(*row) for row in conn.execute(query))
    return [order for order in found if authority in ("", order.authority)]


def _with(orders: Sequence[_Order]) -> str:
    if not orders:
        return ""
    many = "1 order" if len(orders) == 1 else f"{len(orders)} orders"
    return f"; {many} under way: {named([order.number for order in orders])}"


# ---- contractors' documents


def _documents(
    conn: Connection, at: date, authority: str, under_way: Sequence[_Order]
) -> Iterator[Entry]:
    appointed = exists().where(LotContractor.contractor == Contractor.code)
    held = (
        select(Contractor.code, Contractor.name, Contractor.authorities, Contractor.suspended)
        .add_columns(ContractorDocument.document, ContractorDocument.valid_from)
        .add_columns(ContractorDocument.valid_to, appointed.label("appointed"))
        .join(ContractorDocument, ContractorDocument.contractor == Contractor.code)
        .order_by(Contractor.code, ContractorDocument.document, ContractorDocument.valid_from)
    )
    papers: dict[tuple[str, tuple[str, ...]], list[AnyRow]] = {}
    for row in conn.execute(held):
        kinds = _ONE_WILL_DO.get(row.document, (row.document,))
        papers.setdefault((row.code, kinds), []).append(row)
    for (code, kinds), rows in papers.items():
        orders = [order for order in under_way if order.contractor == code]
        until = cover_until([(row.valid_from, row.valid_to) for row in rows], on=at)
        serves = not authority or authority in rows[0].authorities or bool(orders)
        takes = rows[0].appointed and not rows[0].suspended
        if until is None or not serves or not lapses(until, at=at):
            continue
        if orders or (takes and until >= at):
            yield _document(rows[0], _held_of(kinds, rows), until, orders, at, authority)


def _held_of(kinds: Iterable[str], rows: Sequence[AnyRow]) -> str:
    held = {row.document for row in rows}
    return " or ".join(document_name(kind) for kind in kinds if kind in held)


def _document(
    firm: AnyRow, paper: str, until: date, orders: Sequence[_Order], at: date, authority: str
) -> Entry:
    over = until < at
    renew = "import the new one: `handrail import contractor_documents`."
    return Entry(
        matter=Matter.DOCUMENTS,
        subject=firm.code,
        authority=authority,
        section="",
        on=until,
        over=over,
        what=f"{lapse_words(f'{paper} of {firm.name}', last=until, at=at)}{_with(orders)}",
        held_by="contractor",
        since=until + timedelta(days=1) if over else None,
        todo=f"Have it renewed before work goes on, and {renew}"
        if over
        else f"Ask for the renewal, and {renew}",
    )


# ---- pre-permissions


def _permissions(conn: Connection, at: date, authority: str) -> Iterator[Entry]:
    query = (
        select(*Permission.__table__.c, Provider.name)
        .join(Provider, Provider.code == Permission.provider)
        .order_by(Permission.provider, Permission.id)
    )
    register = list(conn.execute(query))
    resting = _cases_resting(conn, at, authority)
    for row in register:
        rest = resting.get(row.id, [])
        if not lapses(row.valid_to, at=at) or row.valid_from > at:
            continue
        over = row.valid_to < at
        if (over and not rest) or (not over and _goes_on(row, register)):
            continue
        yield Entry(
            matter=Matter.PERMISSIONS,
            subject=row.provider,
            authority=authority,
            section="",
            on=row.valid_to,
            over=over,
            what=_agreement(row, rest, at),
            held_by="landlord",
            since=row.valid_to + timedelta(days=1) if over else None,
            todo="Agree the next one with the landlord, and import it: "
            "`handrail import permissions`.",
        )


def _agreement(row: AnyRow, rest: Sequence[str], at: date) -> str:
    works = ", ".join(work.replace("_", " ") for work in row.work_types)
    words = lapse_words(f"the agreement with {row.name} on {works}", last=row.valid_to, at=at)
    if not rest:
        return words
    many = "1 case rests" if len(rest) == 1 else f"{len(rest)} cases rest"
    return f"{words}; {many} on it: {named(rest)}"


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


def _cases_resting(conn: Connection, at: date, authority: str) -> dict[int, list[str]]:
    """Return the cases whose consent rests on an agreement and whose works are not complete."""
    complete = exists().where(
        WorkOrder.case_id == Case.id,
        WorkOrder.status != "cancelled",
        WorkOrder.completed_on <= at,
    )
    query = (
        select(Consent.permission_id, Case.reference)
        .join(Case, Case.id == Consent.case_id)
        .where(
            Consent.permission_id.is_not(None),
            or_(Case.ended_at.is_(None), Case.ended_at >= day_over(at)),
            ~complete,
        )
        .order_by(Case.reference)
    )
    if authority:
        query = query.where(Case.authority == authority)
    found: dict[int, list[str]] = {}
    for row in conn.execute(query):
        if row.reference not in found.setdefault(row.permission_id, []):
            found[row.permission_id].append(row.reference)
    return found


# ---- lots


def _lots(
    conn: Connection, at: date, authority: str, under_way: Sequence[_Order]
) -> Iterator[Entry]:
    offered = _offered(conn)
    for lot in conn.execute(select(*Lot.__table__.c).order_by(Lot.code)):
        orders = [order for order in under_way if order.lot == lot.code]
        live = offered.get(lot.code, 0)
        over = lot.valid_to < at
        if authority and authority not in lot.authorities:
            continue
        if (
            not lapses(lot.valid_to, at=at)
            or lot.valid_from > at
            or (over and not orders and not live)
        ):
            continue
        words = lapse_words(f"the lot {lot.title}", last=lot.valid_to, at=at)
        offers = f"; {live} offer{'' if live == 1 else 's'} not answered" if live else ""
        yield Entry(
            matter=Matter.LOTS,
            subject=lot.code,
            authority=authority,
            section="",
            on=lot.valid_to,
            over=over,
            what=f"{words}{_with(orders)}{offers}",
            held_by="manager",
            since=lot.valid_to + timedelta(days=1) if over else None,
            todo="Appoint the next framework, and import it: `handrail import lots`.",
        )


def _offered(conn: Connection) -> Mapping[str, int]:
    """Return how many offers are out in each lot now."""
    found: dict[str, int] = {}
    for lot in conn.execute(select(Offer.lot).where(Offer.status == "offered")).scalars():
        if lot is not None:
            found[lot] = found.get(lot, 0) + 1
    return found
