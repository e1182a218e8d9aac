"""What a spreadsheet shows of a number under a number format (ECMA-376 part 1, 18.8.30, 18.8.31).

Of formats that show a number as one in digits: with zeros before it, signs of money, separators, a
percentage, an exponent, words behind it. Of dates, fractions and conditions nothing is said.
"""

import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from rules.imports.cells import number_text
from rules.imports.sheet import Cell, FaultyCell, Formatted

BUILT_IN: Final[Mapping[int, str]] = MappingProxyType(
    {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
     16: "d-mmm", 17: "mmm-yy", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
     39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 48: "##0.0E+0"}
)  # fmt: skip
"""The formats that a workbook names by number alone, as far as they bear on a number's digits."""

_PART: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|_(?P<blank>.)|\*(?P<fill>.)|(?P<exponent>E[+-])|(?P<digit>[0#?])|(?P<sign>[.,%])"
    r"|(?P<date>[dmyhs]+|AM/PM)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_MONEY: Final = re.compile(r"[£$€]")
_COLOUR: Final = re.compile(r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)$", re.I)
_NO_SUM: Final = re.compile(r"[£$€]? *[-–]")
_COUNTED: Final = re.compile(r"(.*[0-9]) +[A-Za-z ]+")


def as_shown(number: float, format_code: str) -> Cell:
    """Return a number as its format shows it; a fault where that is another than it holds."""
    shown = (shown_number(number, format_code) or "") if math.isfinite(number) else None
    if shown is None or (not shown and _tells_nothing(format_code)):
        return number
    shown, held = shown.strip(), number_text(number)
    exact, seen = Decimal(held), comes_to(shown)
    if shown == held:
        return number
    if shown.endswith("%") and seen is not None and exact in (seen, seen.scaleb(2)):
        return shown
    if seen == exact or (exact == 0 and _NO_SUM.fullmatch(shown)):
        return Formatted(number, shown)
    counted = _COUNTED.fullmatch(shown)
    if counted and comes_to(counted[1]) == exact:
        return shown
    return FaultyCell(
        shown,
        f"it shows {shown or 'nothing'} and holds {held}",
        "What is meant, in a format that shows all of it.",
    )


def shown_number(number: float, format_code: str) -> str | None:
    """Return what is shown of a number, or None where this cannot tell.

    Args:
        number: A finite number.
        format_code: The format, such as ``#,##0.00``.
    """
    if _tells_nothing(format_code):
        return None
    exact = Decimal(number_text(number))
    sections = _sections(format_code)
    which, signed = _section_for(exact, sections)
    shown = _shown(abs(exact), _parts(sections[which]))
    return f"-{shown}" if signed and exact < 0 else shown


@lru_cache(maxsize=1_000)
def _tells_nothing(format_code: str) -> bool:
    """Tell whether a format is the general one, or of a kind that is not looked at here."""
    if format_code in ("", "@") or format_code.casefold() == "general":
        return True
    parts = [part for section in _sections(format_code)[:3] for part in _parts(section)]
    odd = {("other", "/"), ("other", "@")}
    return any(
        part in odd or part[0] == "date" or (part[0] == "bracket" and not _COLOUR.match(part[1]))
        for part in parts
    )


def comes_to(shown: str) -> Decimal | None:
    """Return the number that a text shows, as a person reads it; None if it is none."""
    text = _MONEY.sub("", shown).replace(",", "").replace("\u00a0", " ").strip()
    negative = text.startswith("(") and text.endswith(")")
    percent = text.endswith("%")
    digits = text.strip("()%").replace(" ", "")
    try:
        found = Decimal(digits)
    except InvalidOperation:
        return None
    if not found.is_finite() or "E" in digits.upper():
        return None
    found = found.scaleb(-2) if percent else found
    return -found if negative else found


def hides_the_day(format_code: str) -> bool:
    """Tell whether a format shows a date without its day, its month or its year."""
    letters = {
        text[0].lower() for name, text in _parts(_sections(format_code)[0]) if name == "date"
    }
    return bool(letters & set("dmy")) and not letters >= set("dmy")


@lru_cache(maxsize=1_000)
def _sections(format_code: str) -> tuple[str, ...]:
    sections, depth = [""], False
    for at, one in enumerate(format_code):
        depth = depth != (one == '"')
        if one == ";" and not depth and format_code[at - 1 : at] != "\\":
            sections.append("")
        else:
            sections[-1] += one
    return tuple(sections)


@lru_cache(maxsize=1_000)
def _parts(section: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (found.lastgroup or "", found[found.lastgroup or 0]) for found in _PART.finditer(section)
    )


def _section_for(number: Decimal, sections: tuple[str, ...]) -> tuple[int, bool]:
    """Return which section is for a number, and whether it still needs its sign."""
    if number < 0 and len(sections) > 1:
        return 1, False
    return (2, False) if number == 0 and len(sections) > 2 else (0, True)


def _shown(number: Decimal, parts: tuple[tuple[str, str], ...]) -> str:
    """Return a number that is not negative as the parts of a section show it."""
    places = [at for at, (name, _) in enumerate(parts) if name == "digit"]
    if not places:
        return "".join(_literal(*part) for part in parts)
    first, last = places[0], places[-1]
    exponent = next((at for at, (name, _) in enumerate(parts) if name == "exponent"), None)
    mantissa = parts[first : exponent if exponent is not None else last + 1]
    whole, _, fraction = "".join(text for _, text in mantissa).partition(".")
    end = last + 1
    while parts[end : end + 1] == (("sign", ","),):
        number, end = number.scaleb(-3), end + 1
    number = number.scaleb(2 * sum(part == ("sign", "%") for part in parts))
    power = 0
    if exponent is not None and number:
        power = number.adjusted()
        number = number.scaleb(-power)
    digits = _digits(number, whole, fraction)
    if exponent is not None:
        digits += f"E{'-' if power < 0 else '+'}{abs(power):0{places[-1] - exponent}d}"
    before = "".join(_literal(*part) for part in parts[:first])
    return before + digits + "".join(_literal(*part) for part in parts[end:])


def _digits(number: Decimal, whole: str, fraction: str) -> str:
    kept = sum(one in "0#?" for one in fraction)
    rounded = number.quantize(Decimal(1).scaleb(-kept), rounding=ROUND_HALF_UP)
    head, _, tail = f"{rounded:f}".partition(".")
    least = whole.count("0")
    head = head.lstrip("0").rjust(least, "0")
    if "," in whole:
        head = f"{int(head or 0):,}" if head or least else ""
    needed = fraction.count("0")
    while len(tail) > needed and tail.endswith("0"):
        tail = tail[:-1]
    return f"{head}.{tail}" if tail else head


def _literal(name: str, text: str) -> str:
    """Return what a part of a format shows besides digits."""
    return {"blank": " ", "fill": "", "exponent": "", "digit": "", "bracket": ""}.get(name, text)
