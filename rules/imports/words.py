"""Parsers of cells that hold words: text, codes, lists, yes or no, addresses of every kind.

Each takes a raw cell and returns its value, or raises ``CellError``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

from rules.imports.cells import CellError, cell_text
from rules.imports.sheet import Cell
from rules.imports.usual import is_part_of_day, usual_for, wreckage
from rules.rates.postcodes import is_place, likely_postcodes, postcode_parts

Parser: TypeAlias = Callable[[Cell], object]
TextParser: TypeAlias = Callable[[Cell], str]

CASE_REFERENCE: Final = r"[A-Za-z0-9][A-Za-z0-9/._-]{0,39}"
AUTHORITY_CODE: Final = r"[A-Za-z0-9_-]{1,20}"
LONGEST_CODE = 60
LONGEST_LINE = 300
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its brackets
LONGEST_MAILBOX = 64  # RFC 5321, 4.5.3.1.1

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
_WEIGHT = re.compile(r"[0-9]{1,3}")
_WORD = re.compile(r"[a-z0-9][a-z0-9 _/&.,()'’+-]*")
_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n"})
_INVISIBLE = ("Cf", "Zl", "Zp")


def line(cell: Cell) -> str:
    """Return text of one line, such as a name or a title.

    Raises:
        CellError: It has a line break or tab, or is longer than 300 characters.
    """
    value = cell_text(cell)
    if "\n" in value or "\t" in value:
        raise CellError("it runs over more than one line", right="One line, without tabs.")
    if len(value) > LONGEST_LINE:
        raise CellError(
            f"it is {len(value):,} characters long", right=f"At most {LONGEST_LINE} characters."
        )
    return value


def reference(cell: Cell) -> str:
    """Return one line that names something, such as the number of a policy.

    Raises:
        CellError: As ``line``, or it is what a spreadsheet made of something else.
    """
    value = line(cell)
    if wrong := wreckage(value):
        raise CellError(wrong, right="Format the column as text and type the value again.")
    return value


def closure(cell: Cell) -> str:
    """Return why a day is closed.

    Raises:
        CellError: As ``line``, or it speaks of a part of the day: clocks count whole days.
    """
    value = line(cell)
    if is_part_of_day(value):
        raise CellError(
            "it speaks of a part of the day, and clocks count whole days",
            right="Leave the row out; or close the whole day under a title that says so.",
        )
    return value


def code(cell: Cell) -> str:
    """Return a code or reference by which other files mean the same thing.

    Raises:
        CellError: It could not be typed again: invisible characters, a semicolon, too long; or it
            is what a spreadsheet made of another.
    """
    value = reference(cell)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value).replace("\u00a0", " ")
    if len(value) > LONGEST_CODE:
        raise CellError(
            f"it is {len(value):,} characters long", right=f"At most {LONGEST_CODE} characters."
        )
    if not value.isascii() and any(unicodedata.category(c) in _INVISIBLE for c in value):
        raise CellError("it holds an invisible character", right="Type the code again by hand.")
    if ";" in value:
        raise CellError("it holds a semicolon, which separates lists", right="One code.")
    return value


def _shaped(
    pattern: str, wrong: str, *, right: str = "", change: Callable[[str], str] = str
) -> TextParser:
    """Return a parser of one line that matches a pattern from end to end.

    Args:
        pattern: The pattern, of what ``change`` makes of the line.
        wrong: What is wrong with a line that does not match.
        right: What would be right, or an empty string for the column's own sentence.
        change: Brings the line into its one form.
    """
    shape = re.compile(pattern)

    def parse(cell: Cell) -> str:
        value = change(reference(cell))
        if not shape.fullmatch(value):
            raise CellError(wrong, right=right)
        return value

    return parse


case_reference = _shaped(CASE_REFERENCE, "it is not a reference that every form takes")
"""A case's reference, which is typed, printed, and names its runs."""

authority_code = _shaped(AUTHORITY_CODE, "it is not a code that every form takes")
"""An authority's own short code."""

_uprn = _shaped(r"[0-9]{1,12}", "it is not a UPRN")


def uprn(cell: Cell) -> str:
    """Return a unique property reference number in its 12 digits, with the zeros that lead it.

    Raises:
        CellError: It is not 1 to 12 digits, or it ends in the zeros of a rounded number.
    """
    value = _uprn(cell)
    if value.endswith("000000"):
        raise CellError(
            "it ends in six zeros, as a rounded number does",
            right="Format the column as text and type the UPRN again.",
        )
    return value.zfill(12)


ons_code = _shaped(r"[EKNSW][0-9]{8}", "it is not an ONS area code", change=str.upper)
"""An ONS area code such as ``E07000218``."""

phone = _shaped(
    r"(?![1-9][0-9]{8,9}$).*",
    "it has lost its leading 0",
    right="Format the cell as text and type the number again.",
)
"""A telephone number as written; spreadsheets take a number's leading 0."""


def word(cell: Cell) -> str:
    """Return a word of an open vocabulary, such as a trade.

    ``Level-access shower`` and ``level_access_shower`` are the same word, and so are ``Doors &
    windows`` and ``doors_and_windows``.

    Raises:
        CellError: Not made of letters, digits and common punctuation.
    """
    value = code(cell)
    if not _WORD.fullmatch(value.lower()):
        raise CellError("it is not a word", right="Letters a-z, digits, spaces, - and _ only.")
    return as_word(value)


def as_word(text: str) -> str:
    """Return text as a word: small letters and digits joined by underscores.

    Args:
        text: What somebody typed.
    """
    spelt = unicodedata.normalize("NFKC", text.lower())
    spelt = re.sub(r"['’]", "", spelt).replace("&", " and ")
    return re.sub(r"[\s/_.,()+-]+", "_", spelt).strip("_")


@dataclass(frozen=True, slots=True)
class OneOf:
    """A parser of one word out of a closed list; case, spaces and hyphens are ignored.

    Args:
        known: The words allowed.
        tells_nearest: Whether an unknown word is answered with the nearest known one.
    """

    known: tuple[str, ...]
    tells_nearest: bool = False

    @property
    def usual(self) -> Mapping[str, str]:
        """Usual words for the known ones, each with what it is for."""
        return usual_for(self.known)

    def __call__(self, cell: Cell) -> str:
        """Return the word.

        Raises:
            CellError: It is not a known one.
        """
        value = as_word(line(cell))
        if value in self.known:
            return value
        if value in self.usual:
            return self.usual[value]
        if not self.tells_nearest:
            raise CellError("it is not one of the words allowed", right=f"{' '.join(self.known)}.")
        nearest = get_close_matches(value, self.known, n=1, cutoff=0.0)[0]
        raise CellError(
            f"{value[:40]!r} is not a known one; the nearest is {nearest!r}",
            right=f"One of: {' '.join(self.known)}.",
        )


def one_of(words: Iterable[str]) -> OneOf:
    """Return a parser of one word out of a closed list."""
    return OneOf(tuple(words))


def known_word(known: Iterable[str]) -> OneOf:
    """Return a parser of one word out of a list, which names the nearest where it is unknown."""
    return OneOf(tuple(known), tells_nearest=True)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A parser of a list separated by ``;``, sorted and without repeats.

    Args:
        member: The parser of each member.
        filled: Whether it names at least one member.
    """

    member: TextParser
    filled: bool = False

    def __call__(self, cell: Cell) -> tuple[str, ...]:
        """Return the members.

        Raises:
            CellError: One of them does not parse, or there is none and must be; or commas
                separate them.
        """
        if "," in cell_text(cell):
            raise CellError("a list is separated by ;, not by commas", right="Use ; between them.")
        parts = (part.strip() for part in cell_text(cell).split(";"))
        members = tuple(sorted({self.member(part) for part in parts if part}))
        if self.filled and not members:
            raise CellError("the list names nothing")
        return members


def list_of(parse_member: TextParser) -> ListOf:
    """Return a parser of a list separated by ``;``."""
    return ListOf(parse_member)


def filled_list_of(parse_member: TextParser) -> ListOf:
    """Return a parser of a list separated by ``;`` that names at least one member."""
    return ListOf(parse_member, filled=True)


def yes_no(cell: Cell) -> bool:
    """Return yes or no.

    Raises:
        CellError: It is neither.
    """
    value = line(cell).casefold()
    if value not in _YES | _NO:
        raise CellError("it is neither yes nor no")
    return value in _YES


def email(cell: Cell) -> str:
    """Return an e-mail address in small letters.

    Raises:
        CellError: It has not the shape of one address.
    """
    value = line(cell)
    mailbox, _, _ = value.rpartition("@")
    fits = len(value) <= LONGEST_EMAIL and len(mailbox) <= LONGEST_MAILBOX
    if not fits or not _EMAIL.fullmatch(value):
        raise CellError("it is not an e-mail address")
    return value.lower()


def postcode(cell: Cell) -> str:
    """Return a UK postcode in capitals with its space.

    Raises:
        CellError: It has not the shape of a postcode.
    """
    value = line(cell)
    found = postcode_parts(value)
    if found:
        return " ".join(found)
    likely = likely_postcodes(value)
    right = f"{' or '.join(likely)}, if that is meant." if likely else ""
    raise CellError("it is not a postcode", right=right)


def place(cell: Cell) -> str:
    """Return an outward code or a postcode area in capitals.

    Raises:
        CellError: It is neither.
    """
    value = "".join(line(cell).upper().split())
    if not is_place(value):
        raise CellError(
            f"{value[:20]!r} is neither an outward code nor a postcode area",
            right="Outward codes such as CV21, or areas such as CV, separated by semicolons.",
        )
    return value


def left_out(cell: Cell) -> str:
    """Return a UPRN in its 12 digits, or a postcode, outward code or postcode area in capitals.

    Raises:
        CellError: It is none of them.
    """
    value = line(cell)
    if value.isdecimal():
        return uprn(value)
    return postcode(value) if any(letter.isdecimal() for letter in value[-3:-2]) else place(value)


def criterion(cell: Cell) -> str:
    """Return a quality criterion with its weight, as ``name:weight``.

    Raises:
        CellError: It has no name, or its weight is no whole number from 1 to 99.
    """
    name, _, weight = (part.strip() for part in code(cell).rpartition(":"))
    if not name or ":" in name or not _WEIGHT.fullmatch(weight) or not 0 < int(weight) < 100:
        raise CellError(
            "it is not a name with a weight from 1 to 99", right="Such as `method:25;programme:15`."
        )
    return f"{' '.join(name.split())}:{int(weight)}"
