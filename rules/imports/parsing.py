"""A whole file understood: every row parsed, every problem found at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.errors import Problem
from rules.imports.cells import CellError, is_empty, shown
from rules.imports.checks import Finding, ParsedRow, file_findings, row_findings
from rules.imports.columns import Column
from rules.imports.headers import Header, letters, match
from rules.imports.kinds import spec
from rules.imports.sheet import Cell, RawRow


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as understood.

    Args:
        rows: Every row that holds anything; cells at fault are left out of their row.
        problems: Everything wrong, in the order of the file.
        ignored_columns: Columns the kind does not know.
        absent_columns: Optional columns the file does not have: it says nothing about them.
    """

    rows: tuple[ParsedRow, ...]
    problems: tuple[Problem, ...]
    ignored_columns: tuple[str, ...]
    absent_columns: frozenset[str]


def parse(
    *,
    kind: str,
    header: tuple[Cell, ...],
    rows: Iterable[RawRow],
    file: str,
    sheet: str | None,
    header_row: int = 1,
) -> Parsed:
    """Understand a file of one kind, finding every problem at once.

    Args:
        kind: One of ``KINDS``.
        header: The header's cells.
        rows: The rows below it, numbered as the spreadsheet shows them.
        file: File name, for problems.
        sheet: Sheet name, or None for CSV.
        header_row: The header's row number.

    Raises:
        UnknownReferenceError: There is no such kind.
    """
    of_kind = spec(kind)
    matched = match(of_kind, header, row=header_row)
    parsed: list[ParsedRow] = []
    findings: list[Finding] = []
    for raw in rows:
        if all(is_empty(cell) for cell in raw.cells):
            continue
        row, faults = _parse_row(matched, raw)
        parsed.append(row)
        findings += (*faults, *row_findings(row))
        if of_kind.row_check:
            findings += of_kind.row_check(row)
    if not matched.findings:
        findings += file_findings(parsed, key=of_kind.key, agreeing=of_kind.agreeing)
        if of_kind.file_check:
            findings += of_kind.file_check(parsed)
    findings.sort(key=lambda finding: finding.row)
    problems = [finding.placed(file, sheet) for finding in (*matched.findings, *findings)]
    if not parsed:
        below = "there are no rows below the header"
        problems.append(Problem(file, sheet, None, None, "", below, "Rows."))
    return Parsed(tuple(parsed), tuple(problems), matched.ignored, frozenset(matched.absent))


def _parse_row(header: Header, raw: RawRow) -> tuple[ParsedRow, list[Finding]]:
    values = dict(header.absent)
    findings = list(_strays(header, raw))
    for position, column in header.columns.items():
        cell = raw.cells[position] if position < len(raw.cells) else ""
        try:
            values[column.name] = _value(column, cell)
        except CellError as error:
            right = error.right or column.right
            findings.append(Finding(raw.number, column.name, shown(cell), error.wrong, right))
    return ParsedRow(raw.number, values), findings


def _value(column: Column, cell: Cell) -> object:
    if not is_empty(cell):
        return column.parse(cell)
    if column.required:
        raise CellError("it is empty")
    return column.default


def _strays(header: Header, raw: RawRow) -> Iterator[Finding]:
    """Yield the first cell beyond the header that holds something, as a stray comma makes it."""
    beyond = range(header.width, len(raw.cells))
    stray = next((at for at in beyond if not is_empty(raw.cells[at])), None)
    if stray is not None:
        yield Finding(
            raw.number,
            letters(stray),
            shown(raw.cells[stray]),
            f"the row is longer than the header, which has {header.width} columns",
            "As many cells as the header; a cell with a comma in it stands in quotation marks.",
        )
