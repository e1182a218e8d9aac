"""The identifiers of a file: those it cites as they are on record, its own in one spelling each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, false, select

from models.base import can_be_stored
from models.spelling import Identifier
from models.tables.cases import Case
from models.tables.contractors import Contractor, Lot
from models.tables.reference import Authority, Officer, Provider
from models.tables.schedules import Package, ScheduleItem, ScheduleVersion
from rules.errors import Problem
from rules.identifiers import folded
from rules.imports import Parsed, ParsedRow, spec
from services.imports.job import Job

_CITED: Final[Mapping[str, Identifier]] = MappingProxyType(
    {
        "authority": Authority.code,
        "authorities": Authority.code,
        "entitled": Authority.code,
        "case": Case.reference,
        "contractor": Contractor.code,
        "lot": Lot.code,
        "package": Package.code,
        "partner": Authority.code,
        "provider": Provider.code,
    }
)
_OWN: Final[Mapping[str, tuple[str, Identifier]]] = MappingProxyType(
    {
        "authorities": ("authority", Authority.code),
        "officers": ("email", Officer.email),
        "packages": ("package", Package.code),
        "contractors": ("contractor", Contractor.code),
        "lots": ("lot", Lot.code),
        "providers": ("provider", Provider.code),
        "cases": ("reference", Case.reference),
        "schedule": ("code", ScheduleItem.code),
    }
)
"""For each kind whose rows bring in identifiers, the column of them and where they are kept."""


def as_recorded(conn: Connection, *, kind: str, parsed: Parsed) -> Parsed:
    """Return a file with whatever it cites spelt as it is on record; what is not known stays."""
    cites = {one.name for one in spec(kind).columns} - {_OWN.get(kind, ("", None))[0]}
    sound = parsed.rows
    for name, column in _CITED.items():
        if name in cites and any(row.values.get(name) for row in sound):
            sound = tuple(_respelt(sound, name, _spellings(conn, select(column))))
    if kind == "cases":
        providers = _spellings(conn, select(Provider.code))
        tenants = [row.values.get("tenure") == "rp_tenant" for row in sound]
        respelt = _respelt(sound, "landlord", providers)
        pairs = zip(sound, respelt, tenants, strict=True)
        sound = tuple(after if tenant else before for before, after, tenant in pairs)
    return replace(parsed, rows=sound)


def second_spellings(job: Job) -> Iterator[Problem]:
    """Yield new identifiers that differ from one on record in case, blanks or dashes alone."""
    if job.kind not in _OWN:
        return
    name, column = _OWN[job.kind]
    query = select(column).distinct()
    if job.kind == "schedule" and job.schedule is not None:
        yield from _second_schedule(job, job.schedule.schedule)
        query = query.join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
        query = query.where(_of_schedule(job.schedule.schedule))
    held = _spellings(job.conn, query)
    for row in job.rows:
        if first := _first(str(row.values.get(name) or ""), held):
            yield job.problem(
                row,
                name,
                wrong=f"{first!r} is on record, and differs from it in case, blanks or dashes only",
                right=f"{first}, as it is on record; or another {name} where another is meant.",
            )


def _second_schedule(job: Job, named: str) -> Iterator[Problem]:
    held = _spellings(job.conn, select(ScheduleVersion.schedule).distinct())
    if first := _first(named, held):
        yield job.file_problem(
            value=named,
            wrong=f"schedule {first!r} is on record, and its name differs in case, blanks or "
            "dashes only",
            right=f"`--schedule {first}`, as it is on record.",
        )


def _of_schedule(named: str) -> ColumnElement[bool]:
    return ScheduleVersion.schedule == named if can_be_stored(named) else false()


def _first(typed: str, held: Mapping[str, tuple[str, ...]]) -> str:
    """Return the spelling on record that another is second to, or an empty string."""
    found = held.get(folded(typed), ()) if typed else ()
    return "" if typed in found or not found else found[0]


def _respelt(
    rows: Iterable[ParsedRow], name: str, held: Mapping[str, tuple[str, ...]]
) -> Iterator[ParsedRow]:
    for row in rows:
        value = row.values.get(name)
        if isinstance(value, tuple):
            meant: object = tuple(_meant(str(code), held) for code in value)
        else:
            meant = _meant(value, held) if isinstance(value, str) else value
        yield row if meant == value else replace(row, values={**row.values, name: meant})


def _meant(code: str, held: Mapping[str, tuple[str, ...]]) -> str:
    found = held.get(folded(code), ()) if code else ()
    return found[0] if len(found) == 1 else code


def _spellings(conn: Connection, query: Select[*tuple[Any, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the identifiers on record, by what they are compared as."""
    found: dict[str, tuple[str, ...]] = {}
    for held in sorted(conn.execute(query).scalars()):
        found[folded(held)] = (*found.get(folded(held), ()), held)
    return found
