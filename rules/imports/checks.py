"""What must hold between the cells of a row, and between the rows of a file."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rules.errors import Problem
from rules.identifiers import as_compared
from rules.money import pounds

_WHOLE = 100  # percent
_ENDS_IN_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in one row: a problem that does not know its file yet.

    Args:
        row: Row number as the spreadsheet shows it.
        column: The column to correct, or None for the row.
        value: The value found.
        wrong: What is wrong.
        right: What would be right.
        accept: The word of ``ACCEPTS`` under which it is meant, if one may say so.
        ignore: Whether ``value`` is a heading that may be said to be left aside.
    """

    row: int
    column: str | None
    value: str
    wrong: str
    right: str
    accept: str = ""
    ignore: bool = False

    def placed(self, file: str, sheet: str | None) -> Problem:
        """Return the problem of a file."""
        where = (file, sheet, self.row, self.column, self.value)
        return Problem(*where, self.wrong, self.right, self.accept, self.ignore)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row as understood.

    Args:
        number: Row number as the spreadsheet shows it.
        values: The value of every column; a column at fault in this row is left out.
    """

    number: int
    values: Mapping[str, object]

    def cells(self, names: Iterable[str]) -> tuple[object, ...]:
        """Return the values of some columns; None where a column is at fault."""
        return tuple(self.values.get(name) for name in names)

    def finding(self, column: str, wrong: str, right: str, *, value: str | None = None) -> Finding:
        """Return what is wrong in a column, with the value that it has unless another is shown."""
        shown = cell_words(self.values.get(column)) if value is None else value
        return Finding(self.number, column, shown, wrong, right)


_DATES_IN_ORDER = (
    ("valid_from", "valid_to"),
    ("first_day", "last_day"),
    ("suspended_from", "suspended_until"),
    ("contact_on", "recommended_on"),
    ("contact_on", "applied_on"),
    ("date_of_birth", "contact_on"),
)


def cell_words(value: object) -> str:
    """Return a value as a cell would show it."""
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, tuple) else str(value)


def row_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield what is wrong between the cells of one row of any kind: dates out of their order."""
    for earlier, later in _DATES_IN_ORDER:
        if later not in row.values:
            continue
        first, second = row.cells((earlier, later))
        if isinstance(first, date) and isinstance(second, date) and second < first:
            wrong = f"it is before {earlier}, {first.isoformat()}"
            yield row.finding(later, wrong, f"A date on or after {earlier}.")


def suspension_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield what is said of a suspension that is none."""
    for name in ("suspended_from", "suspended_until", "suspended_because"):
        if row.values.get(name) and row.values.get("suspended") is False:
            yield row.finding(
                name,
                "the contractor is not suspended",
                "Empty; or say yes to suspended. Who suspended it when stays on record.",
            )


def band_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield a slice of the means test's excess that does not end above the one before."""
    ends = row.cells(("band_1", "band_2", "band_3"))
    for number, (before, after) in enumerate(pairwise(ends), 2):
        if isinstance(before, int) and isinstance(after, int) and after <= before:
            wrong = f"it is not above band_{number - 1}, {pounds(before)}"
            yield row.finding(f"band_{number}", wrong, "Each slice ends above the one before.")


def interest_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield an interest in an address that names no postcode, by which alone it is found."""
    interest, whom = row.cells(("interest_in", "whom"))
    if interest == "address" and not _ENDS_IN_POSTCODE.search(str(whom)):
        yield row.finding(
            "whom", "it does not end in a postcode", "An address such as 12 Mill Lane, CV21 3LW."
        )


def works_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield what a works row lacks or says too much: certificates are of bespoke lines alone.

    A bespoke line needs a description and a unit. Which certificates it must end with may be said
    later, when the works are specified, but not in two ways at once.
    """
    certificates, because = row.cells(("certificates", "no_certificates_because"))
    if certificates and because:
        yield row.finding(
            "no_certificates_because",
            f"the line names certificates too: {'; '.join(_several(certificates))}",
            "Either the certificates it needs, or why it needs none.",
        )
    if row.values.get("code", "") is not None:
        if row.values.get("code") and (certificates or because):
            yield row.finding(
                "certificates" if certificates else "no_certificates_because",
                "the line has a code, and the schedule says which certificates it needs",
                "Empty; it is answered for bespoke lines alone.",
            )
        return
    for column in ("description", "unit"):
        if row.values.get(column) == "":
            yield row.finding(
                column,
                "a line without a code is bespoke, and this is empty",
                f"The {column} of the bespoke line, or the code of a schedule item.",
            )


def _several(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def weight_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield weights of a lot's terms that do not make 100, and a quality criterion named twice."""
    price, criteria = row.cells(("price_weight", "quality_criteria"))
    if not isinstance(price, int) or not isinstance(criteria, tuple):
        return
    names = [criterion.rpartition(":")[0].casefold() for criterion in criteria]
    for name in sorted({name for name in names if names.count(name) > 1}):
        wrong = f"{name!r} is there more than once"
        yield row.finding("quality_criteria", wrong, "Each criterion once, with its whole weight.")
    total = price + sum(int(criterion.rpartition(":")[2]) for criterion in criteria)
    if total != _WHOLE:
        yield row.finding(
            "quality_criteria",
            f"with the price's {price} the weights make {total}, not 100",
            "Weights in percent that make 100 exactly, the price's among them.",
        )


def file_findings(
    rows: Iterable[ParsedRow], *, key: tuple[str, ...], agreeing: tuple[str, ...]
) -> Iterator[Finding]:
    """Yield what is wrong between rows of any kind: repeated keys, columns that should agree.

    Args:
        rows: Every row of the file.
        key: The columns that name a row.
        agreeing: The columns that agree on every row of the same ``key[0]``.
    """
    seen: dict[tuple[object, ...], ParsedRow] = {}
    first_of: dict[object, ParsedRow] = {}
    for row in rows:
        if any(name not in row.values for name in key):
            continue
        found = row.cells(key)
        compared = tuple(map(as_compared, found))
        before = seen.setdefault(compared, row)
        if before is not row:
            value = " ".join(filter(None, map(cell_words, found)))
            spelt = before.cells(key)
            wrong = f"row {before.number} has the same {' with '.join(key)}"
            wrong += "" if spelt == found else f", spelt {' '.join(map(cell_words, spelt))}"
            yield row.finding(key[0], wrong, "One row for each.", value=value)
        first = first_of.setdefault(compared[0], row)
        if agreeing and first.values[key[0]] != found[0]:
            wrong = f"row {first.number} spells the same {key[0]} {first.values[key[0]]}"
            yield row.finding(key[0], wrong, f"The {key[0]} spelt alike on every row.")
        for name in agreeing:
            here, there = row.values.get(name), first.values.get(name)
            if None not in (here, there) and here != there:
                yield row.finding(
                    name,
                    f"row {first.number} says {there!r} for the same {key[0]}",
                    f"The same {name} on every row of the {key[0]}.",
                )


def rank_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield ranks that two contractors of one lot have."""
    holder: dict[tuple[object, ...], ParsedRow] = {}
    for row in rows:
        place = row.cells(("lot", "rank"))
        if None in place:
            continue
        first = holder.setdefault(place, row)
        if first.values.get("contractor") != row.values.get("contractor"):
            yield row.finding(
                "rank",
                f"row {first.number} gives the same rank in lot {place[0]} to another contractor",
                "One contractor for each rank of a lot.",
            )


def place_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield places that two zones of one lot have."""
    zone_of: dict[tuple[object, str], tuple[int, object]] = {}
    for row in rows:
        lot, zone, places = row.cells(("lot", "zone", "postcodes"))
        if lot is None or not isinstance(places, tuple):
            continue
        for place in places:
            first, name = zone_of.setdefault((lot, place), (row.number, zone))
            if first != row.number:
                yield row.finding(
                    "postcodes",
                    f"row {first} has {place} in zone {name} of the same lot",
                    "Each outward code or area in one zone of a lot.",
                    value=place,
                )


def rate_findings(rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield contract rates for the same lot, contractor and code that are in force at once."""
    held: dict[tuple[object, ...], list[tuple[date, date, ParsedRow]]] = {}
    for row in rows:
        key = row.cells(("lot", "contractor", "code"))
        first, last = row.cells(("valid_from", "valid_to"))
        if None not in key and isinstance(first, date) and isinstance(last, date):
            held.setdefault(key, []).append((first, last, row))
    for spans in held.values():
        yield from _overlaps(sorted(spans, key=lambda span: (span[0], span[2].number)))


def _overlaps(spans: list[tuple[date, date, ParsedRow]]) -> Iterator[Finding]:
    """Yield the spans that begin before an earlier one has ended."""
    begun, until, longest = spans[0]
    for begins, ends, row in spans[1:]:
        if begun < begins <= until:  # the same first day is a repeated key
            wrong = f"row {longest.number} has a rate for it until {until.isoformat()}"
            yield row.finding("valid_from", wrong, "Rates whose days do not overlap.")
        if ends > until:
            begun, until, longest = begins, ends, row


def reminder_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield a second reminder to a landlord that does not come after a first one."""
    first, second = row.cells(("first_reminder", "second_reminder"))
    if isinstance(second, int) and (not isinstance(first, int) or second <= first):
        yield row.finding(
            "second_reminder",
            "it does not come after the first",
            "More days than the first, or none.",
        )
