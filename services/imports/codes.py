"""Whether the schedule codes that a file cites can be priced, and what to say where they cannot."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy import Connection, select

from models.base import AnyRow
from models.tables.schedules import ScheduleItem
from rules.errors import Problem
from rules.identifiers import folded
from rules.imports import ParsedRow
from rules.rates.lookup import Index
from services.imports.job import Job
from services.rates.items import ambiguous_words, histories, in_force, index_on, nearest_words

_ANY = "The code of an item in a schedule in force, or import that schedule first."
_CODES: Final = select(ScheduleItem.code).distinct().order_by(ScheduleItem.code)


class _Cited:
    """The codes that a file cites, as schedules have them."""

    def __init__(self, job: Job, codes: set[str]) -> None:
        self.conn, self.today = job.conn, job.today
        self.held = histories(job.conn, codes=codes)
        self.ambiguous = in_force(job.conn, codes=codes, on=job.today).ambiguous
        self.spelt = _spellings(job.conn, codes - self.held.keys())

    @cached_property
    def index(self) -> Index:
        """What is in force today, to find what a missing code may stand for."""
        return index_on(self.conn, on=self.today)

    def usable(self, code: str, *, to_come: bool) -> list[AnyRow]:
        """Return the items that a code means now, or as well in versions to come."""
        return [
            item
            for item in self.held.get(code, ())
            if _in_force(item, self.today) or (to_come and item.valid_from > self.today)
        ]


def code_problems(
    job: Job, *, to_come: bool, among: Iterable[ParsedRow] | None = None
) -> Iterator[Problem]:
    """Yield the cited codes that cannot be priced, and units that contradict the schedule's.

    Args:
        job: An import with a column ``code``.
        to_come: Whether a version that is not in force yet will do.
        among: The rows to look at; every row if not said.
    """
    rows = job.rows if among is None else among
    citing = [(row, str(row.values["code"])) for row in rows if row.values.get("code")]
    cited = _Cited(job, {code for _, code in citing})
    for row, code in citing:
        usable = cited.usable(code, to_come=to_come)
        if not usable:
            wrong, right = _explained(code, cited)
            yield job.problem(row, "code", wrong=wrong, right=right)
        elif code in cited.ambiguous:
            yield job.problem(
                row,
                "code",
                wrong=f"schedules in force differ on it: {ambiguous_words(cited.ambiguous[code])}",
                right="Another code, or schedules that agree on this one.",
            )
        else:
            yield from _unit_problems(job, row, usable)


def _in_force(item: AnyRow, on: date) -> bool:
    return bool(item.valid_from <= on and (item.valid_to is None or item.valid_to >= on))


def _spellings(conn: Connection, unknown: set[str]) -> Mapping[str, str]:
    """Return the schedule's own spelling of codes that differ in case, blanks or dashes only."""
    if not unknown:
        return {}
    return {folded(code): code for code in conn.execute(_CODES).scalars()}


def _explained(code: str, cited: _Cited) -> tuple[str, str]:
    """Return what is wrong with a code that no version in force has, and what would be right."""
    held = cited.held.get(code, [])
    if not held:
        spelling = cited.spelt.get(folded(code))
        if spelling:
            return "no schedule has this code", f"{spelling}, as the schedule spells it."
        return "no schedule has this code", f"{_ANY} {nearest_words(code, held, cited.index)}"
    later = [item for item in held if item.valid_from > cited.today]
    if later:
        first = later[0]
        wrong = f"{first.schedule} has this code only from {first.valid_from.isoformat()} on"
        return wrong, f"{_ANY} {nearest_words(code, held, cited.index)}"
    last = max(held, key=lambda item: item.valid_to)
    return (
        f"this code was superseded: {last.schedule} had it until {last.valid_to.isoformat()}",
        f"A code of the version in force. {nearest_words(code, held, cited.index)}",
    )


def _unit_problems(job: Job, row: ParsedRow, usable: list[AnyRow]) -> Iterator[Problem]:
    unit = row.values.get("unit")
    units = sorted({item.unit for item in usable})
    if unit and unit not in units:
        yield job.problem(
            row,
            "unit",
            wrong=f"the schedule measures this code by {' or '.join(units)}",
            right="That unit, or an empty cell.",
        )
