"""Whether the schedule codes that a file cites can be priced, and what to say where they cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from models.imports.job import Job
from models.imports.reconcile import BATCH
from models.schedules import ScheduleItem, ScheduleVersion
from rules.errors import Problem
from rules.importing import ParsedRow

_ANY = "The code of an item in a schedule in force, or import that schedule first."


@dataclass(frozen=True, slots=True)
class Standing:
    """One code in one version of a schedule.

    Args:
        schedule: The schedule's name.
        unit: The item's unit there.
        valid_from: The version's first day.
        valid_to: Its last day, or None while it is the newest.
    """

    schedule: str
    unit: str
    valid_from: date
    valid_to: date | None

    def in_force(self, on: date) -> bool:
        """Whether the version is in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to >= on)


def code_problems(
    job: Job, *, to_come: bool, among: Iterable[ParsedRow] | None = None
) -> Iterator[Problem]:
    """Yield the cited codes that cannot be priced, and units that contradict the schedule's.

    Args:
        job: The import, with a column ``code``.
        to_come: Whether a version that is not in force yet will do.
        among: The rows to look at; every row if not said.
    """
    rows = job.rows if among is None else among
    cited = [(row, row.values["code"]) for row in rows if row.values.get("code")]
    standings = _standings(job.conn, {str(code) for _, code in cited})
    spelt = _spellings(job.conn, {str(code) for _, code in cited} - standings.keys())
    for row, cited_code in cited:
        code = str(cited_code)
        usable = [
            standing
            for standing in standings.get(code, ())
            if standing.in_force(job.today) or (to_come and standing.valid_from > job.today)
        ]
        if not usable:
            wrong, right = _explained(code, standings.get(code, ()), spelt, job.today)
            yield job.problem(row, "code", wrong=wrong, right=right)
            continue
        yield from _unit_problems(job, row, usable)


def _standings(conn: Connection, codes: set[str]) -> dict[str, list[Standing]]:
    found: dict[str, list[Standing]] = {}
    wanted = sorted(codes)
    for start in range(0, len(wanted), BATCH):
        query = (
            select(
                ScheduleItem.code,
                ScheduleItem.unit,
                ScheduleVersion.schedule,
                ScheduleVersion.valid_from,
                ScheduleVersion.valid_to,
            )
            .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
            .where(ScheduleItem.code.in_(wanted[start : start + BATCH]))
            .order_by(ScheduleVersion.valid_from, ScheduleVersion.schedule)
        )
        for row in conn.execute(query):
            standing = Standing(row.schedule, row.unit, row.valid_from, row.valid_to)
            found.setdefault(row.code, []).append(standing)
    return found


def _spellings(conn: Connection, unknown: set[str]) -> Mapping[str, str]:
    """Return the schedule's own spelling of codes that differ from one only in case."""
    found: dict[str, str] = {}
    wanted = sorted({code.lower() for code in unknown})
    for start in range(0, len(wanted), BATCH):
        query = select(ScheduleItem.code).where(
            func.lower(ScheduleItem.code).in_(wanted[start : start + BATCH])
        )
        found.update({code.lower(): code for code in conn.execute(query.distinct()).scalars()})
    return found


def _explained(
    code: str, standings: list[Standing] | tuple[()], spelt: Mapping[str, str], today: date
) -> tuple[str, str]:
    """Return what is wrong with a code that no version in force has, and what would be right."""
    if not standings:
        spelling = spelt.get(code.lower())
        right = f"{spelling}, as the schedule spells it." if spelling else _ANY
        return "no schedule has this code", right
    later = [standing for standing in standings if standing.valid_from > today]
    if later:
        first = later[0]
        return f"{first.schedule} has this code only from {first.valid_from.isoformat()} on", _ANY
    last = standings[-1]
    ended = last.valid_to.isoformat() if last.valid_to else ""
    return (
        f"this code was superseded: {last.schedule} had it until {ended}",
        "A code of the version in force.",
    )


def _unit_problems(job: Job, row: ParsedRow, usable: list[Standing]) -> Iterator[Problem]:
    unit = row.values.get("unit")
    units = sorted({standing.unit for standing in usable})
    if unit and unit not in units:
        yield job.problem(
            row,
            "unit",
            wrong=f"the schedule measures this code by {' or '.join(units)}",
            right="That unit, or an empty cell.",
        )
