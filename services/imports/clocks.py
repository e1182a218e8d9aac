"""What clocks go by, by file: closed days, targets, and ladders of who is told of a late clock.

A closed day on a weekend or a bank holiday is told, and changes nothing. A version of a target that
clocks may rest on is never rewritten: targets count for the clocks that start from then on, and
those that run keep what they were given. A ladder says who is told and not what was promised, so
the days on which clocks that run escalate are reckoned again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final, TypeAlias

from sqlalchemy import bindparam, func, select

from models.base import rows_by
from models.tables import clocks as tables
from models.tables.reference import ClosedDay
from rules.clocks.target_words import what_comes_first
from rules.clocks.targets import Target
from rules.clocks.workdays import load_command
from rules.errors import Problem
from rules.imports import ParsedRow
from rules.imports.clock_checks import Stated, overlap_findings, rewriting_findings, set_findings
from rules.sentences import named
from services.cases.clocks.calendar import EVERYBODY, known_years
from services.cases.clocks.retime import moved_words, retime
from services.clocks.closures import changes_nothing
from services.imports import registers
from services.imports.history import write_noted
from services.imports.job import Job
from services.imports.reconcile import Changes, apply, difference

_Key: TypeAlias = tuple[Any, ...]

_KEY: Final = ("clock", "authority", "lot", "urgency", "complexity", "valid_from")
_ABOUT: Final = frozenset({"verified", "source"})
"""What a target says of itself, and not of what clocks are given."""

_SAID: Final = tuple(item.name for item in fields(Target))
_TARGETS: Final = select(*(tables.Target.__table__.c[name] for name in _SAID))
_RUNNING: Final = select(func.count()).where(
    tables.Clock.name.in_(bindparam("names", expanding=True)),
    tables.Clock.stopped_on.is_(None),
    tables.Clock.target_days.is_not(None),
)
_CLOSED: Final = rows_by(ClosedDay, "authority").order_by(ClosedDay.day)


def closure_problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities, and days in years whose bank holidays are not held."""
    yield from registers.problems(job)
    known = known_years(job.conn)
    for row in job.rows:
        day = row.values.get("day")
        if isinstance(day, date) and not (known and known[0] <= day.year <= known[1]):
            yield job.problem(
                row,
                "day",
                wrong=f"the bank holidays of {day.year} are not held, so the year is not known",
                right=_right_year(day.year, known),
            )


def _right_year(year: int, known: tuple[int, int] | None) -> str:
    if known is None:
        return "Load the bank holidays first: `handrail init`."
    first, last = known
    command = load_command(last + 1, year) if year > last else load_command(year, first - 1)
    return f"A day from {first} to {last}, or load those bank holidays first: {command}."


def bring_in_closures(job: Job) -> Changes:
    """Write the closures, and name those that change nothing."""
    closed = job.conn.execute(_CLOSED, {"authority": EVERYBODY})
    for_all = {row.day: row.title for row in closed}
    why_idle = {row.number: why for row in job.rows if (why := _idle(row, for_all))}
    wanted: list[dict[str, Any]] = [
        dict(row.values) for row in job.rows if row.number not in why_idle
    ]
    found = difference(job.conn, ClosedDay, key=("authority", "day"), wanted=wanted)
    changes = apply(job.conn, found, done=job.progress)
    if changes.any:
        days = [values["day"] for values in wanted]
        why = f"closures imported from {job.sheet.file}"
        if moved := len(retime(job.conn, now=job.now, why=why, on_days=days)):
            changes.notes.append(moved_words(moved))
    changes.unchanged += len(why_idle)
    if why_idle:
        idle = [f"row {number} ({why})" for number, why in why_idle.items()]
        changes.notes.append(f"These change nothing: {named(idle)}.")
    return changes


def _idle(row: ParsedRow, for_all: dict[date, str]) -> str:
    day: Any = row.values["day"]
    title = for_all.get(day)
    if row.values["authority"] == EVERYBODY and title == row.values["title"]:
        return ""  # the very row, brought in before
    return changes_nothing(day=day, title_for_all=title)


def bring_in_ladders(job: Job) -> Changes:
    """Write the ladders, and the days on which late clocks that run are told of."""
    found = registers.register_difference(job)
    changes = write_noted(job, found)
    whose: set[str] = {values["authority"] for values in (*found.added, *found.changed)}
    whose |= {authority for authority, _ in found.removed}
    why = f"another ladder: {job.sheet.file}"
    for authority in [None] if EVERYBODY in whose else sorted(whose):  # None for all of them
        retime(job.conn, now=job.now, why=why, authority=authority)
    return changes


def target_problems(job: Job) -> Iterator[Problem]:
    """Yield unknown authorities and lots, versions rewritten or overlapping, and sets that fail."""
    yield from registers.problems(job)
    held = _held(job)
    stated = [_stated(job, row, held) for row in job.sound_rows]
    restated = {_key(one.target) for one in stated}
    others = [target for key, target in held.items() if key not in restated]
    for one in stated:
        begun = _begun(one.target, held, job.today)
        yield from job.placed(rewriting_findings(one, begun=begun, today=job.today))
    yield from job.placed(overlap_findings(stated, held=others))
    if not job.parsed.problems:  # a row at fault would be missed in its set
        yield from job.placed(set_findings(stated, held=others))


def _held(job: Job) -> dict[_Key, Target]:
    found = (Target(**row) for row in job.conn.execute(_TARGETS).mappings())
    return {_key(target): target for target in found}


def _stated(job: Job, row: ParsedRow, held: Mapping[_Key, Target]) -> Stated:
    """Return what a row states; of what the file has no column for, what is held stays."""
    values: dict[str, Any] = dict(row.values)
    values["urgency"] = values.pop("urgent")
    before = held.get(tuple(values[name] for name in _KEY))
    if before is not None:
        absent = job.parsed.absent_columns & set(_SAID)
        values |= {name: getattr(before, name) for name in absent}
    return Stated(target=Target(**values), row=row.number, held=before)


def _begun(target: Target, held: Mapping[_Key, Target], today: date) -> date | None:
    same = _key(target)[:-1]
    days = (key[-1] for key in held if key[:-1] == same and key[-1] <= today)
    return max(days, default=None)


def _key(target: Target) -> _Key:
    return tuple(getattr(target, name) for name in _KEY)


def bring_in_targets(job: Job) -> Changes:
    """Write the targets, and say which clocks they do not reach."""
    held = _held(job)
    targets = [_stated(job, row, held).target for row in job.rows]
    wanted = [{name: getattr(target, name) for name in _SAID} for target in targets]
    found = difference(job.conn, tables.Target, key=_KEY, wanted=wanted)
    changes = write_noted(job, found)
    if found.added or any(set(found.differing(values)) - _ABOUT for values in found.changed):
        changes.notes += _unreached(job)
    return changes


def _unreached(job: Job) -> Iterator[str]:
    """Yield what the targets of the file do not reach."""
    names = sorted(job.cited("clock"))
    running = job.conn.execute(_RUNNING, {"names": names}).scalar_one()
    if running:
        keep = "clock keeps its target" if running == 1 else "clocks keep their targets"
        yield (
            f"{running} running {keep}; `handrail decide REF rebase` gives those of a case the "
            "targets in force."
        )
    yield from (words for name in names if (words := what_comes_first(name)))
