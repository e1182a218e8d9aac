"""What must hold between the cells of a row, and between the rows of a file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from rules.imports.columns import Spec


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row as understood.

    Args:
        number: Row number as the spreadsheet shows it.
        values: The value of every column; a column at fault in this row is left out.
    """

    number: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in one row, found by looking beyond one cell.

    Args:
        row: Row number as the spreadsheet shows it.
        column: The column to correct, or None for the row.
        value: The value found.
        wrong: What is wrong.
        right: What would be right.
    """

    row: int
    column: str | None
    value: str
    wrong: str
    right: str


_DATES_IN_ORDER = (
    ("valid_from", "valid_to"),
    ("contact_on", "recommended_on"),
    ("contact_on", "applied_on"),
    ("date_of_birth", "contact_on"),
)


def row_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield what is wrong between the cells of one row.

    Args:
        row: The row, of any kind.
    """
    for earlier, later in _DATES_IN_ORDER:
        first, second = row.values.get(earlier), row.values.get(later)
        if isinstance(first, date) and isinstance(second, date) and second < first:
            yield Finding(
                row.number,
                later,
                second.isoformat(),
                f"it is before {earlier}, {first.isoformat()}",
                f"A date on or after {earlier}.",
            )


def bespoke_findings(row: ParsedRow) -> Iterator[Finding]:
    """Yield what a works row without a code lacks: a bespoke line needs description and unit.

    Args:
        row: A row of kind ``works``.
    """
    if row.values.get("code", "") is not None:
        return
    for column in ("description", "unit"):
        if row.values.get(column) == "":
            yield Finding(
                row.number,
                column,
                "",
                "a line without a code is bespoke, and this is empty",
                f"The {column} of the bespoke line, or the code of a schedule item.",
            )


def file_findings(*, spec: Spec, rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    """Yield what is wrong between rows: repeated keys, and columns that should agree.

    Args:
        spec: The kind.
        rows: Every row of the file.
    """
    seen: dict[tuple[object, ...], int] = {}
    first_of: dict[object, ParsedRow] = {}
    for row in rows:
        key = tuple(row.values.get(name) for name in spec.key)
        if None in key:
            continue
        if key in seen:
            yield _repeated(spec, row, seen[key])
        seen.setdefault(key, row.number)
        first = first_of.setdefault(key[0], row)
        yield from _disagreements(spec, row, first)
    yield from _rank_findings(spec, rows)


def _repeated(spec: Spec, row: ParsedRow, first: int) -> Finding:
    value = " ".join(_words(row.values[name]) for name in spec.key)
    what = " with ".join(spec.key)
    return Finding(
        row.number, spec.key[0], value, f"row {first} has the same {what}", "One row for each."
    )


def _disagreements(spec: Spec, row: ParsedRow, first: ParsedRow) -> Iterator[Finding]:
    for name in spec.agreeing:
        here, there = row.values.get(name), first.values.get(name)
        if here is not None and there is not None and here != there:
            yield Finding(
                row.number,
                name,
                _words(here),
                f"row {first.number} says {there!r} for the same {spec.key[0]}",
                f"The same {name} on every row of the {spec.key[0]}.",
            )


def _rank_findings(spec: Spec, rows: Iterable[ParsedRow]) -> Iterator[Finding]:
    if "rank" not in spec.by_name:
        return
    holder: dict[tuple[object, object], ParsedRow] = {}
    for row in rows:
        rank, lot = row.values.get("rank"), row.values.get("lot")
        if rank is None or lot is None:
            continue
        first = holder.setdefault((lot, rank), row)
        if first.values.get("contractor") != row.values.get("contractor"):
            yield Finding(
                row.number,
                "rank",
                str(rank),
                f"row {first.number} gives the same rank in lot {lot} to another contractor",
                "One contractor for each rank of a lot.",
            )


def _words(value: object) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)
