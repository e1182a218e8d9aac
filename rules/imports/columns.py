"""What a column and a kind of import file are, the closed vocabularies, and columns kinds share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from rules.cases import RELIEFS
from rules.imports import numbers, words
from rules.imports.cells import cell_text
from rules.imports.words import Parser
from rules.people import Role

ROLES: Final = tuple(role.value for role in Role if role is not Role.CONTRACTOR)
VAT_RELIEFS: Final = tuple(sorted(RELIEFS))
CERTIFICATES: Final = ("electrical", "gas", "building_control", "lift_commissioning", "fensa")
AWARD_RULES: Final = ("rotation", "lowest_price", "ranked", "mini_competition")
TENURES: Final = ("owner", "private_tenant", "rp_tenant", "council_tenant", "licensee")
COMPLEXITIES: Final = ("simple", "complex")
SILENCES: Final = ("officer_decides", "refused")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind.

    Args:
        name: Its header.
        parse: Reads a cell that is not empty, or raises ``CellError``.
        right: What would be right, as a sentence.
        required: Whether every row must fill it.
        default: The value of an empty cell.
    """

    name: str
    parse: Parser
    right: str
    required: bool = False
    default: object = None


@dataclass(frozen=True, slots=True)
class Spec:
    """One kind of import file.

    Args:
        kind: Its name.
        columns: Its columns, in the order they are documented.
        key: The columns that together name a row; no two rows may have the same.
        agreeing: Columns that must agree on every row of the same ``key[0]``.
        by_name: The columns by header.
    """

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    agreeing: tuple[str, ...] = ()
    by_name: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        named = MappingProxyType({column.name: column for column in self.columns})
        object.__setattr__(self, "by_name", named)


def needed(name: str, parse: Parser, right: str) -> Column:
    """Return a column that every row must fill."""
    return Column(name=name, parse=parse, right=right, required=True)


def needed_code(name: str, right: str) -> Column:
    """Return a required column of codes."""
    return needed(name, words.code, right)


def needed_line(name: str, right: str) -> Column:
    """Return a required column of one-line text."""
    return needed(name, words.line, right)


def listed(name: str, known: tuple[str, ...]) -> Column:
    """Return a column of a list out of a closed vocabulary, empty by default."""
    right = f"None, one or more of {' '.join(known)}, separated by semicolons."
    return Column(name, words.list_of(words.one_of(known)), right, default=())


def chosen(name: str, known: tuple[str, ...]) -> Column:
    """Return a required column of one word out of a closed vocabulary."""
    return needed(name, words.one_of(known), f"One of: {' '.join(known)}.")


DATE = "A date such as 2026-04-01 or 01/04/2026."
MONEY = "Pounds, zero or more, such as 1234.50 or £1,234.50."
MORE_THAN_NOTHING = "Pounds, more than zero, such as 1234.50 or £1,234.50."
YES_NO = "yes or no."
QUANTITY = "A number more than zero, such as 1.5, without commas."
CODES = "Authority codes separated by semicolons."
WORK_TYPES_SENTENCE = "Work types separated by semicolons."
EMAIL = "An address such as name@example.org."
PHONE = "A telephone number, with its leading 0."

EMAIL_COLUMN = Column("email", words.email, EMAIL, default="")
PHONE_COLUMN = Column("phone", words.phone, PHONE, default="")
ADDRESS_COLUMN = Column("address", cell_text, "The postal address.", default="")
VALID_COLUMNS = (needed("valid_from", numbers.day, DATE), needed("valid_to", numbers.day, DATE))
WORK_TYPE_COLUMN = needed("work_type", words.word, "A work type such as level_access_shower.")
WORK_TYPES_COLUMN = needed("work_types", words.filled_list_of(words.word), WORK_TYPES_SENTENCE)
AUTHORITIES_COLUMN = needed("authorities", words.filled_list_of(words.code), CODES)
