"""What pricing reads and keeps: works lines joined with the schedule, and prices as snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Date, and_, bindparam, func, insert, or_, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import works_lines
from models.prices import Price, PriceLine
from models.schedules import Package, PackageLine, ScheduleItem, ScheduleVersion
from rules.errors import InvalidWorksError
from rules.vat import VatClient
from rules.works import Priced, PricedLine
from rules.works import WorksLine as LineToPrice

_DAY: Final = bindparam("on", type_=Date)
_IN_FORCE: Final = and_(
    ScheduleVersion.valid_from <= _DAY,
    or_(ScheduleVersion.valid_to.is_(None), ScheduleVersion.valid_to >= _DAY),
)
_VERSIONS: Final = (
    select(*ScheduleVersion.__table__.c)
    .where(_IN_FORCE)
    .order_by(ScheduleVersion.schedule, ScheduleVersion.id)
)
_ITEMS: Final = (
    select(*ScheduleItem.__table__.c, ScheduleVersion.index_percent)
    .join(ScheduleVersion, ScheduleVersion.id == ScheduleItem.version_id)
    .where(ScheduleItem.code.in_(bindparam("codes", expanding=True)), _IN_FORCE)
    .order_by(ScheduleVersion.schedule.desc(), ScheduleItem.id)
)
_BASKETS: Final = (
    select(Package.code, Package.title, PackageLine.code.label("item"), PackageLine.quantity)
    .join(PackageLine, PackageLine.package == Package.code)
    .where(Package.work_type == bindparam("work_type"))
    .order_by(Package.code, PackageLine.code)
)
_NEWEST_VERSION: Final = select(func.coalesce(func.max(Price.version), 0)).where(
    Price.case_id == bindparam("case_id"), Price.kind == bindparam("kind")
)
_KEEP: Final = insert(Price).returning(Price.id)
_KEEP_LINES: Final = insert(PriceLine)


def versions_in_force(conn: Connection, *, on: date) -> list[AnyRow]:
    """Return the schedule versions in force on a day, by schedule.

    Args:
        conn: Any connection.
        on: The day.
    """
    return list(conn.execute(_VERSIONS, {"on": on}))


def items_in_force(
    conn: Connection, *, codes: Iterable[str], on: date
) -> dict[str, tuple[AnyRow, Decimal]]:
    """Return the schedule items of some codes in force on a day, each with its version's index.

    Args:
        conn: Any connection.
        codes: Schedule codes.
        on: The day.
    """
    rows = conn.execute(_ITEMS, {"codes": sorted(set(codes)), "on": on})
    return {row.code: (row, row.index_percent) for row in rows}


def lines_to_price(
    conn: Connection, *, case_id: int, on: date
) -> tuple[list[LineToPrice], list[LineToPrice], Decimal]:
    """Return a case's works lines that a schedule prices, the bespoke ones, and the index.

    Args:
        conn: Any connection.
        case_id: The case's row id.
        on: The day whose schedule versions count.

    Raises:
        InvalidWorksError: A line's code is in no schedule in force, and every such line is
            named; or the codes come from schedules with different indexation.
    """
    rows = works_lines(conn, case_id=case_id)
    items = items_in_force(conn, codes=[row.code for row in rows if row.code], on=on)
    unknown = [row for row in rows if row.code and row.code not in items]
    if unknown:
        raise InvalidWorksError(
            f"No schedule in force on {on:%-d %B %Y} has "
            + ", ".join(f"{row.code} (line {row.line})" for row in unknown)
            + ".",
            why="A code may have been withdrawn or superseded.",
            next_step="Correct the works lines with codes of the schedule in force.",
        )
    coded = [_coded(row, items[row.code][0]) for row in rows if row.code]
    bespoke = [_bespoke(row) for row in rows if not row.code]
    return coded, bespoke, _one_index({code: index for code, (_, index) in items.items()})


def _one_index(indexes: Mapping[str, Decimal]) -> Decimal:
    """Return the indexation that all the codes share; a case is priced on one."""
    found = sorted(set(indexes.values()))
    if len(found) > 1:
        raise InvalidWorksError(
            "The works mix codes of schedules with different indexation: "
            + "; ".join(
                f"{index} % for {', '.join(sorted(c for c, i in indexes.items() if i == index))}"
                for index in found
            )
            + ".",
            next_step="Take all the codes of one case from schedules with the same indexation.",
        )
    return found[0] if found else Decimal(0)


def _coded(row: AnyRow, item: AnyRow) -> LineToPrice:
    return LineToPrice(
        line=row.line,
        code=item.code,
        description=row.description or item.short_description,
        quantity=row.quantity,
        unit=item.unit,
        rate=item.rate,
        vat_reliefs=frozenset(item.vat_reliefs),
        location=row.location,
        trade=item.trade,
        certificates=frozenset(item.certificates),
    )


def _bespoke(row: AnyRow) -> LineToPrice:
    return LineToPrice(
        line=row.line,
        code=None,
        description=row.description,
        quantity=row.quantity,
        unit=row.unit,
        rate=Decimal(0),
        vat_reliefs=frozenset(),
        location=row.location,
    )


def unit_items(conn: Connection, *, codes: Iterable[str], on: date) -> dict[str, LineToPrice]:
    """Return schedule items as lines of quantity 1, for the items of a package's basket.

    Args:
        conn: Any connection.
        codes: Schedule codes.
        on: The day whose schedule versions count.
    """
    return {
        code: LineToPrice(
            line=0,
            code=code,
            description=item.short_description,
            quantity=Decimal(1),
            unit=item.unit,
            rate=item.rate,
            vat_reliefs=frozenset(item.vat_reliefs),
            trade=item.trade,
            certificates=frozenset(item.certificates),
        )
        for code, (item, _) in items_in_force(conn, codes=codes, on=on).items()
    }


def baskets(conn: Connection, *, work_type: str) -> dict[str, tuple[str, dict[str, Decimal]]]:
    """Return the packages of a work type: code to title and basket.

    Args:
        conn: Any connection.
        work_type: The work type.
    """
    found: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for row in conn.execute(_BASKETS, {"work_type": work_type}):
        found.setdefault(row.code, (row.title, {}))[1][row.item] = row.quantity
    return found


def vat_client(case: AnyRow) -> VatClient:
    """Return what decides the client's VAT.

    Args:
        case: The case's row.
    """
    return VatClient(declaration=case.vat_declaration, date_of_birth=case.date_of_birth)


def keep_price(
    conn: Connection,
    *,
    case_id: int,
    kind: str,
    priced: Priced,
    basis: Mapping[str, Any],
    now: datetime,
    contractor: str | None = None,
) -> int:
    """Keep a price as a snapshot and return its row id.

    Args:
        conn: A writing connection.
        case_id: The case's row id.
        kind: ``estimate`` or ``tender``.
        priced: The priced lines and totals.
        basis: What it rests on, as plain values.
        now: The present instant.
        contractor: Whose price it is, for a tender.
    """
    version = conn.execute(_NEWEST_VERSION, {"case_id": case_id, "kind": kind}).scalar_one()
    price_id = conn.execute(
        _KEEP,
        {
            "case_id": case_id,
            "kind": kind,
            "version": version + 1,
            "contractor": contractor,
            "basis": dict(basis),
            "net_pence": priced.net_pence,
            "vat_pence": priced.vat_pence,
            "total_pence": priced.total_pence,
            "priced_at": now,
        },
    ).scalar_one()
    if priced.lines:
        conn.execute(_KEEP_LINES, [_line_values(price_id, line) for line in priced.lines])
    return int(price_id)


def _line_values(price_id: int, line: PricedLine) -> dict[str, Any]:
    return {
        "price_id": price_id,
        "line": line.line,
        "code": line.code,
        "description": line.description,
        "location": line.location,
        "quantity": line.quantity,
        "unit": line.unit,
        "rate": line.rate,
        "net_pence": line.net_pence,
        "vat_rate": line.vat_rate,
        "vat_pence": line.vat_pence,
        "vat_reason": line.vat_reason,
        "calculation": line.calculation,
        "trade": line.trade,
        "certificates": line.certificates,
    }
