"""Rows of a delimited text file, and what else its bytes may be: said, not guessed at."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

LARGEST_FILE = 64 * 2**20
MOST_ROWS = 250_000
MOST_CELLS = 5_000_000  # with the empty ones between: what a laptop can hold

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_MARKUP: Final = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<meta")
_TEXT_CONTROLS: Final = b"\t\n\v\f\r\x1b"
_LOOKED_AT: Final = 4_096
_SAVE_AS: Final = "Save it as CSV UTF-8 or as an Excel workbook (.xlsx)."
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


class UnreadableError(Exception):
    """The file cannot be read, for the reason given and with the remedy given."""

    def __init__(self, wrong: str, right: str = _SAVE_AS, *, row: int | None = None) -> None:
        self.wrong, self.right, self.row = wrong, right, row
        super().__init__(wrong)


def too_large() -> UnreadableError:
    """Return the refusal of a file that no laptop could hold."""
    return UnreadableError(
        f"it is larger than {LARGEST_FILE // 2**20} MB, {MOST_ROWS:,} rows or {MOST_CELLS:,} cells",
        "Several smaller files.",
    )


def delimited(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows of a CSV file, each with its number.

    Raises:
        UnreadableError: It is something else, or cannot be read as one.
    """
    _refuse_other_formats(data)
    csv.field_size_limit(LARGEST_FILE)
    text = _text(data)
    said = _said_separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = filled = 0
    try:
        for number, cells in enumerate(reader, start=1):
            filled += len(cells)
            if number > MOST_ROWS or filled > MOST_CELLS:
                raise too_large()
            yield number, () if said and number == 1 else tuple(cells)
    except csv.Error as error:
        raise UnreadableError(
            f"its quotation marks do not match ({error})",
            "Close every quoted cell, and double a quotation mark inside one.",
            row=number + 1,
        ) from error


def _said_separator(text: str) -> bool:
    """Tell whether the first line says what separates the columns, as Excel takes it: ``sep=,``."""
    first = text[:20].splitlines()[:1]
    if not first or not first[0].lower().startswith("sep="):
        return False
    separator = first[0][4:5]
    if separator != ",":
        words = _SEPARATORS.get(separator, repr(separator))
        raise UnreadableError(
            f"it separates its columns by {words}, as its first line says",
            "Save it as CSV with commas.",
            row=1,
        )
    return True


def _text(data: bytes) -> str:
    marked = data.startswith(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = 1 + data.count(b"\n", 0, error.start) or 1
    lines = [line for line in data.splitlines() if not line.isascii()]
    if not marked and not any(map(_is_utf8, lines)):
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            lines = []
    if sum(map(_is_utf8, lines)) > marked:
        raise UnreadableError("most of it is UTF-8, and this line is not", row=row)
    raise UnreadableError("it is neither UTF-8 nor Windows-1252 text", row=row)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse_other_formats(data: bytes) -> None:
    head = data[:_LOOKED_AT]
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise UnreadableError("it is protected by a password", "Save it without a password.")
        raise UnreadableError("it is an old Excel (.xls) or other Office file")
    if data.startswith(_UTF16) or _has_every_other_byte_zero(head):
        raise UnreadableError("it is UTF-16 (“Unicode text”), not UTF-8")
    if head.lstrip(codecs.BOM_UTF8 + b" \r\n\t").lower().startswith(_MARKUP):
        raise UnreadableError("it is a web page (HTML or XML), whatever its name ends with")
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in head)
    if controls * 20 > len(head):
        raise UnreadableError("it is a binary file, not a spreadsheet")


def _has_every_other_byte_zero(head: bytes) -> bool:
    """Tell UTF-16 without a mark: of a text in our alphabet, every second byte is zero."""
    pairs = len(head) // 2
    return pairs > 1 and any(
        head[at::2].count(0) > pairs * 0.7 and not head[1 - at :: 2].count(0) for at in (0, 1)
    )
