"""What must hold in the files of a lot's terms: weights that make 100, places and days once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

from rules.imports.checks import Finding, ParsedRow, bespoke_findings
from rules.imports.clock_checks import ladder_findings, warning_findings

WHOLE: Final = 100

RowCheck: TypeAlias = Callable[[ParsedRow], Iterator[Finding]]
FileCheck: TypeAlias = Callable[[Iterable[ParsedRow]], Iterator[Finding]]


def weight_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield weights that do not make 100, and a quality criterion named twice.

    Args:
        row: A row of kind ``lot_terms``.
    """
    price, criteria = row.values.get("price_weight"), row.values.get("quality_criteria")
    if not isinstance(price, int) or not isinstance(criteria, tuple):
        return
    names = [criterion.rpartition(":")[0].casefold() for criterion in criteria]
    shown = ";".join(criteria)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(
            row.number,
            "quality_criteria",
            shown,
            f"{name!r} is there more than once",
            "Each criterion once, with its whole weight.",
        )
    total = price + sum(int(criterion.rpartition(":")[2]) for criterion in criteria)
    if total != WHOLE:
        yield Finding(
            row.number,
            "quality_criteria",
            shown,
            f"with the price's {price} the weights make {total}, not 100",
            "Weights in percent that make 100 exactly, the price's among them.",
        )


def place_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield places that two zones of one lot have.

    Args:
        rows: Every row of a file of kind ``zones``.
    """
    zone_of: dict[tuple[object, str], tuple[int, object]] = {}
    for row in rows:
        lot, zone, places = (row.values.get(name) for name in ("lot", "zone", "postcodes"))
        if lot is None or not isinstance(places, tuple):
            continue
        for place in places:
            first, name = zone_of.setdefault((lot, place), (row.number, zone))
            if first != row.number:
                yield Finding(
                    row.number,
                    "postcodes",
                    place,
                    f"row {first} has {place} in zone {name} of the same lot",
                    "Each outward code or area in one zone of a lot.",
                )


def overlap_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield contract rates for the same lot, contractor and code that are in force at once.

    Args:
        rows: Every row of a file of kind ``contract_rates``.
    """
    held: dict[tuple[object, ...], list[tuple[date, date, ParsedRow]]] = {}
    for row in rows:
        key = tuple(row.values.get(name) for name in ("lot", "contractor", "code"))
        first, last = row.values.get("valid_from"), row.values.get("valid_to")
        if None not in key and isinstance(first, date) and isinstance(last, date):
            held.setdefault(key, []).append((first, last, row))
    for spans in held.values():
        yield from _overlaps(sorted(spans, key=lambda span: (span[0], span[2].number)))


def _overlaps(spans: list[tuple[date, date, ParsedRow]]) -> Iterator[Finding]:
    """Yield the spans that begin before an earlier one has ended."""
    begun, until, longest = spans[0]
    for begins, ends, row in spans[1:]:
        if begun < begins <= until:  # the same first day is a repeated key
            yield Finding(
                row.number,
                "valid_from",
                begins.isoformat(),
                f"row {longest.number} has a rate for it until {until.isoformat()}",
                "Rates whose days do not overlap.",
            )
        if ends > until:
            begun, until, longest = begins, ends, row


ROW_CHECKS: Final[Mapping[str, RowCheck]] = MappingProxyType(
    {"works": bespoke_findings, "lot_terms": weight_findings, "targets": warning_findings}
)
"""What must hold within a row, for the kinds that ask for more than their cells."""

FILE_CHECKS: Final[Mapping[str, FileCheck]] = MappingProxyType(
    {
        "zones": place_findings,
        "contract_rates": overlap_findings,
        "escalations": ladder_findings,
    }
)
"""What must hold between the rows of a file, for the kinds that ask for more than their keys."""
