"""What pricing reads and keeps: works lines joined with the schedule, and prices as snapshots."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select

from models.base import AnyRow
from models.case_queries import newest_price, works_lines
from models.remembered import shared
from models.tables.prices import Price, PriceLine
from models.tables.schedules import Package, PackageLine
from rules.clocks.workdays import in_words
from rules.contracting import party_said
from rules.errors import InvalidWorksError
from rules.plain import made_of, shown
from rules.pricing.repricing import NO_CODES
from rules.pricing.vat import VatClient
from rules.pricing.works import Priced, PricedLine
from rules.pricing.works import WorksLine as LineToPrice
from rules.sentences import NAMED_AT_MOST, named
from services.rates.items import InForce, ambiguous_words, in_force, version_words, why_not_in_force

_BASKETS: Final = (
    select(Package.code, Package.title, PackageLine.code.label("item"), PackageLine.quantity)
    .join(PackageLine, PackageLine.package == Package.code)
    .where(Package.work_type == bindparam("work_type"))
    .order_by(Package.code, PackageLine.code)
)
_KEEP: Final = insert(Price).returning(Price.id)
_KEEP_LINES: Final = insert(PriceLine)
_OF_WORKS: Final = (
    *("line", "code", "description", "location", "quantity", "unit", "rate"),
    *("relief_percent", "rate_source", "trade", "certificates", "covers"),
)


def lines_to_price(
    conn: Connection, *, case_id: int, on: date, replaced: Mapping[str, str] = NO_CODES
) -> tuple[list[LineToPrice], list[LineToPrice]]:
    """Return a case's works lines that a schedule prices, and the bespoke ones.

    Each line carries its rate with the indexation of its own schedule version and where the rate
    is from, whether it is done out of hours, and the share of it that its VAT relief covers.

    Args:
        on: The day whose schedule versions count.
        replaced: Codes to price as others: wrong code to right code.

    Raises:
        InvalidWorksError: A line's code is in no schedule in force, or schedules in force differ
            on it; every such line is named, with what was or is said of its code.
    """
    rows = works_lines(conn, case_id=case_id)
    codes = {row.line: replaced.get(row.code, row.code) for row in rows if row.code}
    found = in_force(conn, codes=codes.values(), on=on)
    _check_codes(
        conn,
        found,
        cited=[(code, f"{code} (line {line})") for line, code in codes.items()],
        on=on,
        next_step="Correct the works lines with codes of a schedule in force.",
    )
    coded = [_coded(row, found.items[codes[row.line]]) for row in rows if row.code]
    return coded, [_bespoke(row) for row in rows if not row.code]


def _check_codes(
    conn: Connection, found: InForce, *, cited: list[tuple[str, str]], on: date, next_step: str
) -> None:
    """Refuse codes that price nothing on a day, or two things at once, all of them together."""
    unknown = {words: code for code, words in cited if not found.has(code)}
    ambiguous = {words: code for code, words in cited if code in found.ambiguous}
    what, why = [], []
    if unknown:
        what.append(f"No schedule in force on {in_words(on)} has {named(list(unknown))}.")
        codes = list(dict.fromkeys(unknown.values()))[:NAMED_AT_MOST]
        reasons = why_not_in_force(conn, codes=codes, on=on)
        why += [f"{code}: {reasons[code]}" for code in codes]
    if ambiguous:
        what.append(f"Schedules in force on {in_words(on)} differ on {named(list(ambiguous))}.")
        codes = list(dict.fromkeys(ambiguous.values()))[:NAMED_AT_MOST]
        why += [f"{code}: {ambiguous_words(found.ambiguous[code])}." for code in codes]
    if what:
        raise InvalidWorksError(" ".join(what), why=" ".join(why), next_step=next_step)


def _coded(row: AnyRow, item: AnyRow) -> LineToPrice:
    return made_of(
        LineToPrice, row, **_of_item(item), description=row.description or item.short_description
    )


def _of_item(item: AnyRow) -> dict[str, Any]:
    """Return what a line has from its item of the schedule."""
    return {
        **{name: getattr(item, name) for name in ("code", "unit", "rate", "trade")},
        "vat_reliefs": frozenset(item.vat_reliefs),
        "certificates": frozenset(item.certificates),
        "index": item.index_percent,
        "rate_source": version_words(item),
    }


def _bespoke(row: AnyRow) -> LineToPrice:
    nothing = Decimal(0)
    return made_of(
        LineToPrice,
        row,
        rate=nothing,
        index=nothing,
        vat_reliefs=frozenset(row.vat_reliefs),
        certificates=frozenset(row.certificates),
    )


def unit_items(
    conn: Connection,
    *,
    codes: Iterable[str],
    on: date,
    package: str = "",
    next_step: str = "Import the package with codes of a schedule in force: "
    "`handrail import packages FILE`.",
) -> dict[str, LineToPrice]:
    """Return schedule items as lines of quantity 1, for the items of a package's basket.

    Args:
        on: The day whose schedule versions count.
        package: The package's code, for the message.
        next_step: What to do about a code that prices nothing.

    Raises:
        InvalidWorksError: A code is in no schedule in force, or schedules in force differ on it;
            every such code is named, with what was or is said of it.
    """
    wanted = sorted(set(codes))
    found = in_force(conn, codes=wanted, on=on)
    whose = f" of package {package}" if package else ""
    _check_codes(
        conn, found, cited=[(code, f"{code}{whose}") for code in wanted], on=on, next_step=next_step
    )
    return {
        code: LineToPrice(
            line=0, description=item.short_description, quantity=Decimal(1), **_of_item(item)
        )
        for code, item in found.items.items()
    }


@shared
def baskets(conn: Connection, *, work_type: str) -> dict[str, tuple[str, dict[str, Decimal]]]:
    """Return the packages of a work type: code to title and basket."""
    found: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for row in conn.execute(_BASKETS, {"work_type": work_type}):
        found.setdefault(row.code, (row.title, {}))[1][row.item] = row.quantity
    return found


def vat_client(case: AnyRow, *, lot_says: str | None) -> VatClient:
    """Return what decides the client's VAT.

    Args:
        lot_says: The contracting party in the terms of the lot that covers the works, or None.
    """
    return VatClient(
        declaration=case.vat_declaration,
        date_of_birth=case.date_of_birth,
        declared_on=case.vat_declared_on,
        declaration_reference=case.vat_declaration_reference,
        party=party_said(case=case.contracting_party, lot=lot_says),
    )


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
        kind: ``estimate``, or ``tender`` with its contractor.
        basis: What it rests on, as plain values.
    """
    before = newest_price(conn, case_id=case_id, kind=kind)
    values = {
        "case_id": case_id,
        "kind": kind,
        "version": before.version + 1 if before else 1,
        "contractor": contractor,
        "basis": dict(basis),
        **shown(priced, "net_pence", "vat_pence", "total_pence"),
        "priced_at": now,
    }
    price_id = conn.execute(_KEEP, values).scalar_one()
    if priced.lines:
        conn.execute(_KEEP_LINES, [_line_values(price_id, line) for line in priced.lines])
    return int(price_id)


def _line_values(price_id: int, line: PricedLine) -> dict[str, Any]:
    values = {name: getattr(line.works, name) for name in _OF_WORKS}
    return values | {
        "price_id": price_id,
        "net_pence": line.net_pence,
        "vat_rate": line.vat.rate,
        "vat_pence": line.vat_pence,
        "vat_reason": line.vat.reason,
        "calculation": line.calculation,
        "steps": line.factors.steps,
    }
