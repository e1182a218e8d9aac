"""Matching a file's header with a kind's columns: order is free, spelling is forgiving.

A heading that is none of them and looks like one is refused, so that none is missed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rules.imports.cells import CellError, cell_text, shown
from rules.imports.checks import Finding
from rules.imports.choices import NOTHING_SAID, Choices
from rules.imports.columns import Column, Spec
from rules.imports.sheet import Cell
from rules.imports.words import as_word

_IN_BRACKETS: Final = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_BESIDES: Final = frozenset(
    (
        *("new", "old", "current", "previous", "prior", "latest", "last", "revised", "updated"),
        *("proposed", "agreed", "final", "draft", "amended", "original", "actual", "total"),
        *("the", "per", "each", "in", "of", "net", "gross", "ex", "exc", "excl", "excluding"),
        *("inc", "incl", "including", "vat", "gbp", "pounds", "pence", "pct", "percent"),
        *("number", "no"),
    )
)
"""What a heading says besides of the column that it may be."""

_ALIKE: Final = 0.86
_LEAST: Final = 4


def lookalike(heading: str, names: Iterable[str]) -> str:
    """Return the known column that a heading looks like, or an empty string.

    Args:
        heading: A heading that is no known column's.
        names: The known columns of the kind.
    """
    words = [_one(word) for word in as_word(_IN_BRACKETS.sub(" ", heading)).split("_")]
    meant = [word for word in words if word not in _BESIDES and not _is_figure(word)]
    if not meant:
        return ""
    return next((name for name in names if _is_like(meant, name)), "")


def _is_like(meant: list[str], name: str) -> bool:
    known = [_one(word) for word in name.split("_")]
    if meant in (known, [word for word in known if word not in _BESIDES]):
        return True
    here, there = "".join(meant), "".join(known)
    if min(len(here), len(there)) < _LEAST:
        return False
    return SequenceMatcher(None, here, there).ratio() >= _ALIKE


def _one(word: str) -> str:
    """Return a word in its singular."""
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") if not word.endswith("ss") else word


def _is_figure(word: str) -> bool:
    return not any(map(str.isalpha, word))


_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True)
class Header:
    """How a file's columns stand to the kind's.

    Args:
        key: The columns that together name a row.
        columns: The kind's column at each position of the file that has one.
        width: How many cells the header has, up to its last that is not empty.
        ignored: Names of columns the kind does not know, as the file spells them.
        absent: What the kind's optional columns that the file does not have stand for, by name.
        findings: Everything wrong with the header.
    """

    key: tuple[str, ...]
    columns: Mapping[int, Column]
    width: int
    ignored: tuple[str, ...]
    absent: Mapping[str, object]
    findings: tuple[Finding, ...]


def match(
    spec: Spec, header: tuple[Cell, ...], *, row: int, said: Choices = NOTHING_SAID
) -> Header:
    """Match a header with a kind's columns, ignoring case, spaces, hyphens and underscores.

    Args:
        spec: The kind.
        header: The header's cells.
        row: The header's row number, for what is found.
        said: Which headings that look like a known one are left aside.
    """
    names = [_heading(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    by_key = {_key(column.name): column for column in spec.columns}
    columns: dict[int, Column] = {}
    ignored: list[str] = []
    findings: list[Finding] = []
    for position, name in enumerate(names):
        column = by_key.get(_key(name))
        if column is None:
            ignored += [shown(name)] if name else []
        elif column in columns.values():
            findings.append(
                Finding(row, column.name, name, "it is there twice", "One such column.")
            )
        else:
            columns[position] = column
    alike = list(_alike(spec, ignored, row=row, said=said))
    findings += alike
    missing = [c for c in spec.columns if c not in columns.values()]
    remedy = _remedy(names)
    findings += [
        Finding(row, c.name, "", "the required column is missing", remedy or c.right)
        for c in missing
        if c.required and c.name not in {finding.column for finding in alike}
    ]
    return Header(
        key=spec.key,
        columns=columns,
        width=len(names),
        ignored=tuple(ignored),
        absent={c.name: c.default for c in missing if not c.required},
        findings=tuple(findings),
    )


def _alike(spec: Spec, unknown: list[str], *, row: int, said: Choices) -> Iterator[Finding]:
    """Yield the unknown headings that look like a known one and are not said to be left aside."""
    aside = {_key(heading) for heading in said.ignored}
    for heading in unknown:
        name = lookalike(heading, (column.name for column in spec.columns))
        if name and _key(heading) not in aside:
            yield Finding(
                row,
                name,
                heading,
                f"the column {heading!r} looks like {name}, and is not called so",
                f"{name} as its heading; or say that it is left aside.",
                ignore=True,
            )


def letters(position: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 0 gives A, 27 gives AB.

    Args:
        position: The column's position, from 0.
    """
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _heading(cell: Cell) -> str:
    try:
        return cell_text(cell)
    except CellError:
        return shown(cell)


def _key(name: str) -> str:
    return re.sub(r"[\s_\-‐‑]+", "", unicodedata.normalize("NFKC", name).casefold())


def _remedy(names: list[str]) -> str:
    if len(names) == 1:
        for separator, words in _OTHER_SEPARATORS.items():
            if separator in names[0]:
                return f"Columns separated by commas; this file separates them by {words}."
    return ""
