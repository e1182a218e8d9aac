"""The schedule of rates: a file is one dated version, whole.

A new version closes the one before it the day before. The same content again changes nothing.
Another content for a version that has priced works is refused: what was priced from it must stay
explicable. Before that, it takes the place of the old content.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.prices import Price, PriceLine
from models.tables.schedules import PackageLine, ScheduleItem, ScheduleVersion
from rules.clocks.dates import LONDON
from rules.errors import Problem
from rules.imports.cells import CellError
from rules.imports.numbers import day, percent
from rules.imports.words import code
from rules.sentences import named
from services.imports.job import Changes, Job, ScheduleOptions
from services.imports.reconcile import Difference, apply, difference, table_of
from services.rates.items import in_force as items_in_force

_ITEM = table_of(ScheduleItem)
_VERSION = table_of(ScheduleVersion)
_KEY = ("version_id", "code")
_ITEM_COLUMNS = tuple(c.name for c in _ITEM.c if c.name not in ("id", *_KEY))
_ONE_DAY = timedelta(days=1)


def problems(job: Job) -> Iterator[Problem]:
    """Yield what is wrong with the version's options, and a version that may not change any more.

    Args:
        job: The import.
    """
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
    if version is None or not _differs(job, options, version):
        return
    if _has_priced_works(job.conn, version):
        yield job.file_problem(
            value=f"{options.schedule} from {options.valid_from.isoformat()}",
            wrong="works have been priced from this version, and the file differs from it",
            right="A new version with a later --from, or the file as it was imported.",
        )


def bring_in(job: Job) -> Changes:
    """Write the version and its items.

    Args:
        job: The import; it has no problems.

    Raises:
        ValueError: The job has no schedule options; ``problems`` was not asked.
    """
    options = job.schedule
    if options is None:
        raise ValueError("A schedule import needs its options.")
    changes = Changes()
    version = _version(job.conn, options)
    version_id = version.id if version else _new_version(job, options, changes)
    found = _difference(job, version_id)
    apply(job.conn, found, done=job.progress)
    changes.added, changes.changed = len(found.added), len(found.changed)
    changes.unchanged, changes.removed = found.unchanged, len(found.removed)
    if version is not None and version.index_percent != options.index_percent:
        changes.changed += changes.unchanged  # every rate is another
        changes.unchanged = 0
    if version is not None and changes.any:
        _restate(job, options, version_id)
    changes.notes += _notes(job.conn, options)
    return changes


def _option_problems(job: Job, options: ScheduleOptions) -> Iterator[Problem]:
    checks: tuple[tuple[str, str, Callable[[str], object], str], ...] = (
        ("--schedule", options.schedule, code, "The schedule's name."),
        ("--from", options.valid_from.isoformat(), day, "The version's first day."),
        ("--index", format(options.index_percent, "f"), percent, "A percentage such as 2.5."),
    )
    for name, value, parse, right in checks:
        wrong = "" if value.strip() else "it is empty"
        try:
            parse(value)
        except CellError as error:
            wrong, right = error.wrong, error.right or right
        if wrong:
            yield job.file_problem(value=value, wrong=f"{name}: {wrong}", right=right)


def _version(conn: Connection, options: ScheduleOptions) -> AnyRow | None:
    return conn.execute(
        select(_VERSION).where(
            _VERSION.c.schedule == options.schedule, _VERSION.c.valid_from == options.valid_from
        )
    ).one_or_none()


def _difference(job: Job, version_id: int) -> Difference:
    return difference(
        job.conn,
        table=_ITEM,
        key=_KEY,
        wanted=[{"version_id": version_id, **row.values} for row in job.rows],
        compared=_ITEM_COLUMNS,
        whole=True,
    )


def _differs(job: Job, options: ScheduleOptions, version: AnyRow) -> bool:
    found = _difference(job, version.id)
    return bool(
        found.added
        or found.changed
        or found.removed
        or version.index_percent != options.index_percent
    )


def _has_priced_works(conn: Connection, version: AnyRow) -> bool:
    """Whether a price made while the version was in force has a line of one of its codes."""
    codes = select(_ITEM.c.code).where(_ITEM.c.version_id == version.id)
    priced = (
        select(PriceLine.price_id)
        .join(Price, Price.id == PriceLine.price_id)
        .where(PriceLine.code.in_(codes), Price.priced_at >= _start_of(version.valid_from))
    )
    if version.valid_to is not None:
        priced = priced.where(Price.priced_at < _start_of(version.valid_to + _ONE_DAY))
    return bool(conn.execute(select(exists(priced))).scalar_one())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


def _new_version(job: Job, options: ScheduleOptions, changes: Changes) -> int:
    """Insert the version between its neighbours and return its row id."""
    conn, first = job.conn, options.valid_from
    same = _VERSION.c.schedule == options.schedule
    before = conn.execute(
        select(func.max(_VERSION.c.valid_from)).where(same, _VERSION.c.valid_from < first)
    ).scalar_one()
    after = conn.execute(
        select(func.min(_VERSION.c.valid_from)).where(same, _VERSION.c.valid_from > first)
    ).scalar_one()
    if before is not None:
        conn.execute(
            update(_VERSION)
            .where(same, _VERSION.c.valid_from == before)
            .values(valid_to=first - _ONE_DAY)
        )
        changes.notes.append(
            f"{options.schedule} from {before.isoformat()} now ends on"
            f" {(first - _ONE_DAY).isoformat()}."
        )
    if after is not None:
        changes.notes.append(
            f"{options.schedule} from {first.isoformat()} ends on"
            f" {(after - _ONE_DAY).isoformat()}, the day before its next version."
        )
    version_id = conn.execute(
        insert(_VERSION).returning(_VERSION.c.id),
        {
            "schedule": options.schedule,
            "valid_from": first,
            "valid_to": None if after is None else after - _ONE_DAY,
            "index_percent": options.index_percent,
            "sha256": job.sheet.sha256,
            "imported_at": job.now,
        },
    ).scalar_one()
    return int(version_id)


def _restate(job: Job, options: ScheduleOptions, version_id: int) -> None:
    job.conn.execute(
        update(_VERSION)
        .where(_VERSION.c.id == version_id)
        .values(index_percent=options.index_percent, sha256=job.sheet.sha256, imported_at=job.now)
    )


def _notes(conn: Connection, options: ScheduleOptions) -> Iterator[str]:
    first = options.valid_from
    in_force = (
        select(_ITEM.c.code)
        .join(_VERSION, _VERSION.c.id == _ITEM.c.version_id)
        .where(
            _VERSION.c.valid_from <= first,
            or_(_VERSION.c.valid_to.is_(None), _VERSION.c.valid_to >= first),
        )
    )
    lost = conn.execute(
        select(PackageLine.package, PackageLine.code)
        .where(PackageLine.code.not_in(in_force))
        .order_by(PackageLine.package, PackageLine.code)
    ).all()
    if lost:
        cited = named([f"{row.package} {row.code}" for row in lost])
        yield f"Packages use codes that no schedule in force on {first} has: {cited}."
    shared = conn.execute(
        in_force.group_by(_ITEM.c.code).having(func.count() > 1).order_by(_ITEM.c.code)
    ).scalars()
    yield from _shared(conn, codes=list(shared), on=first)


def _shared(conn: Connection, *, codes: list[str], on: date) -> Iterator[str]:
    """Yield what is so of codes in more than one schedule in force: all, then those that differ."""
    if not codes:
        return
    yield f"{len(codes)} codes are in more than one schedule in force on {on}."
    differing = items_in_force(conn, codes=codes, on=on).ambiguous
    if differing:
        cited = named(
            [
                f"{code} ({', '.join(row.schedule for row in rows)})"
                for code, rows in differing.items()
            ]
        )
        yield f"Schedules differ on these, and works that use them are refused: {cited}."
