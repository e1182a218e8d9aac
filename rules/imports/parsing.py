"""A whole file understood: every row parsed, every problem found at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.errors import Problem
from rules.imports.cells import CellError, is_empty, shown
from rules.imports.checks import Finding, ParsedRow, file_findings, row_findings
from rules.imports.columns import Column, Spec
from rules.imports.headers import Header, letters, match, unnamed_with_content
from rules.imports.kinds import spec
from rules.imports.sheet import Cell, RawRow
from rules.imports.terms_checks import FILE_CHECKS, ROW_CHECKS


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
    columns = spec(kind)
    matched = match(spec=columns, header=header, file=file, sheet=sheet, row=header_row)
    parsed: list[ParsedRow] = []
    findings: list[Finding] = []
    for raw in rows:
        if all(is_empty(cell) for cell in raw.cells):
            continue
        row, faults = _parse_row(columns, matched, raw)
        parsed.append(row)
        findings += faults
        findings += row_findings(row)
        if kind in ROW_CHECKS:
            findings += ROW_CHECKS[kind](row)
    if not matched.problems:
        findings += file_findings(spec=columns, rows=parsed)
        if kind in FILE_CHECKS:
            findings += FILE_CHECKS[kind](parsed)
    problems = [*matched.problems, *_no_rows(parsed, file=file, sheet=sheet)]
    problems += (
        _placed(finding, file=file, sheet=sheet)
        for finding in sorted(findings, key=lambda finding: finding.row)
    )
    return Parsed(tuple(parsed), tuple(problems), matched.ignored, matched.absent)


def _parse_row(spec: Spec, header: Header, raw: RawRow) -> tuple[ParsedRow, list[Finding]]:
    values: dict[str, object] = {name: spec.by_name[name].default for name in header.absent}
    findings = list(_strays(header, raw))
    for position, column in header.columns.items():
        cell = raw.cells[position] if position < len(raw.cells) else ""
        try:
            values[column.name] = _value(column, cell)
        except CellError as error:
            findings.append(
                Finding(
                    raw.number, column.name, shown(cell), error.wrong, error.right or column.right
                )
            )
    return ParsedRow(raw.number, values), findings


def _value(column: Column, cell: Cell) -> object:
    if not is_empty(cell):
        return column.parse(cell)
    if column.required:
        raise CellError("it is empty")
    return column.default


def _strays(header: Header, raw: RawRow) -> Iterator[Finding]:
    stray = unnamed_with_content(cells=raw.cells, width=header.width)
    if stray:
        yield Finding(
            raw.number,
            letters(stray[0]),
            shown(raw.cells[stray[0]]),
            f"the row is longer than the header, which has {header.width} columns",
            "As many cells as the header; a cell with a comma in it stands in quotation marks.",
        )


def _no_rows(rows: list[ParsedRow], *, file: str, sheet: str | None) -> Iterator[Problem]:
    if not rows:
        yield Problem(file, sheet, None, None, "", "there are no rows below the header", "Rows.")


def _placed(finding: Finding, *, file: str, sheet: str | None) -> Problem:
    return Problem(
        file, sheet, finding.row, finding.column, finding.value, finding.wrong, finding.right
    )
