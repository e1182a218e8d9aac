"""The records of the registers as they are on file: found by words, one of them whole.

Each is told by the columns that its kind of file has, as values and as the cells that somebody
would type; so what is shown, what is corrected and what is imported are the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, or_, select, true

from models.asked import lasting
from models.base import AnyRow, can_be_stored
from models.tables.cases import Case
from models.tables.contractors import Contractor, Lot
from models.tables.schedules import Package, PackageLine, ScheduleItem, ScheduleVersion
from rules.errors import UnknownReferenceError
from rules.imports import spec
from rules.imports.checks import cell_words
from rules.imports.numbers import PERCENTAGES
from rules.numbers import written
from rules.people import Actor
from services.imports.reconcile import table_of
from services.imports.registers import REGISTERS, table_names

Key: TypeAlias = Mapping[str, str]

NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "authorities": "authority",
        "contractors": "contractor",
        "contractor_documents": "contractor’s document",
        "required_documents": "document that is asked for",
        "contractor_absences": "contractor’s absence",
        "contractor_conflicts": "conflict of interest",
        "lots": "lot",
        "lot_contractors": "contractor of a lot",
        "lot_terms": "terms of a lot",
        "package_prices": "package price",
        "zones": "zone",
        "contract_rates": "contract rate",
        "providers": "registered provider",
        "permissions": "pre-permission",
        "consent_terms": "schedule of reminders to landlords",
        "waiver_rules": "rule on waiving the means test",
        "means_test_terms": "terms of the means test",
        "grant_terms": "terms of the grant",
        "completion_terms": "terms of completion",
        "servicing": "interval of servicing",
        "simple_works": "works that clients may state for themselves",
        "partnership_budget": "line of a partnership’s budget",
        "partnership_capital": "partner’s capital",
        "partnership_terms": "term of a partnership",
        "printed_tables": "cell of a printed table",
        "packages": "item of a package",
        "schedule": "schedule item",
        "escalations": "rung of a ladder",
    }
)
"""What one record of each kind is called that is looked up and corrected one by one."""

KEPT: Final = tuple(NAMED)
"""Those kinds, in the order of the imports."""

_OF_VERSION: Final = ("schedule", "valid_from")
"""What names a version of the schedule, beside the code: no column of its file."""

_FOR_ALL: Final = frozenset({"escalations", "required_documents", "consent_terms"})
"""Kinds of which those of every authority are everybody's to see."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a register.

    Args:
        kind: The register's kind of file.
        key: What names it, as it is typed.
        values: What each column of the kind holds; money in pence.
        cells: The same as somebody would type it.
        version: The schedule's version that it is of, if it is an item.
    """

    kind: str
    key: Key
    values: Mapping[str, Any]
    cells: Mapping[str, str]
    version: AnyRow | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the records that were asked for.

    Args:
        records: Those of the page.
        total: How many there are in all.
    """

    records: tuple[Record, ...]
    total: int


def key_columns(kind: str) -> tuple[str, ...]:
    """Return what names a record of a kind."""
    return (*_OF_VERSION, "code") if kind == "schedule" else spec(kind).key


def money_columns(kind: str) -> frozenset[str]:
    """Return the columns of a kind that hold sums, in pence."""
    model = Case if kind == "cases" else REGISTERS.get(kind)
    names = table_names(kind, model) if model else {}
    return frozenset(name for name, held in names.items() if held.endswith("_pence"))


def find_records(
    conn: Connection,
    *,
    kind: str,
    viewer: Actor | None,
    only: Key = MappingProxyType({}),
    text: str = "",
    limit: int = 50,
    offset: int = 0,
    version: int | None = None,
) -> Found:
    """Return the records of a register that somebody may see, in the order of their keys.

    Args:
        only: Text that columns must hold exactly.
        text: Words of which each must be in some column.
        version: The row id of the schedule's version whose items are asked for.
    """
    columns = _columns(kind)
    query = _rows(kind)
    query = query.where(*(columns[name] == value for name, value in only.items()))
    for part in text.split():
        query = query.where(
            or_(*(cast(one, Text).icontains(part, autoescape=True) for one in columns.values()))
        )
    query = query.where(*visible(kind, columns, viewer))
    if version is not None:
        query = query.where(ScheduleItem.version_id == version)
    if not all(map(can_be_stored, (text, *only.values()))):
        return Found((), 0)
    in_order = query.order_by(*(columns[name] for name in spec(kind).key))

    def read() -> Found:
        rows = conn.execute(in_order.limit(limit).offset(offset)).all()
        total = offset + len(rows)
        if len(rows) == limit or (offset and not rows):  # there may be others
            total = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        return Found(tuple(_record(kind, row) for row in rows), int(total))

    if not only or text:
        return read()
    whose = viewer.authorities if viewer else frozenset()
    asked = (*sorted(only.items()), whose, limit, offset, version)
    return lasting(conn, ("records", kind, *asked), read)


def record_of(conn: Connection, *, kind: str, key: Key, viewer: Actor | None) -> Record:
    """Return one record.

    Args:
        viewer: Who asks; None for the service itself, which sees all.

    Raises:
        UnknownReferenceError: There is none, or it is not theirs to see; nobody learns which.
    """
    version = version_of(conn, key) if kind == "schedule" else None
    for found in beside(conn, kind=kind, key=key, viewer=viewer, version=version):
        if all(found.key[name] == key.get(name, "") for name in key_columns(kind)):
            return found
    raise UnknownReferenceError(
        f"There is no such {NAMED[kind]} among those you may see.",
        next_step="The register’s own page lists what there is.",
    )


def beside(
    conn: Connection, *, kind: str, key: Key, viewer: Actor | None, version: AnyRow | None = None
) -> list[Record]:
    """Return the records that share the first part of a key: a lot's zones, a version's items."""
    columns, first = _columns(kind), spec(kind).key[0]
    query = _rows(kind).where(*visible(kind, columns, viewer))
    if version is not None:
        query = query.where(ScheduleItem.version_id == version.id)
    elif can_be_stored(key.get(first, "")):
        query = query.where(columns[first] == key.get(first, ""))
    else:
        return []
    in_order = query.order_by(*(columns[name] for name in spec(kind).key))
    return [_record(kind, row, version) for row in conn.execute(in_order)]


def version_of(conn: Connection, key: Key) -> AnyRow:
    """Return the version of a schedule that a key names.

    Raises:
        UnknownReferenceError: There is none.
    """
    query = select(*ScheduleVersion.__table__.c).order_by(ScheduleVersion.id)
    for row in conn.execute(query):
        if (row.schedule, row.valid_from.isoformat()) == tuple(key.get(n) for n in _OF_VERSION):
            return row
    raise UnknownReferenceError(
        "There is no such version of a schedule.", next_step="The schedule’s page lists them."
    )


def typed_as(name: str, value: Any, *, money: frozenset[str]) -> str:
    """Return a value of a column as somebody would type it."""
    if value is None:
        return ""
    if name in money:
        return f"{value // 100}.{value % 100:02d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return written(value)
    return value.isoformat() if isinstance(value, date) else cell_words(value)


def cells_as_typed(kind: str, values: Mapping[Any, Any]) -> dict[str, str]:
    """Return the columns of a record as somebody would type them; a small percentage is signed."""
    money = money_columns(kind)
    cells = {name: typed_as(name, value, money=money) for name, value in values.items()}
    signed = (column.name for column in spec(kind).columns if column.parse in PERCENTAGES)
    small = [name for name in signed if values.get(name) and abs(values[name]) < 1]
    return cells | {name: f"{cells[name]}%" for name in small}


def rows_of(kind: str) -> tuple[Select[*tuple[Any, ...]], dict[str, Any]]:
    """Return the query for every record of a kind, and where each of its columns is kept."""
    return _rows(kind), _columns(kind)


def _record(kind: str, row: AnyRow, version: AnyRow | None = None) -> Record:
    values = dict(row._mapping)
    cells = cells_as_typed(kind, values)
    of_version = (
        {"schedule": version.schedule, "valid_from": version.valid_from.isoformat()}
        if version is not None
        else {}
    )
    key = of_version | {name: cells[name] for name in spec(kind).key}
    return Record(kind, key, values, cells, version)


def _columns(kind: str) -> dict[str, ColumnElement[Any]]:
    """Return where each column of a kind is kept."""
    if kind == "packages":
        head, line = table_of(Package).c, table_of(PackageLine).c
        named = {"title": head.title, "work_type": head.work_type}
        return {"package": line.package, **named, "code": line.code, "quantity": line.quantity}
    model = ScheduleItem if kind == "schedule" else REGISTERS[kind]
    return {name: table_of(model).c[held] for name, held in table_names(kind, model).items()}


def _rows(kind: str) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(
        *(column.label(name) for name, column in _columns(kind).items())
    )
    if kind == "packages":
        query = query.join(Package, Package.code == PackageLine.package)
    return query


def serving(model: type[Contractor | Lot], viewer: Actor | None) -> ColumnElement[bool]:
    """Return what keeps contractors, or lots, to those that serve an authority of somebody's."""
    held, theirs = cast(model.authorities, Text), viewer.authorities if viewer else frozenset()
    if not theirs:
        return true()
    return or_(*(held.contains(f";{code};", autoescape=True) for code in sorted(theirs)))


def visible(
    kind: str, columns: Mapping[str, Any], viewer: Actor | None
) -> Iterator[ColumnElement[bool]]:
    """Yield what keeps to the authorities of whoever looks, where the register is by authority."""
    if viewer is None or not viewer.authorities:
        return
    if "authority" in columns:
        theirs = columns["authority"].in_(sorted(viewer.authorities))
        yield or_(theirs, columns["authority"] == "") if kind in _FOR_ALL else theirs
    for name, model in (("contractor", Contractor), ("lot", Lot)):
        if name in columns:
            seen = columns[name].in_(select(model.code).where(serving(model, viewer)))
            yield or_(seen, columns[name] == "") if kind == "contract_rates" else seen
