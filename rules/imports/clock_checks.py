"""What must hold in the files of targets and ladders, beyond their cells.

Versions of a target follow each other, what has begun is never rewritten, a set of guidance stages
makes its total, and a ladder goes up.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final, TypeAlias

from rules.clocks.clock_names import TOTAL
from rules.clocks.target_words import in_working_days, ladder_problems, sum_problems
from rules.clocks.targets import SET_OF_STAGES, Rung, Target
from rules.imports.checks import Finding, ParsedRow
from rules.people import Role

Key: TypeAlias = tuple[str, ...]

_KEPT: Final = ("days", "warn_percent", "warn_days")
"""What a version that has begun keeps, besides its first day."""
_NOT_IN_FILE: Final = 0
"""The row of a version that is held and that the file does not state."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A target as a row of a file states it.

    Args:
        target: The target, with what the file does not say as it is held.
        row: The row's number.
        held: The same version as it is held, or None for a new one.
    """

    target: Target
    row: int
    held: Target | None = None


def warning_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield a warning of a target that would come with the first day of the clock."""
    days, left = row.cells(("days", "warn_days"))
    if isinstance(days, int) and isinstance(left, int) and left >= days:
        wrong = f"the target is {in_working_days(days)}, so it would warn from the first one on"
        yield row.finding("warn_days", wrong, f"Fewer than {days}.")


def ladder_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield ladders that begin in the air, or whose second rung does not come after the first.

    Args:
        rows: Every row of a file of kind ``escalations``.
    """
    ladders: dict[object, dict[object, ParsedRow]] = {}
    for row in rows:
        ladders.setdefault(row.values.get("authority"), {})[row.values.get("rung")] = row
    for authority, found in ladders.items():
        rungs: list[Any] = [row.cells(("rung", "role", "days")) for row in found.values()]
        if authority is None or any(None in cells for cells in rungs):
            continue  # its cells at fault are told of
        *_, last = found.values()
        ladder = [Rung(rung=rung, role=Role(role), days=days) for rung, role, days in rungs]
        for words in ladder_problems(ladder):
            yield last.finding(
                "rung",
                words.rstrip("."),
                "The whole ladder of an authority in one file: rung 3, and a later rung 4 if any.",
            )


def rewriting_findings(stated: Stated, *, begun: date | None, today: date) -> Iterator[Finding]:
    """Yield what a row would change of versions that clocks may rest on already.

    Whether somebody has verified a version, and its source, may be said at any time, and a version
    may be given an end that is still to come.

    Args:
        stated: The row.
        begun: The first day of the newest version of the same target that has begun, if any.
        today: The present London date.
    """
    held = stated.held
    if held is None:
        if begun is not None and stated.target.valid_from < today:
            yield _finding(
                stated,
                "valid_from",
                f"a version from {begun.isoformat()} is in force, and clocks may rest on it",
                f"A first day from {today.isoformat()} on.",
            )
    elif held.valid_from <= today:
        yield from _rewritten(stated, held, today)


def _rewritten(stated: Stated, held: Target, today: date) -> Iterator[Finding]:
    for name in _KEPT:
        if getattr(stated.target, name) != getattr(held, name):
            yield _finding(
                stated,
                name,
                f"this version began on {held.valid_from.isoformat()} with {getattr(held, name)}, "
                "and clocks may rest on it",
                f"{getattr(held, name)}, or a new row whose valid_from is {today.isoformat()} "
                "or later.",
            )
    yesterday = today - timedelta(days=1)
    old, new = held.valid_to, stated.target.valid_to
    if old != new and any(end is not None and end < yesterday for end in (old, new)):
        yield _finding(
            stated,
            "valid_to",
            f"this version was in force {_until(old)}, and clocks may rest on it",
            f"An end from {yesterday.isoformat()} on."
            if old is None or old >= yesterday
            else f"{old.isoformat()}, as it was.",
        )


def overlap_findings(stated: Iterable[Stated], *, held: Iterable[Target] = ()) -> Iterator[Finding]:
    """Yield versions that begin before an earlier one of the same target has ended.

    A version without an end gives way to a newer one and overlaps with none.

    Args:
        stated: The rows of a file.
        held: Targets held already that the file does not restate.
    """
    versions = defaultdict[Key, list[Stated]](list)
    for one in stated:
        versions[_key(one.target)].append(one)
    for target in held:
        if _key(target) in versions:
            versions[_key(target)].append(Stated(target, _NOT_IN_FILE))
    for found in versions.values():
        yield from _overlaps(sorted(found, key=lambda version: version.target.valid_from))


def _overlaps(versions: list[Stated]) -> Iterator[Finding]:
    for earlier, later in pairwise(versions):
        begins, end = earlier.target.valid_from, earlier.target.valid_to
        next_begins = later.target.valid_from
        if end is None or end < next_begins or begins == next_begins:
            continue
        if later.row != _NOT_IN_FILE:
            where = f"row {earlier.row} has" if earlier.row else "there is already"
            yield _finding(
                later,
                "valid_from",
                f"{where} a version from {begins.isoformat()} to {end.isoformat()}",
                "Versions whose days do not overlap; one without an end gives way to the next.",
            )
        elif earlier.row != _NOT_IN_FILE:
            yield _finding(
                earlier,
                "valid_to",
                f"there is already a version from {next_begins.isoformat()}",
                "An end before that day, or none: then it gives way to the next.",
            )


def set_findings(stated: Iterable[Stated], *, held: Iterable[Target] = ()) -> Iterator[Finding]:
    """Yield sets of guidance stages that lack one, or whose stages do not make the total.

    Args:
        stated: The rows of a file.
        held: Targets held already that the file does not restate.
    """
    sets = defaultdict[tuple[object, ...], list[Stated]](list)
    for one in stated:
        if one.target.clock in SET_OF_STAGES:
            sets[_set(one.target)].append(one)
    others = defaultdict[tuple[object, ...], list[Target]](list)
    for target in held:
        if target.clock in SET_OF_STAGES:
            others[_set(target)].append(target)
    for key, found in sets.items():
        for words in sum_problems([*(one.target for one in found), *others[key]]):
            yield _finding(
                found[0],
                "days",
                words.rstrip("."),
                f"All four stages and {TOTAL}, which is their sum, from one day to one day.",
            )


def _key(target: Target) -> Key:
    return (target.clock, target.authority, target.lot, target.urgency, target.complexity)


def _set(target: Target) -> tuple[object, ...]:
    return (*_key(target)[1:], target.valid_from)


def _finding(stated: Stated, column: str, wrong: str, right: str) -> Finding:
    value = getattr(stated.target, column)
    shown = value.isoformat() if isinstance(value, date) else str(value or "")
    return Finding(stated.row, column, shown, wrong, right)


def _until(end: date | None) -> str:
    return "without an end" if end is None else f"until {end.isoformat()}"
