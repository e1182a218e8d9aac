"""What must hold in the files of targets and ladders, beyond their cells.

Versions of a target follow each other, what has begun is never rewritten, a set of guidance stages
makes its total, and a ladder goes up.
"""

from collections.abc import Iterable, Iterator, Mapping
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
    """Yield a warning that would come with the first day of the clock.

    Args:
        row: A row of kind ``targets``.
    """
    days, left = row.values.get("days"), row.values.get("warn_days")
    if isinstance(days, int) and isinstance(left, int) and left >= days:
        yield Finding(
            row.number,
            "warn_days",
            str(left),
            f"the target is {in_working_days(days)}, so it would warn from the first one on",
            f"Fewer than {days}.",
        )


def ladder_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield ladders that begin in the air, or whose second rung does not come after the first.

    Args:
        rows: Every row of a file of kind ``escalations``.
    """
    ladders: dict[object, dict[object, ParsedRow]] = {}
    for row in rows:
        ladders.setdefault(row.values.get("authority"), {})[row.values.get("rung")] = row
    for authority, rungs in ladders.items():
        found = list(rungs.values())
        if authority is None or any(None in _rung_cells(row) for row in found):
            continue  # its cells at fault are told of
        for words in ladder_problems([_rung(row) for row in found]):
            yield Finding(
                found[-1].number,
                "rung",
                str(found[-1].values["rung"]),
                words.rstrip("."),
                "The whole ladder of an authority in one file: rung 3, and a later rung 4 if any.",
            )


def _rung_cells(row: ParsedRow) -> tuple[object, ...]:
    return tuple(row.values.get(name) for name in ("rung", "role", "days"))


def _rung(row: ParsedRow) -> Rung:
    values: Mapping[str, Any] = row.values
    return Rung(rung=values["rung"], role=Role(values["role"]), days=values["days"])


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
    versions: dict[Key, list[tuple[Target, int | None]]] = {}
    for one in stated:
        versions.setdefault(_key(one.target), []).append((one.target, one.row))
    for target in held:
        if _key(target) in versions:
            versions[_key(target)].append((target, None))
    for found in versions.values():
        yield from _overlaps(sorted(found, key=lambda version: version[0].valid_from))


def _overlaps(versions: list[tuple[Target, int | None]]) -> Iterator[Finding]:
    for (earlier, row), (later, later_row) in pairwise(versions):
        end = earlier.valid_to
        if end is None or end < later.valid_from or earlier.valid_from == later.valid_from:
            continue
        if later_row is not None:
            where = f"row {row} has" if row is not None else "there is already"
            yield Finding(
                later_row,
                "valid_from",
                later.valid_from.isoformat(),
                f"{where} a version from {earlier.valid_from.isoformat()} to {end.isoformat()}",
                "Versions whose days do not overlap; one without an end gives way to the next.",
            )
        elif row is not None:
            yield Finding(
                row,
                "valid_to",
                end.isoformat(),
                f"there is already a version from {later.valid_from.isoformat()}",
                "An end before that day, or none: then it gives way to the next.",
            )


def set_findings(stated: Iterable[Stated], *, held: Iterable[Target] = ()) -> Iterator[Finding]:
    """Yield sets of guidance stages that lack one, or whose stages do not make the total.

    Args:
        stated: The rows of a file.
        held: Targets held already that the file does not restate.
    """
    sets: dict[tuple[object, ...], list[Target]] = {}
    first_row: dict[tuple[object, ...], int] = {}
    for one in stated:
        if _is_guidance(one.target):
            sets.setdefault(_set(one.target), []).append(one.target)
            first_row.setdefault(_set(one.target), one.row)
    for target in held:
        if _is_guidance(target) and _set(target) in sets:
            sets[_set(target)].append(target)
    for key, targets in sets.items():
        for words in sum_problems(targets):
            yield Finding(
                first_row[key],
                "days",
                str(targets[0].days),
                words.rstrip("."),
                f"All four stages and {TOTAL}, which is their sum, from one day to one day.",
            )


def _is_guidance(target: Target) -> bool:
    return target.clock in SET_OF_STAGES


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
