"""What a column and a kind of import file are, the closed vocabularies, and columns kinds share."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from rules.contracting import PARTIES
from rules.imports import numbers, words
from rules.imports.cells import CellError, cell_text
from rules.imports.checks import Finding, ParsedRow
from rules.imports.sheet import Cell
from rules.imports.words import Parser
from rules.people import STAFF, Role

ROLES: Final = tuple(role.value for role in Role if role in STAFF)
COMPLEXITIES: Final = ("simple", "complex")

RowCheck: TypeAlias = Callable[[ParsedRow], Iterator[Finding]]
FileCheck: TypeAlias = Callable[[Iterable[ParsedRow]], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind.

    Args:
        name: Its header.
        parse: Reads a cell that is not empty, or raises ``CellError``.
        right: What would be right, as a sentence.
        default: The value of an empty cell.
        required: Whether every row must fill it.
    """

    name: str
    parse: Parser
    right: str
    default: object = None
    required: bool = False

    @property
    def several(self) -> bool:
        """Whether a cell holds a list."""
        return isinstance(self.parse, words.ListOf)

    @property
    def known(self) -> tuple[str, ...]:
        """The words that a cell, or each member of its list, may be; empty where any may."""
        member = self.parse.member if isinstance(self.parse, words.ListOf) else self.parse
        return member.known if isinstance(member, words.OneOf) else ()


@dataclass(frozen=True, slots=True)
class Spec:
    """One kind of import file.

    Args:
        kind: Its name.
        key: The columns that together name a row; no two rows may have the same.
        columns: Its columns, in the order they are documented.
        agreeing: Columns that must agree on every row of the same ``key[0]``.
        row_check: What must hold within a row, beyond its cells.
        file_check: What must hold between the rows, beyond their keys.
    """

    kind: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    agreeing: tuple[str, ...] = ()
    row_check: RowCheck | None = None
    file_check: FileCheck | None = None


def kind_of(
    kind: str,
    key: tuple[str, ...],
    *columns: Column,
    agreeing: tuple[str, ...] = (),
    row_check: RowCheck | None = None,
    file_check: FileCheck | None = None,
) -> Spec:
    """Return a kind of import file, its columns one after the other."""
    return Spec(kind, key, columns, agreeing, row_check, file_check)


def needed(name: str, parse: Parser, right: str) -> Column:
    """Return a column that every row must fill."""
    return Column(name, parse, right, required=True)


def needed_code(name: str, right: str) -> Column:
    """Return a required column of codes."""
    return needed(name, words.code, right)


def needed_line(name: str, right: str) -> Column:
    """Return a required column of one-line text."""
    return needed(name, words.line, right)


def listed(name: str, known: tuple[str, ...]) -> Column:
    """Return a column of a list out of a closed vocabulary, empty by default."""
    right = f"None, one or more of {' '.join(known)}, separated by semicolons."
    return Column(name, words.list_of(words.one_of(known)), right, ())


def chosen(name: str, known: tuple[str, ...]) -> Column:
    """Return a required column of one word out of a closed vocabulary."""
    return needed(name, words.one_of(known), f"One of: {' '.join(known)}.")


DATE: Final = "A date such as 2026-04-01 or 01/04/2026."
YES_NO: Final = "yes or no."
ANY_AUTHORITY: Final = Column(
    "authority", words.code, "The authority's code, or empty for all.", default=""
)
MONEY: Final = "Pounds, zero or more, such as 1234.50 or £1,234.50."
QUANTITY: Final = "A number more than zero, such as 1.5, without commas."
EMAIL: Final = "An address such as name@example.org."
EMAIL_COLUMN: Final = Column("email", words.email, EMAIL, "")
FEWEST_DIGITS: Final = 3
"""Digits of a telephone number: an extension, or 999."""


def phone(cell: Cell) -> str:
    """Return a telephone number as written.

    Raises:
        CellError: It has lost its leading 0, or has hardly a digit.
    """
    value = words.phone(cell)
    if sum(map(str.isdigit, value)) < FEWEST_DIGITS:
        raise CellError("it is no telephone number", right="Digits, such as 01788 555 019.")
    return value


PHONE_COLUMN: Final = Column("phone", phone, "A telephone number, with its leading 0.", "")
PARTY_COLUMN: Final = Column(
    "contracting_party",
    words.one_of(PARTIES),
    f"One of: {' '.join(PARTIES)}; or empty, where the lot's terms say, or else the client.",
)
WORK_TYPE_COLUMN: Final = needed(
    "work_type", words.word, "A work type such as level_access_shower."
)

ADDRESS_COLUMN: Final = Column("address", cell_text, "The postal address.", "")
VALID_COLUMNS: Final = tuple(needed(name, numbers.day, DATE) for name in ("valid_from", "valid_to"))
WORK_TYPES_COLUMN: Final = needed(
    "work_types", words.filled_list_of(words.word), "Work types separated by semicolons."
)
