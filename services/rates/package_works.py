"""A case's works lines made from a package, and the package kept on the case.

The lines are those of the basket with the case's own quantities, additions and omissions; they are
brought in as typed works lines are, and checked in the same way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow, can_be_stored, rows_by
from models.case_queries import works_lines
from models.spelling import as_recorded
from models.tables.schedules import Package, PackageLine, ScheduleItem
from rules.clocks.workdays import in_words
from rules.errors import InvalidWorksError, StepNotOpenError, UnknownReferenceError
from rules.pathway import OVER, StepName
from rules.pricing.package_works import Alterations, works_of
from rules.sentences import named
from services.cases.take import take
from services.rates.items import ambiguous_words, in_force, why_not_in_force

_PACKAGE: Final = rows_by(Package, "code")
_PACKAGES: Final = (
    select(Package.code).where(Package.work_type == bindparam("work_type")).order_by(Package.code)
)
_BASKETS: Final = (
    select(PackageLine.package, Package.title, PackageLine.code, PackageLine.quantity)
    .join(Package, Package.code == PackageLine.package)
    .where(Package.work_type == bindparam("work_type"))
    .order_by(PackageLine.package, PackageLine.code)
)
_BASKET: Final = rows_by(PackageLine, "package").order_by(PackageLine.code)


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A package with its basket: code, words, unit and quantity of each item."""

    code: str
    title: str
    lines: tuple[tuple[str, str, str, Decimal], ...]


def packages_for(conn: Connection, *, work_type: str, on: date) -> tuple[PackageShown, ...]:
    """Return the packages of a kind of works, by code, each with its basket."""
    baskets: dict[tuple[str, str], list[AnyRow]] = {}
    for row in conn.execute(_BASKETS, {"work_type": work_type}):
        baskets.setdefault((row.package, row.title), []).append(row)
    codes = {row.code for basket in baskets.values() for row in basket}
    items = in_force(conn, codes=codes, on=on).items
    return tuple(
        PackageShown(code, title, tuple(_basket_line(row, items) for row in basket))
        for (code, title), basket in baskets.items()
    )


def _basket_line(row: AnyRow, items: Mapping[str, AnyRow]) -> tuple[str, str, str, Decimal]:
    item = items.get(row.code)
    words = item.short_description if item else "in no schedule in force"
    return row.code, words, item.unit if item else "", row.quantity


def lines_from_package(
    conn: Connection,
    *,
    case: AnyRow,
    package: str,
    altered: Alterations,
    location: str,
    on: date,
    replace: bool,
) -> list[dict[str, object]]:
    """Return the works lines that a package makes for a case, as records of kind ``works``.

    Args:
        altered: How the case differs from the basket.
        location: Where in the home; if empty, a line keeps the place that its code has already.
        on: The day whose schedule versions count.
        replace: Whether lines that the package does not make may be lost.

    Raises:
        UnknownReferenceError: There is no such package.
        InvalidWorksError: The works cannot be made so; every problem is listed.
    """
    package = as_recorded(conn, Package.code, package)
    known = can_be_stored(package)
    row = conn.execute(_PACKAGE, {"code": package}).one_or_none() if known else None
    if row is None:
        raise _unknown(conn, case, package)
    altered = _as_recorded(conn, altered)
    basket = {line.code: line.quantity for line in conn.execute(_BASKET, {"package": package})}
    made = works_of(basket=basket, altered=altered)
    held = works_lines(conn, case_id=case.id)
    problems = list(made.problems)
    if row.work_type != case.work_type:
        problems.insert(0, f"it is a package for {row.work_type}, and the case is {case.work_type}")
    problems += _not_in_force(conn, codes=made.quantities, on=on)
    if not replace:
        problems += _lost(held, kept={*made.quantities, *altered.omits})
    if problems:
        raise InvalidWorksError(
            f"The works of {case.reference} cannot be made from package {package}: "
            f"{'; '.join(problems)}.",
            why="Nothing was changed.",
            next_step="Correct what is listed and ask again.",
        )
    return _records(case, made.quantities, location=location, held=held)


def _unknown(conn: Connection, case: AnyRow, package: str) -> UnknownReferenceError:
    fitting = list(conn.execute(_PACKAGES, {"work_type": case.work_type}).scalars())
    works = case.work_type.replace("_", " ")
    return UnknownReferenceError(
        f"There is no package {package}.",
        next_step=f"Packages for {works}: {named(fitting)}."
        if fitting
        else f"There is none for {works}; `handrail import packages FILE` brings in more.",
    )


def _as_recorded(conn: Connection, altered: Alterations) -> Alterations:
    """Return what was typed with its codes as the schedule spells them."""

    def meant(entries: Iterable[str]) -> tuple[str, ...]:
        parts = (entry.partition("=") for entry in entries)
        return tuple(
            as_recorded(conn, ScheduleItem.code, code.strip()) + sign + rest
            for code, sign, rest in parts
        )

    return Alterations(meant(altered.quantities), meant(altered.adds), meant(altered.omits))


def _not_in_force(conn: Connection, *, codes: Iterable[str], on: date) -> list[str]:
    """Return the codes that price nothing today or two things at once, each with what is so."""
    wanted = [code for code in codes if can_be_stored(code)]
    found = in_force(conn, codes=wanted, on=on)
    missing = [code for code in codes if not found.has(code)]
    why = why_not_in_force(conn, codes=[c for c in missing if can_be_stored(c)], on=on)
    problems = [
        f"{code} is in no schedule in force on {in_words(on)} "
        f"({why.get(code, 'No schedule can have it.').rstrip('.')})"
        for code in missing
    ]
    return problems + [
        f"schedules in force differ on {code}: {ambiguous_words(rows)}"
        for code, rows in found.ambiguous.items()
    ]


def _lost(held: Iterable[AnyRow], *, kept: set[str]) -> list[str]:
    """Return the lines of the case that would be lost, as one problem."""
    lost, left = [], set(kept)
    for row in held:
        if row.code in left:
            left.remove(row.code)  # of lines of one code, the first stays
        else:
            lost.append(f"{row.line} ({row.code or row.description[:40]})")
    if not lost:
        return []
    lines = "line" if len(lost) == 1 else "lines"
    return [f"{lines} {named(lost)} would be lost; --replace lets go of them, --add keeps an item"]


def _records(
    case: AnyRow, quantities: Mapping[str, Decimal], *, location: str, held: Iterable[AnyRow]
) -> list[dict[str, object]]:
    places: dict[str, str] = {}
    for row in held:
        places.setdefault(row.code or "", row.location)
    return [
        {
            "case": case.reference,
            "line": number,
            "code": code,
            "quantity": f"{quantity:f}",
            "description": "",
            "unit": "",
            "location": location or places.get(code, ""),
        }
        for number, (code, quantity) in enumerate(quantities.items(), start=1)
    ]


def keep_package(
    conn: Connection,
    *,
    reference: str,
    package: str,
    altered: Alterations,
    changed: bool,
    actor: str,
    now: datetime,
) -> bool:
    """Keep on a case which package its works were made from; say whether anything is other now.

    Args:
        altered: How the case differs from the basket.
        changed: Whether the works lines have changed.
        actor: Who made them.

    Raises:
        StepNotOpenError: The works are specified already, from no package or another one.
    """
    case = take(conn, reference=reference, now=now)
    package = as_recorded(conn, Package.code, package)
    before = case.row.package
    if before == package and not changed:
        return False
    if case.status_is_exit() or case.step_status(StepName.SPECIFY) in OVER:
        raise StepNotOpenError(
            f"The works of {reference} are specified already, and not from package {package}.",
            why="Prices and consents rest on them.",
            next_step="Works are made from a package before they are specified.",
        )
    case.set(package=package)
    case.note(
        actor=actor,
        action=f"works: made from package {package}",
        reason="its basket, with the case's own quantities",
        detail={
            "before": before,
            "quantities": list(altered.quantities),
            "added": list(altered.adds),
            "omitted": list(altered.omits),
        },
    )
    case.put_back()
    return True
