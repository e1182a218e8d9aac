"""The schedule of rates: a file is one dated version, whole.

A new version closes the one before it the day before. The same content again changes nothing.
Another content for a version that has priced works is refused: what was priced from it must stay
explicable. Before that, it takes the place of the old content.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection, Date, bindparam, exists, func, insert, select, update

from models.base import AnyRow, Instant, rows_by
from models.tables.prices import Price, PriceLine
from models.tables.schedules import PackageLine, ScheduleItem, ScheduleVersion
from rules.clocks.dates import LONDON
from rules.errors import Problem
from rules.imports.cells import CellError
from rules.imports.numbers import day, percent
from rules.imports.words import code
from rules.sentences import named, several
from services.imports.job import Job, ScheduleOptions
from services.imports.questions import succession_problems
from services.imports.reconcile import Changes, Difference, apply, difference
from services.rates.items import IN_FORCE
from services.rates.items import in_force as items_in_force

_VERSIONS: Final = rows_by(ScheduleVersion, "schedule", "valid_from")
_OF_SCHEDULE: Final = ScheduleVersion.schedule == bindparam("of_schedule")
_BEGINS: Final = ScheduleVersion.valid_from
_FIRST: Final = bindparam("first", type_=Date)
_NEIGHBOURS: Final = select(
    func.max(_BEGINS).filter(_BEGINS < _FIRST).label("before"),
    func.min(_BEGINS).filter(_BEGINS > _FIRST).label("after"),
).where(_OF_SCHEDULE)
_FOLLOWED: Final = (
    select(ScheduleVersion.id)
    .where(_OF_SCHEDULE, _BEGINS < _FIRST)
    .order_by(_BEGINS.desc())
    .limit(1)
)
_END: Final = update(ScheduleVersion).where(
    _OF_SCHEDULE, ScheduleVersion.valid_from == bindparam("begins")
)
_ADD: Final = insert(ScheduleVersion).returning(ScheduleVersion.id)
_RESTATE: Final = update(ScheduleVersion).where(ScheduleVersion.id == bindparam("version"))
_IN_FORCE: Final = (
    select(ScheduleItem.code)
    .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
    .where(IN_FORCE)
)
_LOST: Final = (
    select(PackageLine.package, PackageLine.code)
    .where(PackageLine.code.not_in(_IN_FORCE))
    .order_by(PackageLine.package, PackageLine.code)
)
_SHARED: Final = (
    _IN_FORCE.group_by(ScheduleItem.code).having(func.count() > 1).order_by(ScheduleItem.code)
)
_PRICED: Final = select(
    exists().where(
        Price.id == PriceLine.price_id,
        Price.priced_at >= bindparam("begins", type_=Instant),
        Price.priced_at < bindparam("ends", type_=Instant),
        PriceLine.code.in_(
            select(ScheduleItem.code).where(ScheduleItem.version_id == bindparam("version"))
        ),
    )
)
_ONE_DAY: Final = timedelta(days=1)
_NO_END: Final = date(9999, 12, 30)


def problems(job: Job) -> Iterator[Problem]:
    """Yield what is wrong with the options, and a version that may not change any more."""
    options = job.schedule
    if options is None:
        yield job.file_problem(
            value="",
            wrong="it is not said which schedule this is, and from which day",
            right="`handrail import schedule FILE --schedule NAME --from DATE`.",
        )
        return
    faults = list(_option_problems(job, options))
    yield from faults
    if faults or job.parsed.problems:
        return
    version = _version(job.conn, options)
    follows = version or _before(job.conn, options)
    if follows is not None:
        yield from succession_problems(job, version=follows.id)
    if version is None:
        return
    differs = (
        _difference(job, version.id).changes.any or version.index_percent != options.index_percent
    )
    if differs and is_priced_from(job.conn, version=version):
        yield job.file_problem(
            value=f"{options.schedule} from {options.valid_from.isoformat()}",
            wrong="works have been priced from this version, and the file differs from it",
            right="A new version with a later --from, or the file as it was imported.",
        )


def bring_in(job: Job) -> Changes:
    """Write the version and its items.

    Raises:
        ValueError: The job has no schedule options; ``problems`` was not asked.
    """
    options = job.schedule
    if options is None:
        raise ValueError("A schedule import needs its options.")
    said = {
        "index_percent": options.index_percent,
        "sha256": job.sheet.sha256,
        "imported_at": job.now,
    }
    version = _version(job.conn, options)
    notes: list[str] = []
    follows = None if version else _before(job.conn, options)
    if version is None:
        last_day = _between_neighbours(job.conn, options, notes)
        named_so = {"schedule": options.schedule, "valid_from": options.valid_from}
        new = {**named_so, "valid_to": last_day, **said}
        version_id = int(job.conn.execute(_ADD, new).scalar_one())
    else:
        version_id = version.id
    changes = apply(job.conn, _difference(job, version_id), done=job.progress)
    if follows is not None:  # what is other is what differs from the version that it follows
        changes.shown = _difference(job, follows.id).changes.shown
    if version is not None and version.index_percent != options.index_percent:
        changes.changed += changes.unchanged  # every rate is another
        changes.unchanged = 0
    if version is not None and changes.any:
        job.conn.execute(_RESTATE, {"version": version_id, **said})
    changes.notes += (*notes, *_notes(job.conn, options))
    return changes


def _option_problems(job: Job, options: ScheduleOptions) -> Iterator[Problem]:
    checks: tuple[tuple[str, str, Callable[[str], object], str], ...] = (
        ("--schedule", options.schedule, code, "The schedule's name."),
        ("--from", options.valid_from.isoformat(), day, "The version's first day."),
        ("--index", format(options.index_percent, "f"), percent, "A percentage such as 2.5."),
    )
    for name, value, parse, right in checks:
        wrong, accept = "" if value.strip() else "it is empty", ""
        try:
            parse(value)
        except CellError as error:
            wrong, right, accept = error.wrong, error.right or right, error.accept
        if wrong and accept not in job.said.accepted:
            problem = job.file_problem(value=value, wrong=f"{name}: {wrong}", right=right)
            yield replace(problem, accept=accept)


def _before(conn: Connection, options: ScheduleOptions) -> AnyRow | None:
    """Return the version that a new one follows, if any."""
    found = conn.execute(_FOLLOWED, {"of_schedule": options.schedule, "first": options.valid_from})
    return found.first()


def _version(conn: Connection, options: ScheduleOptions) -> AnyRow | None:
    which = {"schedule": options.schedule, "valid_from": options.valid_from}
    return conn.execute(_VERSIONS, which).one_or_none()


def _difference(job: Job, version_id: int) -> Difference:
    wanted = [{"version_id": version_id, **row.values} for row in job.rows]
    key = ("version_id", "code")
    return difference(job.conn, ScheduleItem, key=key, wanted=wanted, whole=1)


def is_priced_from(conn: Connection, *, version: AnyRow) -> bool:
    """Return whether a price made while the version was in force has a line of one of its codes."""
    when = {
        "version": version.id,
        "begins": _start_of(version.valid_from),
        "ends": _start_of((version.valid_to or _NO_END) + _ONE_DAY),
    }
    return bool(conn.execute(_PRICED, when).scalar_one())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def _between_neighbours(
    conn: Connection, options: ScheduleOptions, notes: list[str]
) -> date | None:
    """End the version before a new one, and return the day on which the new one ends, if any."""
    name, first = options.schedule, options.valid_from
    found: AnyRow = conn.execute(_NEIGHBOURS, {"of_schedule": name, "first": first}).one()
    before, after = found
    if before is not None:
        end = first - _ONE_DAY
        conn.execute(_END, {"of_schedule": name, "begins": before, "valid_to": end})
        notes.append(f"{name} from {before.isoformat()} now ends on {end.isoformat()}.")
    if after is None:
        return None
    last_day: date = after - _ONE_DAY
    notes.append(
        f"{name} from {first.isoformat()} ends on {last_day.isoformat()}, the day before its next"
        " version."
    )
    return last_day


def _notes(conn: Connection, options: ScheduleOptions) -> Iterator[str]:
    first = options.valid_from
    lost = conn.execute(_LOST, {"on": first}).all()
    if lost:
        cited = named([f"{row.package} {row.code}" for row in lost])
        yield f"Packages use codes that no schedule in force on {first} has: {cited}."
    shared = conn.execute(_SHARED, {"on": first}).scalars()
    yield from _shared(conn, codes=list(shared), on=first)


def _shared(conn: Connection, *, codes: list[str], on: date) -> Iterator[str]:
    """Yield what is so of codes in more than one schedule in force: all, then those that differ."""
    if not codes:
        return
    are = "is" if len(codes) == 1 else "are"
    yield f"{several(len(codes), 'code')} {are} in more than one schedule in force on {on}."
    differing = items_in_force(conn, codes=codes, on=on).ambiguous
    if differing:
        whose = {code: ", ".join(row.schedule for row in rows) for code, rows in differing.items()}
        cited = named([f"{code} ({schedules})" for code, schedules in whose.items()])
        yield f"Schedules differ on these, and works that use them are refused: {cited}."
