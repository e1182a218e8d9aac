"""What a record's form offers to choose from: what is on file elsewhere, by code and by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from models.asked import reference_rows
from models.tables.contractors import Contractor, Lot
from models.tables.reference import Authority, Provider
from models.tables.schedules import Package, ScheduleItem
from rules.imports import spec
from rules.people import Actor
from services.imports.records import serving

Choice: TypeAlias = tuple[str, str]
"""What is typed, and what a person knows it by."""

MOST: Final = 200
"""Codes that a page offers; where there are more, the code is typed."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be chosen for one column.

    Args:
        choices: What is on file.
        others: Whether something else may be typed.
    """

    choices: tuple[Choice, ...]
    others: bool = False


_TRADES: Final = select(ScheduleItem.trade).distinct().order_by(ScheduleItem.trade)
_OF_CONTRACTORS: Final = select(Contractor.trades).order_by(Contractor.code)
_PACKAGED: Final = select(Package.work_type).distinct().order_by(Package.work_type)
_IN_LOTS: Final = select(Lot.work_types).order_by(Lot.code)
_CODES: Final = (
    select(ScheduleItem.code, func.min(ScheduleItem.short_description).label("name"))
    .group_by(ScheduleItem.code)
    .order_by(ScheduleItem.code)
    .limit(MOST + 1)
)
_CITED: Final[Mapping[str, tuple[Any, Any]]] = MappingProxyType(
    {
        "authority": (Authority.code, Authority.name),
        "authorities": (Authority.code, Authority.name),
        "entitled": (Authority.code, Authority.name),
        "contractor": (Contractor.code, Contractor.name),
        "lot": (Lot.code, Lot.title),
        "package": (Package.code, Package.title),
        "provider": (Provider.code, Provider.name),
    }
)
_OWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "authorities": "authority",
        "contractors": "contractor",
        "lots": "lot",
        "providers": "provider",
        "schedule": "code",
    }
)
"""The column in which a kind gives its own record's code; a new one is typed."""


def offered_for(conn: Connection, *, kind: str, viewer: Actor) -> dict[str, Offered]:
    """Return what is offered for each column of a kind that holds what is on file elsewhere."""
    names = {column.name for column in spec(kind).columns} - {_OWN.get(kind)}
    found = {}
    for name in names & set(_CITED):
        found[name] = Offered(_named(conn, _CITED[name], _theirs(name, viewer)))
    for name in names & {"trade", "trades"}:
        found[name] = Offered(_words(conn, _TRADES, _OF_CONTRACTORS), others=True)
    for name in names & {"work_type", "work_types"}:
        found[name] = Offered(_words(conn, _PACKAGED, _IN_LOTS), others=True)
    if "package" in found and kind == "packages":
        found["package"] = Offered(found["package"].choices, others=True)
    if "code" in names:
        rows = reference_rows(conn, _CODES)
        found["code"] = Offered(tuple((one.code, f"{one.code}, {one.name}") for one in rows))
    return {name: one for name, one in found.items() if 0 < len(one.choices) <= MOST}


def _theirs(name: str, viewer: Actor) -> ColumnElement[bool]:
    """Return what keeps to the authorities of whoever chooses."""
    if not viewer.authorities or name in {"package", "provider"}:
        return true()
    if name in {"lot", "contractor"}:
        return serving(Lot if name == "lot" else Contractor, viewer)
    return Authority.code.in_(sorted(viewer.authorities))


def _named(
    conn: Connection, columns: tuple[Any, Any], theirs: ColumnElement[bool]
) -> tuple[Choice, ...]:
    code, name = columns
    query = select(code.label("code"), name.label("name")).where(theirs)
    rows = conn.execute(query.order_by(code).limit(MOST + 1))
    return tuple((row.code, f"{row.code}, {row.name}") for row in rows)


def _words(conn: Connection, *questions: Select[*tuple[Any, ...]]) -> tuple[Choice, ...]:
    """Return the words that are used, alone or in lists, as they are typed and as they are read."""
    found: set[str] = set()
    for question in questions:
        for (held,) in reference_rows(conn, question):
            found.update((held,) if isinstance(held, str) else held)
    return tuple((one, one.replace("_", " ").capitalize()) for one in sorted(found))
