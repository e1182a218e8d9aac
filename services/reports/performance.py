"""How contractors do, and lots: counted in the database, and each figure’s cases listed.

What a figure counts is said once, as a condition: the figure sums it, the list shows it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from models.asked import reference_rows
from models.base import AnyRow, word
from models.tables.aftercare import SurveyAnswer
from models.tables.cases import Case
from models.tables.contractors import Contractor, Lot
from models.tables.prices import Offer
from models.tables.variations import Variation
from models.tables.works import Inspection, OrderEnding, WorkOrder
from rules.clocks.dates import london_date
from rules.reports.performance import (
    OF_OFFERS,
    By,
    Figure,
    Period,
    Standing,
    mean,
    middle,
    share,
    varied,
)
from services.reports.days_between import DaysBetween, hour, hour_of

_NAMES: Final = {
    By.CONTRACTOR: select(Contractor.code, Contractor.name).order_by(Contractor.code),
    By.LOT: select(Lot.code, Lot.title.label("name")).order_by(Lot.code),
}
NO_LOT: Final = "No lot"
_REPLACED: Final = WorkOrder.status == word("replaced")
_ENDED: Final = and_(exists().where(OrderEnding.order_id == WorkOrder.id), not_(_REPLACED))
_APPROVED: Final = and_(Variation.order_id == WorkOrder.id, Variation.status == word("approved"))
_ACCEPTED: Final = ("accepted", "replaced")
"""An offer was accepted, also where another contractor took over since."""
_ABOUT_THEM: Final = SurveyAnswer.question == word("contractors")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Args:
        today: Orders whose day is past are late on it.
        authorities: Only the cases of these; empty for all.
        key: Only this contractor or lot, by code; None for all.
    """

    by: By
    period: Period
    today: date
    authorities: frozenset[str] = frozenset()
    key: str | None = None

    def of(self, table: type[Offer] | type[WorkOrder]) -> Any:
        """Return whose a row is: its contractor, or its lot."""
        return table.contractor if self.by is By.CONTRACTOR else func.coalesce(table.lot, "")

    def narrowed(
        self, query: Select[*tuple[Any, ...]], table: type[Offer] | type[WorkOrder]
    ) -> Select[*tuple[Any, ...]]:
        """Narrow a query of offers or orders to what is asked for."""
        first, after = self.period.bounds
        at: Any = Offer.offered_at if table is Offer else WorkOrder.raised_at
        query = query.where(at >= first, at < after)
        if table is WorkOrder:
            query = query.where(WorkOrder.status != word("cancelled"))
        if self.authorities:
            theirs = Case.authority.in_(sorted(self.authorities))
            query = query.where(table.case_id.in_(select(Case.id).where(theirs)))
        return query if self.key is None else query.where(self.of(table) == self.key)


def _started() -> ColumnElement[bool]:
    return WorkOrder.started_on <= WorkOrder.start_by


def _finished() -> ColumnElement[bool]:
    return and_(not_(_REPLACED), WorkOrder.completed_on <= WorkOrder.complete_by)


def _to_start(today: date) -> ColumnElement[bool]:
    return or_(WorkOrder.started_on.is_not(None), WorkOrder.start_by < today)


def _to_finish(today: date) -> ColumnElement[bool]:
    over = or_(WorkOrder.completed_on.is_not(None), WorkOrder.complete_by < today)
    return or_(_REPLACED, and_(over, not_(_ENDED)))


def _stands(way: str) -> ColumnElement[bool]:
    every = _ACCEPTED if way == "accepted" else (way,)
    return Offer.status.in_([word(one) for one in every])


def _number(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def performance(conn: Connection, *, asked: Asked) -> tuple[Standing, ...]:
    """Return the figures of everybody who has an offer or an order in the period."""
    offers, orders = _offers(conn, asked), _orders(conn, asked)
    times = _accept_times(conn, asked)
    snags, survey = _snags(conn, asked), _survey(conn, asked)
    variations = _variations(conn, asked)
    names = {row.code: row.name for row in reference_rows(conn, _NAMES[asked.by])}
    found = []
    for key in sorted({*offers, *orders}):
        made, raised = offers.get(key), orders.get(key)
        accepted, declined, lapsed = (
            (made.accepted, made.declined, made.lapsed) if made else (0,) * 3
        )
        start = (raised.started, raised.to_start) if raised else (0, 0)
        finish = (raised.finished, raised.to_finish) if raised else (0, 0)
        found.append(
            Standing(
                key=key,
                name=names.get(key, key) or NO_LOT,
                offers=made.made if made else 0,
                accepted=accepted,
                declined=declined,
                lapsed=lapsed,
                orders=raised.raised if raised else 0,
                accept_rate=share(accepted, accepted + declined + lapsed),
                accept_time=middle(times.get(key, ())),
                start=share(*start),
                finish=share(*finish),
                variations=varied(*variations.get(key, (0, 0)), raised.raised if raised else 0),
                snags=mean(*snags.get(key, (0, 0)), what="order"),
                survey=mean(*survey.get(key, (0, 0)), what="answer"),
            )
        )
    return tuple(found)


def _offers(conn: Connection, asked: Asked) -> dict[str, AnyRow]:
    key = asked.of(Offer).label("key")
    ways = (_number(_stands(way)).label(way) for way in ("accepted", "declined", "lapsed"))
    query = select(key, func.count().label("made"), *ways)
    return _by_key(conn, asked.narrowed(query, Offer).group_by(key))


def _orders(conn: Connection, asked: Asked) -> dict[str, AnyRow]:
    key, begun, over = (
        asked.of(WorkOrder).label("key"),
        _to_start(asked.today),
        _to_finish(asked.today),
    )
    query = select(
        key,
        func.count().label("raised"),
        _number(begun).label("to_start"),
        _number(_started()).label("started"),
        _number(over).label("to_finish"),
        _number(and_(over, _finished())).label("finished"),
    )
    return _by_key(conn, asked.narrowed(query, WorkOrder).group_by(key))


def _by_key(conn: Connection, query: Select[*tuple[Any, ...]]) -> dict[str, AnyRow]:
    return {row.key: row for row in conn.execute(query)}


def _accept_times(conn: Connection, asked: Asked) -> dict[str, list[int]]:
    """Return the working days to each acceptance; London's days are no sum for a database."""
    instants = (hour(Offer.offered_at), hour(Offer.answered_at))
    query = select(asked.of(Offer).label("key"), Case.authority, *instants)
    query = asked.narrowed(query.join(Case, Case.id == Offer.case_id), Offer)
    found: dict[str, list[int]] = defaultdict(list)
    days = DaysBetween(conn)
    for key, authority, offered, answered in conn.execute(query.where(_stands("accepted"))):
        found[key].append(days.between(authority, offered, answered))
    return found


def _snags(conn: Connection, asked: Asked) -> dict[str, tuple[int, int]]:
    key = asked.of(WorkOrder).label("key")
    found = _number(Inspection.result == word("snag")).label("snags")
    orders = func.count(WorkOrder.id.distinct()).label("orders")
    query = select(key, found, orders).join(WorkOrder, WorkOrder.id == Inspection.order_id)
    rows = _by_key(conn, asked.narrowed(query, WorkOrder).group_by(key))
    return {name: (int(row.snags), row.orders) for name, row in rows.items()}


def _variations(conn: Connection, asked: Asked) -> dict[str, tuple[int, int]]:
    """Return how many variations were approved, and what they come to in net pence."""
    key = asked.of(WorkOrder).label("key")
    net = func.coalesce(func.sum(Variation.agreed_net_pence), 0).label("net_pence")
    query = select(key, func.count(Variation.id).label("approved"), net)
    query = query.join(WorkOrder, _APPROVED)
    rows = _by_key(conn, asked.narrowed(query, WorkOrder).group_by(key))
    return {name: (row.approved, int(row.net_pence)) for name, row in rows.items()}


def _survey(conn: Connection, asked: Asked) -> dict[str, tuple[int, int]]:
    key = asked.of(WorkOrder).label("key")
    query = select(key, func.sum(SurveyAnswer.score).label("scores"), func.count().label("answers"))
    query = query.join(WorkOrder, WorkOrder.case_id == SurveyAnswer.case_id)
    query = query.where(_ABOUT_THEM, WorkOrder.status == word("certified"))
    rows = _by_key(conn, asked.narrowed(query, WorkOrder).group_by(key))
    return {name: (int(row.scores), row.answers) for name, row in rows.items()}


# ---- the cases behind a figure


@dataclass(frozen=True, slots=True)
class Line:
    """One offer or order that a figure counts.

    Args:
        since: The instant of the offer, or at which the order was raised.
        due: The day to answer, start or complete by, where the figure is about one.
        done: The day it was, or None.
        counts: What it adds to the figure: 1 or 0, working days, variations, snags, a score.
    """

    reference: str
    contractor: str
    number: str | None
    since: datetime
    due: date | None
    done: date | None
    counts: int


def cases_of(
    conn: Connection, *, asked: Asked, figure: Figure, limit: int, offset: int = 0
) -> tuple[Line, ...]:
    """Return the cases that a figure rests on, the newest first."""
    table = Offer if figure in OF_OFFERS else WorkOrder
    query = _offers_of(figure) if table is Offer else _orders_of(figure, asked.today)
    at: Any = Offer.offered_at if table is Offer else WorkOrder.raised_at
    query = query.order_by(at.desc(), table.id.desc()).limit(limit).offset(offset)
    rows = conn.execute(asked.narrowed(query, table)).all()
    if table is WorkOrder:
        return tuple(Line(*row) for row in rows)
    days = DaysBetween(conn)
    timed = figure is Figure.ACCEPT_TIME
    return tuple(
        Line(
            row.reference,
            row.contractor,
            None,
            row.offered_at,
            row.expires_on,
            london_date(row.answered_at) if row.answered_at else None,
            days.between(row.authority, hour_of(row.offered_at), hour_of(row.answered_at))
            if timed
            else 1,
        )
        for row in rows
    )


def _offers_of(figure: Figure) -> Select[*tuple[Any, ...]]:
    query = select(
        *(Case.reference, Case.authority, Offer.contractor),
        *(Offer.offered_at, Offer.expires_on, Offer.answered_at),
    ).join(Case, Case.id == Offer.case_id)
    if figure is Figure.OFFERS:
        return query
    status = "accepted" if figure is Figure.ACCEPT_TIME else figure.value
    return query.where(_stands(status))


def _orders_of(figure: Figure, today: date) -> Select[*tuple[Any, ...]]:
    nothing = literal(None)
    snags = select(_number(Inspection.result == word("snag"))).where(
        Inspection.order_id == WorkOrder.id
    )
    approved = select(func.count(Variation.id)).where(_APPROVED).correlate(WorkOrder)
    score = select(SurveyAnswer.score).where(_ABOUT_THEM, SurveyAnswer.case_id == WorkOrder.case_id)
    answered = exists().where(_ABOUT_THEM, SurveyAnswer.case_id == WorkOrder.case_id)
    certified = and_(WorkOrder.status == word("certified"), answered)
    due, done, counts, among = {
        Figure.ORDERS: (nothing, nothing, literal(1), None),
        Figure.START: (
            WorkOrder.start_by,
            WorkOrder.started_on,
            _one(_started()),
            _to_start(today),
        ),
        Figure.FINISH: (
            WorkOrder.complete_by,
            WorkOrder.completed_on,
            _one(_finished()),
            _to_finish(today),
        ),
        Figure.VARIATIONS: (nothing, nothing, approved.scalar_subquery(), None),
        Figure.SNAGS: (
            nothing,
            WorkOrder.completed_on,
            snags.scalar_subquery(),
            exists().where(Inspection.order_id == WorkOrder.id),
        ),
        Figure.SURVEY: (nothing, WorkOrder.certified_on, score.scalar_subquery(), certified),
    }[figure]
    query = select(
        *(Case.reference, WorkOrder.contractor, WorkOrder.number, WorkOrder.raised_at),
        *(due.label("due"), done.label("done"), counts.label("counts")),
    ).join(Case, Case.id == WorkOrder.case_id)
    return query if among is None else query.where(among)


def _one(condition: ColumnElement[bool]) -> Any:
    return case((condition, 1), else_=0)
