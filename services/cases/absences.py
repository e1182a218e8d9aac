"""Absences: who is away from when to when, and who stands in; said in the service's own chain."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.audit import note_service, take_turn
from models.base import AnyRow, rows_by
from models.people import absences, acting, actor_for, name_of, staff
from models.spelling import as_recorded
from models.tables.reference import Absence as Row
from models.tables.reference import Officer
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.decisions.particulars import check_reason
from rules.errors import InvalidDecisionError, NotPermittedError, UnknownReferenceError
from rules.officers import Absence, serves_on
from rules.people import Actor, check_may_record_absence

_KEEP: Final = insert(Row).returning(Row.id)
_ONE: Final = rows_by(Row, "id")
_END: Final = update(Row).where(Row.id == bindparam("of_id"))
_LISTED: Final = (
    select(*Row.__table__.c)
    .where(Row.last_day >= bindparam("since"), Row.withdrawn.is_(False))
    .order_by(Row.first_day, Row.id)
)


@dataclass(frozen=True, slots=True)
class Away:
    """An absence as it is shown."""

    number: int
    officer: str
    officer_name: str
    covered_by: str
    covered_by_name: str
    first_day: date
    last_day: date
    reason: str
    recorded_by: str


def record_absence(
    conn: Connection,
    *,
    officer: str,
    covered_by: str,
    first_day: date,
    last_day: date,
    by: str,
    reason: str,
    now: datetime,
) -> Away:
    """Record that somebody is away from a day to a day, and who stands in for them.

    Args:
        officer: Who is away, by address; everybody may say so of themselves.
        last_day: The last day away, which counts.

    Raises:
        HandrailError: Somebody is not known, may not record it, or the days or the stand-in will
            not do; everything that is wrong is said.
    """
    take_turn(conn)
    today = london_date(now)
    actor = acting(conn, identity=by, on=today)
    away = _known(conn, officer)
    check_may_record_absence(actor=actor, of=away)
    check_reason(reason, what="An absence")
    cover = _known(conn, covered_by)
    if wrong := _problems(conn, away, cover, first_day, last_day, today):
        raise InvalidDecisionError(
            f"{away.name}’s absence cannot be recorded.",
            why=" ".join(wrong),
            next_step="Nothing was recorded.",
        )
    values = {
        "officer": away.identity,
        "covered_by": cover.identity,
        "first_day": first_day,
        "last_day": last_day,
        "reason": reason,
        "withdrawn": False,
        "recorded_by": actor.identity,
        "recorded_at": now,
    }
    number = int(conn.execute(_KEEP, values).scalar_one())
    _note(conn, actor, "absence: recorded", reason, now, number=number, **_told(values))
    return _shown(conn, conn.execute(_ONE, {"id": number}).one())


def end_absence(
    conn: Connection, *, number: int, last_day: date | None, by: str, reason: str, now: datetime
) -> None:
    """End an absence on another day than was recorded, or withdraw it.

    Args:
        last_day: The last day away; None where they were not away at all.

    Raises:
        HandrailError: There is no such absence, it may not be changed by them, or so.
    """
    take_turn(conn)
    actor = acting(conn, identity=by, on=london_date(now))
    held = conn.execute(_ONE, {"id": number}).one_or_none()
    if held is None or held.withdrawn:
        raise UnknownReferenceError(
            f"There is no absence {number}.", next_step="`handrail people away` lists them."
        )
    check_may_record_absence(actor=actor, of=staff(conn)[held.officer])
    check_reason(reason, what="Another end of an absence")
    if last_day is not None and not held.first_day <= last_day <= date.max:
        raise InvalidDecisionError(
            f"{in_words(last_day)} is before the first day of absence {number}.",
            next_step="Withdraw it, if they were not away at all.",
        )
    values = {"withdrawn": True} if last_day is None else {"last_day": last_day}
    conn.execute(_END, {"of_id": number, **values})
    after = {"withdrawn": True} if last_day is None else {"last_day": last_day.isoformat()}
    before = {"last_day": held.last_day.isoformat()}
    _note(conn, actor, "absence: ended", reason, now, number=number, before=before, after=after)


def may_record_absence(*, actor: Actor, of: Actor) -> bool:
    """Say whether somebody may record, or end, an absence of somebody, or of themselves."""
    try:
        check_may_record_absence(actor=actor, of=of)
    except NotPermittedError:
        return False
    return True


def absence_view(conn: Connection, *, number: int) -> Away | None:
    """Return one absence that stands, or None."""
    row = conn.execute(_ONE, {"id": number}).one_or_none()
    return None if row is None or row.withdrawn else _shown(conn, row)


def absences_view(conn: Connection, *, today: date) -> list[Away]:
    """Return the absences that go on or are to come, the earliest first."""
    return [_shown(conn, row) for row in conn.execute(_LISTED, {"since": today})]


def _problems(
    conn: Connection, away: Actor, cover: Actor, first_day: date, last_day: date, today: date
) -> list[str]:
    wrong = []
    if last_day < first_day:
        wrong.append("Its last day is before its first.")
    if last_day < today:
        wrong.append("It is over already.")
    if cover.identity == away.identity:
        wrong.append("Somebody else stands in.")
    if cover.role is not away.role:
        wrong.append(
            f"{cover.name} is {cover.role.replace('_', ' ')}, and {away.name} "
            f"{away.role.replace('_', ' ')}."
        )
    if not serves_on(cover, last_day):
        wrong.append(f"{cover.name} has left by then.")
    if cover.authorities and not away.authorities <= cover.authorities:
        lacking = ", ".join(sorted(away.authorities - cover.authorities))
        wrong.append(f"{cover.name} does not serve {lacking}.")
    return [*wrong, *_clashes(absences(conn), away, cover, first_day, last_day)]


def _clashes(
    held: tuple[Absence, ...], away: Actor, cover: Actor, first_day: date, last_day: date
) -> list[str]:
    """Return what stands against it: days away already, or a stand-in away on all of these days."""
    found = []
    for one in held:
        days = f"{in_words(one.first_day)} to {in_words(one.last_day)}"
        if one.officer == away.identity and one.first_day <= last_day and first_day <= one.last_day:
            found.append(f"{away.name} is away from {days} already (absence {one.number}).")
        if one.officer == cover.identity and one.first_day <= first_day <= one.last_day:
            found.append(f"{cover.name} is away from {days} (absence {one.number}).")
    return found


def _known(conn: Connection, identity: str) -> Actor:
    recorded = as_recorded(conn, Officer.email, identity)
    return staff(conn).get(recorded) or actor_for(conn, identity=recorded)


def _told(values: dict[str, object]) -> dict[str, str]:
    names = ("officer", "covered_by", "first_day", "last_day")
    return {name: str(values[name]) for name in names}


def _note(
    conn: Connection, actor: Actor, action: str, reason: str, now: datetime, **detail: object
) -> None:
    note_service(conn, now=now, actor=actor.identity, action=action, reason=reason, detail=detail)


def _shown(conn: Connection, row: AnyRow) -> Away:
    return Away(
        number=row.id,
        officer=row.officer,
        officer_name=name_of(conn, row.officer),
        covered_by=row.covered_by,
        covered_by_name=name_of(conn, row.covered_by),
        first_day=row.first_day,
        last_day=row.last_day,
        reason=row.reason,
        recorded_by=row.recorded_by,
    )
