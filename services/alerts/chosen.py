"""Which alerts a list has, counted and put in order by the database, however many stand.

Who is told is decided by ``rules.alerts.alerts.told_of``, once for all alerts that are alike in
what bears on it; the database knows the alike ones by the same columns.
"""

from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from models.tables.cases import Case, CaseStep
from models.tables.clocks import Alert, Clock
from rules.alerts.alert_words import RETURNED, Level, level_of
from services.alerts.raising import reached, standing
from services.alerts.told import Told, people_columns, told_condition

_LEVELS: Final = tuple(Level)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts to show.

    Args:
        person: Only those that this officer or contractor is told of, if given.
        authority: Only those of this authority, if given.
        case: Only those of this case, if given.
        level: Only those of this level, if given.
        everything: Those that were put off as well, and every rung of a clock.
        authorities: Only those of these authorities, or of no single one; empty for all.
    """

    person: str = ""
    authority: str = ""
    case: str = ""
    level: Level | None = None
    everything: bool = False
    authorities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list of alerts has.

    Args:
        ids: The row ids of its alerts, the worst first: of one part of it, where that was asked.
        clocks: The row ids of their clocks.
        total: How many there are in the whole.
        snoozed: How many more were put off.
    """

    ids: tuple[int, ...]
    clocks: frozenset[int]
    total: int
    snoozed: int


def choose(
    conn: Connection, *, wanted: Wanted, today: date, limit: int | None = None, offset: int = 0
) -> Chosen:
    """Return the alerts of a list, or so many of them, and how many it has.

    Raises:
        UnknownReferenceError: The person is not known.
        NoBankHolidayDataError: A date is outside the years known.
    """
    listed = _listed(conn, wanted, today).cte("listed")
    counts = (
        select(func.count()).select_from(listed).scalar_subquery(),
        select(func.sum(listed.c.asleep)).scalar_subquery(),
    )
    part = (
        select(listed.c.id, listed.c.clock_id, *counts)
        .where(listed.c.asleep == 0)
        .order_by(*_worst_first(listed))
        .limit(limit)
        .offset(offset)
    )
    found = conn.execute(part, {"today": today}).all()
    every, asleep = found[0][2:] if found else conn.execute(select(*counts), {"today": today}).one()
    clocks = frozenset(row.clock_id for row in found if row.clock_id is not None)
    ids = tuple(row.id for row in found)
    return Chosen(ids, clocks, every - (asleep or 0), asleep or 0)


def _listed(conn: Connection, wanted: Wanted, today: date) -> Select[Any]:
    """Return the alerts of a list, those that are put off as well, with what it is sorted by."""
    facts = _facts(conn, wanted, today).subquery("facts")
    told = told_condition(conn, facts, wanted.person, today)
    asleep: ColumnElement[int] = case((facts.c.snoozed_until > today, 1), else_=0)
    of_list = [] if told is None else [told(facts.c)]
    if wanted.everything:
        asleep = literal(0)
    else:
        of_list += _highest(facts, told)
    if wanted.level is not None:
        of_list.append(_level(facts) == _LEVELS.index(wanted.level))
    return (
        select(*(facts.c[name] for name in ("id", "clock_id", "rung", "due_on")))
        .add_columns(func.coalesce(facts.c.reference, facts.c.subject).label("about"))
        .add_columns(_level(facts).label("level"), asleep.label("asleep"))
        .where(*of_list)
    )


def _highest(facts: Any, told: Told | None) -> list[ColumnElement[bool]]:
    """Return the conditions that no higher alert of the same clock or subject is on the list."""
    higher = aliased(Alert)
    above = [higher.cleared_at.is_(None), higher.rung > facts.c.rung]
    if told is not None:
        above.append(told(higher))
    of_clock = (higher.clock_id == facts.c.clock_id, reached(higher.rung, of=facts.c))
    of_subject = (higher.clock_id.is_(None), facts.c.clock_id.is_(None))
    return [
        ~exists().where(*above, *of_clock),
        ~exists().where(*above, *of_subject, higher.subject == facts.c.subject),
    ]


def _facts(conn: Connection, wanted: Wanted, today: date) -> Select[Any]:
    """Return the alerts that stand, with what a list is chosen and sorted by."""
    scope: list[ColumnElement[bool]] = [standing()]
    if wanted.authority:
        scope.append(Alert.authority == wanted.authority)
    if wanted.authorities:
        scope.append(Alert.authority.in_({"", *wanted.authorities}))
    if wanted.case:
        scope.append(Case.reference == wanted.case)
    found = (
        select(Alert.id, Alert.clock_id, Alert.subject, Alert.rung, Alert.snoozed_until)
        .add_columns(Alert.authority, _SORT.label("sort"), Case.reference)
        .add_columns(func.coalesce(Clock.due_on, Alert.due_on).label("due_on"))
        .add_columns(Clock.warn_on, Clock.late_on, Clock.escalate_on, Clock.escalate_again_on)
        .outerjoin_from(Alert, Clock, Clock.id == Alert.clock_id)
        .outerjoin(Case, Case.id == Alert.case_id)
        .where(*scope)
    )
    if not wanted.person:
        return found
    step = and_(
        *(CaseStep.case_id == Alert.case_id, CaseStep.step == Clock.step),
        *(CaseStep.current, CaseStep.closed_at.is_(None)),
    )
    return found.outerjoin(CaseStep, step).add_columns(
        func.coalesce(Clock.holder, "").label("holder"),
        func.coalesce(CaseStep.owner, "").label("owner"),
        *people_columns(conn, wanted.person, today),
    )


_SORT: Final = case((Alert.subject.startswith(RETURNED), "returned"), else_=Alert.kind)
"""What is said of an alert's kind to whoever decides who is told."""


def _level(found: Any) -> ColumnElement[int]:
    """Return the place of an alert's level among the levels."""
    ranks = {
        f"{sort}{rung}": _LEVELS.index(
            level_of(kind=sort, rung=rung, subject=RETURNED if sort == "returned" else "")
        )
        for sort, rung in product(("clock", "lapse", "machine", "returned"), (1, 2, 3, 4))
    }
    return case(ranks, value=found.c.sort + cast(found.c.rung, Text))


def _worst_first(listed: Any) -> tuple[ColumnElement[Any], ...]:
    """Return what ``LiveAlert.worst_first`` sorts by."""
    due = listed.c.due_on
    return (listed.c.level, listed.c.rung.desc(), due.is_(None), due, listed.c.about, listed.c.id)
