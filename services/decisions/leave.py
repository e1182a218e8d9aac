"""An officer switched off: their work handed on, and everything that is theirs with it.

Their open cases, and with them their alerts, go to somebody else. So does what they stand in for:
an absence that they cover is theirs to cover to their last day, and somebody else's from then on.
Their sessions end with the change of their last day, where it is over.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from models.audit import take_turn
from models.people import absences, actor_for
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.errors import InvalidDecisionError
from rules.officers import Absence
from rules.people import Actor, Role
from rules.sentences import several
from services.cases.absences import end_absence, record_absence
from services.cases.whose import of_leaver
from services.decisions.hand_over import hand_over
from services.imports.correct import correct

_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody leaves behind.

    Args:
        cases: How many open cases are theirs, or nobody's and specified by them.
        covers: The absences that they cover after that day.
    """

    cases: int
    covers: tuple[Absence, ...]

    @property
    def any(self) -> bool:
        """Whether somebody has to take it over."""
        return bool(self.cases or self.covers)


def work_of(conn: Connection, *, person: Actor, last_day: date, today: date) -> Work:
    """Return what somebody would leave behind on their last day."""
    theirs = of_leaver(person.identity, assessor=person.role is Role.ASSESSOR)
    cases = conn.execute(select(func.count()).select_from(theirs.order_by(None).subquery()))
    covers = tuple(
        one
        for one in absences(conn)
        if one.covered_by == person.identity and last_day < one.last_day >= today
    )
    return Work(cases.scalar_one(), covers)


def leave(
    conn: Connection,
    *,
    officer: str,
    last_day: date,
    to: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Work:
    """Record somebody's last day and hand their work on; all of it is done, or nothing.

    Args:
        last_day: The last day on which they serve; once it is over they are signed in no more.
        to: Who has their work from now on, by address; may be empty where there is none.

    Returns:
        What was handed on.

    Raises:
        HandrailError: Somebody is not known or may not, there is work and nobody to have it, or a
            part of it cannot go to them.
    """
    take_turn(conn)
    person = actor_for(conn, identity=officer)
    if person.identity == by.identity:
        raise InvalidDecisionError(
            "Nobody switches themselves off.", next_step="Ask another administrator to do it."
        )
    work = work_of(conn, person=person, last_day=last_day, today=london_date(now))
    if work.any and not to:
        raise InvalidDecisionError(
            f"{person.name} has work that somebody has to take over: {_words(work)}.",
            next_step="Say who has it from now on.",
        )
    correct(
        conn,
        kind="officers",
        records=[_row(person) | {"last_day": last_day}],
        authorities=sorted(person.authorities) or [""],
        actor=by,
        reason=reason,
        now=now,
    )
    if work.cases:
        hand_over(conn, leaver=person.identity, to=to, by=by.identity, reason=reason, now=now)
    for one in work.covers:
        _cover(conn, one, last_day=last_day, to=to, by=by.identity, reason=reason, now=now)
    return work


def _row(person: Actor) -> dict[str, object]:
    return {"email": person.identity, "name": person.name, "role": person.role.value}


def _words(work: Work) -> str:
    cases = [several(work.cases, "open case")] if work.cases else []
    covers = [
        f"they stand in from {in_words(one.first_day)} to {in_words(one.last_day)}"
        for one in work.covers
    ]
    return "; ".join([*cases, *covers])


def _cover(
    conn: Connection,
    absence: Absence,
    *,
    last_day: date,
    to: str,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Let somebody else cover what is left of an absence after a day."""
    begun = absence.first_day <= last_day
    until = last_day if begun else None
    end_absence(conn, number=absence.number, last_day=until, by=by, reason=reason, now=now)
    record_absence(
        conn,
        officer=absence.officer,
        covered_by=to,
        first_day=last_day + _A_DAY if begun else absence.first_day,
        last_day=absence.last_day,
        by=by,
        reason=reason,
        now=now,
    )
