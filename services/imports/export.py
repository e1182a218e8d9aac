"""The records of every kind as they would be typed: what is in, taken out in its own columns.

An exported file that is imported again changes nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Select, select

from models.tables.cases import Case, WorksLine
from models.tables.clocks import Target
from models.tables.schedules import ScheduleItem
from rules.imports import spec
from rules.people import Actor
from services.imports.job import ScheduleOptions
from services.imports.reconcile import table_of
from services.imports.records import cells_as_typed, rows_of, version_of, visible
from services.imports.registers import table_names

_SAID: Final[Mapping[str, str]] = {"urgent": "urgency"}
"""What the table of targets calls a column of its file."""


def exported(
    conn: Connection, *, kind: str, viewer: Actor | None, schedule: ScheduleOptions | None = None
) -> Iterator[tuple[str, ...]]:
    """Yield the cells of every record of a kind that somebody may see, in the columns of its file.

    Of a case whose client is erased nothing is left to bring back, and it is left out.

    Args:
        viewer: Who asks; None for the service itself, which sees all.
        schedule: Which version, for kind ``schedule``.

    Raises:
        UnknownReferenceError: There is no such version.
    """
    query, columns = _query(kind)
    query = query.where(*visible(kind, columns, viewer))
    if kind == "cases":
        query = query.where(Case.postcode != "")
    if kind == "works" and viewer is not None and viewer.authorities:
        query = query.where(Case.authority.in_(sorted(viewer.authorities)))
    if schedule is not None:
        key = {"schedule": schedule.schedule, "valid_from": _iso(schedule.valid_from)}
        query = query.where(ScheduleItem.version_id == version_of(conn, key).id)
    names = [column.name for column in spec(kind).columns]
    for row in conn.execute(query.order_by(*(columns[name] for name in spec(kind).key))):
        cells = cells_as_typed(kind, row._mapping)
        yield tuple(cells[name] for name in names)


def _query(kind: str) -> tuple[Select[*tuple[Any, ...]], dict[str, Any]]:
    if kind == "targets":
        held = table_of(Target).c
        columns = {
            column.name: held[_SAID.get(column.name, column.name)] for column in spec(kind).columns
        }
    elif kind == "cases":
        held = table_of(Case).c
        columns = {name: held[column] for name, column in table_names(kind, Case).items()}
    elif kind == "works":
        held = table_of(WorksLine).c
        columns = {
            column.name: held[column.name] for column in spec(kind).columns if column.name in held
        }
        columns = {"case": table_of(Case).c.reference, **columns}
    else:
        return rows_of(kind)
    query: Select[*tuple[Any, ...]] = select(*(one.label(name) for name, one in columns.items()))
    if kind == "works":
        query = query.select_from(WorksLine).join(Case, Case.id == WorksLine.case_id)
    return query, columns


def _iso(day: date) -> str:
    return day.isoformat()
