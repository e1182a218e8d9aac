"""One record corrected or added by itself, also of those that a file brings in together.

A lot's zones, a package's items, an authority's ladder and a version's items are restated whole:
the others beside the record go along as they are, so that it is checked as its file would be.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from models.base import AnyRow
from models.spelling import Identifier, as_recorded
from models.tables.contractors import Lot
from models.tables.reference import Authority
from models.tables.schedules import Package
from rules.errors import ImportProblemsError, StepNotOpenError
from rules.identifiers import folded
from rules.imports import spec
from rules.people import Actor
from services.imports.correct import correct
from services.imports.job import ScheduleOptions
from services.imports.records import NAMED, Key, Record, beside, version_of
from services.imports.schedule import is_priced_from

_WHOLE: Final[Mapping[str, Identifier | None]] = MappingProxyType(
    {
        "zones": Lot.code,
        "packages": Package.code,
        "escalations": Authority.code,
        **dict.fromkeys(("partnership_budget", "partnership_capital", "partnership_terms")),
        **dict.fromkeys(("printed_tables", "schedule")),
    }
)
"""Kinds of which a file is whole for its first column, or within it, and where that is kept."""

_ROW: Final = re.compile(r"\brow \d+ ")


def correct_one(
    conn: Connection,
    *,
    kind: str,
    given: Mapping[str, str],
    held: Record | None,
    version: Key,
    authorities: Sequence[str],
    actor: Actor,
    reason: str,
    now: datetime,
) -> tuple[str, ...]:
    """Bring in one record as it was typed, checked exactly as an import of it.

    Args:
        given: Its columns as they are typed.
        held: The record that is corrected; None for a new one.
        version: What names the version of the schedule, for one of its items.
        authorities: Whose it is, by code; an empty code is every authority's.

    Returns:
        What else is to be known of it, in sentences.

    Raises:
        ImportProblemsError: Something typed, or the reason, cannot stand; all of it is listed.
        InvalidDecisionError: Nothing would be other than it is.
        NotPermittedError: The role may not, or an authority is not theirs.
        StepNotOpenError: A new one is there already, or works are priced from its version.
    """
    of_version = version_to_change(conn, key=version) if kind == "schedule" else None
    if kind in _WHOLE:  # spelt alike, or it would be beside none of them
        given = {**given, spec(kind).key[0]: _first(conn, kind, given)}
    others = _others(conn, kind, given, held, version=of_version)
    if held is None and any(_same_key(kind, one.cells, given) for one in others):
        raise _there_already(kind)
    try:
        report = correct(
            conn,
            kind=kind,
            records=[*_agreeing(kind, others, given, corrected=held is not None), given],
            authorities=authorities,
            actor=actor,
            reason=reason,
            now=now,
            schedule=_options(of_version),
        )
    except ImportProblemsError as error:
        found = (replace(one, wrong=_ROW.sub("another ", one.wrong)) for one in error.problems)
        raise ImportProblemsError(tuple(found), typed=True) from None
    if held is None and not report.added:  # however its name was spelt
        raise _there_already(kind)
    return report.notes


def with_agreeing(conn: Connection, *, kind: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is typed of a new record, with what it shares with those that it joins."""
    first = _first(conn, kind, typed) if spec(kind).agreeing else ""
    joined = beside(conn, kind=kind, key={spec(kind).key[0]: first}, viewer=None) if first else []
    shared = {name: joined[0].cells[name] for name in spec(kind).agreeing} if joined else {}
    return {**typed, **{name: typed[name] or cell for name, cell in shared.items()}}


def version_to_change(conn: Connection, *, key: Key) -> AnyRow:
    """Return the version of a schedule that a key names, if its items may still change.

    Raises:
        StepNotOpenError: Works have been priced from it.
        UnknownReferenceError: There is none.
    """
    version = version_of(conn, key)
    if is_priced_from(conn, version=version):
        raise StepNotOpenError(
            f"Works have been priced from the schedule {version.schedule} from "
            f"{version.valid_from:%-d %B %Y}, so its items stay as they are.",
            why="What was priced from it must stay explicable, line by line.",
            next_step="Bring in a version with a later first day under Imports, and price the "
            "open cases again; or give a lot a contract rate of its own.",
        )
    return version


def _others(
    conn: Connection,
    kind: str,
    given: Mapping[str, str],
    held: Record | None,
    *,
    version: AnyRow | None,
) -> list[Record]:
    """Return the records that go along with one, as they are."""
    if kind not in _WHOLE:
        return []
    found = beside(conn, kind=kind, key=given, viewer=None, version=version)
    return [one for one in found if held is None or one.key != held.key]


def _first(conn: Connection, kind: str, given: Mapping[str, str]) -> str:
    """Return the first column of a key as it is on record: what goes along hangs on it."""
    typed, column = given[spec(kind).key[0]], _WHOLE[kind]
    return as_recorded(conn, column, typed) if column is not None and typed else typed


def _agreeing(
    kind: str, others: Sequence[Record], given: Mapping[str, str], *, corrected: bool
) -> list[dict[str, str]]:
    """Return the others as they are typed; what all share changes on all, if one is corrected."""
    names = spec(kind).agreeing if corrected else ()
    return [{**one.cells, **{name: given[name] for name in names}} for one in others]


def _same_key(kind: str, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(folded(one[name]) == folded(other[name]) for name in spec(kind).key)


def _options(version: AnyRow | None) -> ScheduleOptions | None:
    if version is None:
        return None
    return ScheduleOptions(version.schedule, version.valid_from, version.index_percent)


def _there_already(kind: str) -> StepNotOpenError:
    return StepNotOpenError(
        f"There is such a {NAMED[kind]} already.",
        why="Nothing was changed.",
        next_step="Look it up and change it.",
    )
