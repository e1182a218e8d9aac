"""A whole file understood: every row parsed, every problem found at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from rules.errors import Problem
from rules.imports.cells import CellError, is_empty, shown
from rules.imports.checks import Finding, ParsedRow, file_findings, row_findings
from rules.imports.choices import NOTHING_SAID, Choices
from rules.imports.columns import Column
from rules.imports.header_row import likely_header
from rules.imports.headers import Header, letters, match
from rules.imports.kinds import spec
from rules.imports.rows import date_findings, footer_finding, is_footer, struck_findings
from rules.imports.sheet import Cell, RawRow
from rules.imports.usual import says_nothing
from rules.imports.words import as_word

_Reader: TypeAlias = tuple[int, Column, dict[Cell, object]]
_MOST_KNOWN: Final = 5_000
"""Most columns hold few different cells: each is read once."""
_UNREAD: Final = object()


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
    said: Choices = NOTHING_SAID,
) -> Parsed:
    """Understand a file of one kind, finding every problem at once.

    Args:
        kind: One of ``KINDS``.
        header: The header's cells.
        rows: The rows below it, numbered as the spreadsheet shows them.
        file: File name, for problems.
        sheet: Sheet name, or None for CSV.
        header_row: The header's row number.
        said: What the sender has said of it.

    Raises:
        UnknownReferenceError: There is no such kind.
    """
    of_kind = spec(kind)
    matched = match(of_kind, header, row=header_row, said=said)
    parsed: list[ParsedRow] = []
    findings: list[Finding] = []
    filled: list[RawRow] = []
    last, after_blank = header_row, False
    readers: list[_Reader] = [(at, column, {}) for at, column in matched.columns.items()]
    for raw in rows:
        if all(is_empty(cell) for cell in raw.cells):
            continue
        after_blank, last = after_blank or raw.number > last + 1, raw.number
        if filled and is_footer(matched, raw, after_blank=after_blank):
            findings.append(footer_finding(raw))
            continue
        filled.append(raw)
        row, faults = _parse_row(matched, raw, readers, said=said)
        parsed.append(row)
        if len(raw.cells) > matched.width:
            findings += _strays(matched, raw, comma=sheet is None)
        findings += (*faults, *row_findings(row))
        if of_kind.row_check:
            findings += of_kind.row_check(row)
    if not matched.findings:
        findings += file_findings(parsed, key=of_kind.key, agreeing=of_kind.agreeing)
        if of_kind.file_check:
            findings += of_kind.file_check(parsed)
        findings += date_findings(matched, filled, said)
    findings.sort(key=lambda finding: finding.row)
    likely = _likely_header(kind, matched, filled, row=header_row)
    found = likely or (*matched.findings, *findings)
    problems = [finding.placed(file, sheet) for finding in found]
    if not parsed:
        below = "there are no rows below the header"
        problems.append(Problem(file, sheet, None, None, "", below, "Rows."))
    return Parsed(tuple(parsed), tuple(problems), matched.ignored, frozenset(matched.absent))


def _likely_header(
    kind: str, matched: Header, below: Sequence[RawRow], *, row: int
) -> tuple[Finding, ...]:
    """Return all that is wrong with a sheet whose header seems to be another row."""
    is_header = not matched.findings or len(matched.columns) > 1
    likely = None if is_header else likely_header(kind, below)
    if likely is None:
        return ()
    wrong = f"it is no header of {kind}"
    return (Finding(row, None, "", wrong, f"Is it row {likely}? Then delete those above it."),)


def _parse_row(
    header: Header, raw: RawRow, readers: Iterable[_Reader], *, said: Choices
) -> tuple[ParsedRow, list[Finding]]:
    values = dict(header.absent)
    findings = list(struck_findings(header, raw, said)) if raw.struck else []
    for position, column, known in readers:
        cell = raw.cells[position] if position < len(raw.cells) else ""
        value = known.get(cell, _UNREAD) if type(cell) is str else _UNREAD
        if value is not _UNREAD:
            values[column.name] = value
            continue
        try:
            value = values[column.name] = _value(column, cell, key=header.key)
            if type(cell) is str and len(known) < _MOST_KNOWN:
                known[cell] = value
        except CellError as error:
            if error.accept in said.accepted:
                values[column.name] = error.value
                continue
            what = (raw.number, column.name, shown(cell), error.wrong)
            findings.append(Finding(*what, error.right or column.right, error.accept))
    return ParsedRow(raw.number, values), findings


def _value(column: Column, cell: Cell, *, key: tuple[str, ...]) -> object:
    if is_empty(cell):
        if column.required:
            raise CellError("it is empty")
        return column.default
    if isinstance(cell, str) and says_nothing(cell) and as_word(cell) not in column.known:
        may_mean_all = column.name in key or (column.several and not column.known)
        if column.required or may_mean_all:
            raise CellError("it says that there is nothing, and the column needs something")
        return column.default
    return column.parse(cell)


def _strays(header: Header, raw: RawRow, *, comma: bool) -> Iterator[Finding]:
    """Yield the first cell beyond the header that holds something.

    Args:
        comma: Whether a stray comma may have made it.
    """
    beyond = range(header.width, len(raw.cells))
    stray = next((at for at in beyond if not is_empty(raw.cells[at])), None)
    if stray is not None:
        yield Finding(
            raw.number,
            letters(stray),
            shown(raw.cells[stray]),
            f"the row is longer than the header, which has {header.width} columns",
            "As many cells as the header; a cell with a comma in it stands in quotation marks."
            if comma
            else "A heading above it, or an empty cell.",
        )
