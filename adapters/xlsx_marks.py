"""What python-calamine does not say of an XLSX sheet, read from its XML before calamine reads it.

Calamine lays a sheet out as a full rectangle, so two cells at opposite corners of a 2 KB file would
take all memory (calamine issue 693); it shows a cell in error, and a formula that was never
calculated, as empty; and it drops number formats, so that a cell that shows -3.5 % is -0.035. What
is hidden, merged or struck through it does not tell either.
openpyxl would say all of it, but only in two readings, one for the formulas and one for what they
were calculated to: 12.6 s for a schedule of 20,000 rows, where this and calamine take 1.0 s.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape
from posixpath import dirname, join, normpath
from typing import Final, TypeAlias
from xml.etree import ElementTree

from rules.imports import FaultyCell
from rules.imports.formats import BUILT_IN

Place: TypeAlias = tuple[int, int]

LARGEST_CONTENT: Final = 512 * 2**20
_TAG = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)>(?=(\s*</)?)")
_ATTRIBUTE = re.compile(rb"""\s(r|s|t|hidden|min|max|ref)\s*=\s*["']([^"']*)["']""")
_SHEET_DATA = re.compile(rb"<(?:\w+:)?sheetData[\s/>]")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_COLUMNS = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*>")
_TRUE: Final = (b"1", b"true")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_CELL_END = re.compile(rb"</(?:\w+:)?c\s*>")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_STRIKE = re.compile(rb"""<(?:\w+:)?strike(?=[\s/>])(?!\s+val\s*=\s*["'](?:0|false)["'])""")
_TEXT = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, EOFError, RuntimeError,
    ValueError,
)  # fmt: skip


class XlsxError(Exception):
    """The file is not a sound XLSX workbook."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What a sheet's XML says beyond its values. Positions are (row, column), both from 0.

    Args:
        rows: Rows down to the last that holds anything.
        columns: Columns across to the last that holds anything.
        faults: Cells in error, and formulas that were never calculated.
        formats: The number format of each number that has one beside the general.
        hidden_rows: Rows that the sheet does not show, filtered out or hidden.
        hidden_columns: Columns that it does not show.
        merges: What is merged: first row, first column, last row, last column.
        struck: By row, the columns of its cells that are struck through.
    """

    rows: int
    columns: int
    faults: Mapping[Place, FaultyCell]
    formats: Mapping[Place, str]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merges: tuple[tuple[int, int, int, int], ...]
    struck: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Styles:
    """How cells are shown.

    Args:
        formats: By position in ``cellXfs``, its number format.
        struck: The positions there that are struck through.
        texts: By position among the shared texts, those of which a part is struck through.
    """

    formats: Mapping[int, str]
    struck: frozenset[int]
    texts: Mapping[bytes, str]


_PLAIN: Final = _Styles({}, frozenset(), {})


def check_container(data: bytes) -> None:
    """Refuse a file that is not a sound archive, or that unpacks to an unreasonable size.

    Args:
        data: The file's bytes.

    Raises:
        XlsxError: The archive is damaged, or would unpack to more than 512 MB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_CONTENT:
                raise XlsxError(f"it unpacks to more than {LARGEST_CONTENT // 2**20} MB")
            broken = archive.testzip()
    except _DAMAGED as error:
        raise XlsxError(str(error)) from error
    if broken is not None:
        raise XlsxError(f"{broken} inside it is damaged")


def inspect(data: bytes, *, sheet: str) -> Marks:
    """Read the marks of one sheet.

    Args:
        data: The workbook's bytes, which ``check_container`` accepted.
        sheet: The sheet's name.

    Raises:
        XlsxError: The workbook's parts do not fit together.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = _part(_relations(archive, "_rels/.rels", ""), "/officeDocument")
            if book is None:
                raise XlsxError("it holds no workbook")
            parts = _relations(archive, _relations_of(book), dirname(book))
            identity = _sheet_identity(archive.read(book), sheet)
            styles, shared = _part(parts, "/styles"), _part(parts, "/sharedStrings")
            known = _styles(archive.read(styles)) if styles else _PLAIN
            if shared:
                known = replace(known, texts=_struck_texts(archive.read(shared)))
            return _marks(archive.read(parts[identity][0]), known)
    except _DAMAGED as error:
        raise XlsxError("its parts do not fit together") from error


def _relations_of(part: str) -> str:
    return f"{dirname(part)}/_rels/{part.rpartition('/')[2]}.rels".lstrip("/")


def _relations(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for relation in _xml(archive.read(part)):
        target = relation.attrib["Target"]
        path = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
        found[relation.attrib["Id"]] = (path, relation.attrib["Type"])
    return found


def _part(parts: Mapping[str, tuple[str, str]], ending: str) -> str | None:
    return next((path for path, kind in parts.values() if kind.endswith(ending)), None)


def _sheet_identity(book: bytes, sheet: str) -> str:
    for element in _xml(book).iter():
        if element.tag.endswith("}sheet") and element.attrib.get("name") == sheet:
            return next(value for name, value in element.attrib.items() if name.endswith("}id"))
    raise XlsxError(f"the sheet {sheet} is not in the workbook")


def _styles(styles: bytes) -> _Styles:
    root = _xml(styles)
    custom = {
        int(element.attrib["numFmtId"]): element.attrib.get("formatCode", "")
        for element in root.iter()
        if element.tag.endswith("}numFmt")
    }
    codes = {**BUILT_IN, **custom}
    fonts = list(next((e for e in root if e.tag.endswith("}fonts")), ()))
    struck = {str(at) for at, font in enumerate(fonts) if any(map(_strikes, font))}
    cells = list(enumerate(next((e for e in root if e.tag.endswith("}cellXfs")), ())))
    return _Styles(
        {
            at: code
            for at, one in cells
            if (code := codes.get(int(one.attrib.get("numFmtId", "0")), "General")) != "General"
        },
        frozenset(at for at, one in cells if one.attrib.get("fontId") in struck),
        {},
    )


def _struck_texts(shared: bytes) -> dict[bytes, str]:
    if not _STRIKE.search(shared):
        return {}
    return {
        b"%d" % at: "".join(part.text or "" for part in one.iter() if part.tag.endswith("}t"))
        for at, one in enumerate(_xml(shared))
        if any(map(_strikes, one.iter()))
    }


def _strikes(element: ElementTree.Element) -> bool:
    return element.tag.endswith("}strike") and element.attrib.get("val", "1") in ("1", "true")


def _xml(content: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in content:  # never in a workbook; entities could be made to explode
        raise XlsxError("it holds a document type declaration")
    return ElementTree.fromstring(content)  # noqa: S314 - no declarations, as checked above


def _marks(content: bytes, styles: _Styles) -> Marks:
    rows = columns = 0
    faults: dict[Place, FaultyCell] = {}
    formats: dict[Place, str] = {}
    hidden: set[int] = set()
    struck: dict[int, set[int]] = {}
    for place, attributes, start in _filled_cells(content, hidden):
        rows, columns = max(rows, place[0] + 1), max(columns, place[1] + 1)
        cell_type = attributes.get(b"t", b"n")
        style = int(attributes.get(b"s", b"0"))
        fault = _fault(content, start, cell_type) or _struck_part(
            content, start, cell_type, styles.texts
        )
        if fault:
            faults[place] = fault
        elif cell_type == b"n" and style in styles.formats:
            formats[place] = styles.formats[style]
        if style in styles.struck:
            struck.setdefault(place[0], set()).add(place[1])
    return Marks(
        *(rows, columns, faults, formats, frozenset(hidden)),
        hidden_columns=frozenset(_hidden_columns(content, columns)),
        merges=tuple(_merges(content)),
        struck={row: frozenset(columns) for row, columns in struck.items()},
    )


def _hidden_columns(content: bytes, columns: int) -> Iterator[int]:
    begins = _SHEET_DATA.search(content)
    for found in _COLUMNS.finditer(content, 0, begins.start() if begins else 0):
        attributes = dict(_ATTRIBUTE.findall(found[0]))
        if attributes.get(b"hidden") in _TRUE:
            last = min(int(attributes[b"max"]), columns)
            yield from range(int(attributes[b"min"]) - 1, last)


def _merges(content: bytes) -> Iterator[tuple[int, int, int, int]]:
    ends = _DATA_END.search(content)
    for found in _MERGE.finditer(content, ends.end() if ends else len(content)):
        first, _, last = dict(_ATTRIBUTE.findall(found[0]))[b"ref"].partition(b":")
        yield (*_place(first), *_place(last or first))


def _filled_cells(
    content: bytes, hidden: set[int]
) -> Iterator[tuple[Place, dict[bytes, bytes], int]]:
    """Yield the place, attributes and content's start of every cell that holds anything.

    Args:
        hidden: Takes the rows that are not shown.
    """
    row, column = -1, -1
    for tag in _TAG.finditer(content):
        attributes = dict(_ATTRIBUTE.findall(tag[2]))
        reference = attributes.get(b"r")
        if tag[1] == b"row":
            row, column = row + 1 if reference is None else int(reference) - 1, -1
            if attributes.get(b"hidden") in _TRUE:
                hidden.add(row)
            continue
        column += 1
        if reference is not None:
            row, column = _place(reference)
        if not tag[2].endswith(b"/") and not tag[3]:
            yield (row, column), attributes, tag.end()


def _place(reference: bytes) -> Place:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise XlsxError(f"a cell says it is at {reference.decode('ascii', 'replace')}")
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _struck_part(
    content: bytes, start: int, cell_type: bytes, texts: Mapping[bytes, str]
) -> FaultyCell | None:
    """Return why a text of which a part is struck through is none: readers take it whole."""
    shown = None
    if cell_type == b"s" and texts and (value := _VALUE.search(content, start)):
        shown = texts.get(value[1])
    elif cell_type == b"inlineStr":
        end = _CELL_END.search(content, start)
        last = end.start() + 1 if end else start
        if _STRIKE.search(content, start, last):
            parts = b"".join(_TEXT.findall(content, start, last))
            shown = unescape(parts.decode("utf-8", "replace"))
    if shown is None:
        return None
    return FaultyCell(shown, "a part of the text is struck through", "Type what counts alone.")


def _fault(content: bytes, start: int, cell_type: bytes) -> FaultyCell | None:
    in_error = cell_type == b"e"
    if not in_error and not _FORMULA.match(content, start):
        return None
    end = _CELL_END.search(content, start)
    value = _VALUE.search(content, start, end.start() + 2 if end else len(content))
    if in_error:
        shown = value[1].decode("utf-8", "replace") if value else "#ERROR"
        return FaultyCell(shown, "the spreadsheet shows an error here", "A value.")
    if value is None and cell_type != b"str":
        return FaultyCell(
            "",
            "the cell holds a formula that was never calculated",
            "Open the file in a spreadsheet program and save it, or type the value.",
        )
    return None
