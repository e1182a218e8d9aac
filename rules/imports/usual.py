"""What people and spreadsheets usually write: other words for ours, for nothing, and wreckage.

A spreadsheet turns a code such as 6E05 into a number and 1-2 into a date, and keeps only what it
made of them. What it leaves is known by its looks and refused where a code or reference belongs.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

USUAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("nr", "no", "number", "ea"), "each"),
        **dict.fromkeys(("lm", "lin_m", "linear_m", "metre", "metres", "m_run"), "m"),
        **dict.fromkeys(("sqm", "sq_m", "square_metre", "square_metres"), "m2"),
        **dict.fromkeys(("cum", "cu_m", "cubic_metre", "cubic_metres"), "m3"),
        **dict.fromkeys(("hr", "hrs", "hours"), "hour"),
        "days": "day",
        "items": "item",
        "sets": "set",
        **dict.fromkeys(("owner_occupier", "owner_occupied", "home_owner", "homeowner"), "owner"),
        **dict.fromkeys(("private_rented", "private_rent", "privately_rented"), "private_tenant"),
        **dict.fromkeys(
            ("housing_association", "housing_association_tenant", "registered_provider_tenant"),
            "rp_tenant",
        ),
        **dict.fromkeys(("local_authority_tenant", "council_rented"), "council_tenant"),
    }
)
"""Usual words for those of a closed list, each understood where the list has the word it is for."""

NOTHING: Final = frozenset(
    {"n/a", "n.a.", "-", "–", "—", "none", "nil", "null", "tbc", "tba", "t.b.c.", "not applicable",
     "not known", "to be confirmed"}
)  # fmt: skip
"""Usual words for nothing: understood where a cell may be empty."""

_BEGIN_NOTHING: Final = frozenset(words[0] for words in NOTHING)
_ERRORS: Final = re.compile(
    r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)"
    r"|^#{3,}$"
)
_BEGIN_WRECKS: Final = frozenset("+-=0123456789JFMASOND")
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)"
_WRECKS: Final = (
    (re.compile(r"[+-]?[0-9](?:\.[0-9]+)?E[+-][0-9]{2,3}"), "a spreadsheet made a number of it"),
    (
        re.compile(rf"[0-9]{{1,2}}-{_MONTH}(?:-[0-9]{{2,4}})?|{_MONTH}-[0-9]{{2}}"),
        "a spreadsheet made a date of it",
    ),
    (re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}"), "a spreadsheet made a date of it"),
    (re.compile(r'=".*"'), "it is a formula that only shows the code"),
)

_PART_OF_DAY: Final = re.compile(
    r"\bhalf[ -]?days?\b|½|\b(?:mornings?|afternoons?|a\.?m|p\.?m|noon|midday)\b"
    r"|\b[0-9]{1,2}(?:[.:][0-9]{2})? ?[ap]m\b",
    re.IGNORECASE,
)


def says_nothing(text: str) -> bool:
    """Tell whether a text is a usual word for nothing."""
    return (
        text.lstrip()[:1].casefold() in _BEGIN_NOTHING
        and " ".join(text.split()).casefold() in NOTHING
    )


def is_error(text: str) -> bool:
    """Tell whether a text holds what a spreadsheet shows where it could work out nothing."""
    return "#" in text and bool(_ERRORS.search(text))


def is_part_of_day(text: str) -> bool:
    """Tell whether a text speaks of half a day, a morning or an hour."""
    return bool(_PART_OF_DAY.search(text))


def wreckage(text: str) -> str:
    """Return what a spreadsheet did to a code, as part of a sentence, or an empty string."""
    if text[:1] not in _BEGIN_WRECKS:
        return ""
    return next((why for shape, why in _WRECKS if shape.fullmatch(text)), "")


def usual_for(known: tuple[str, ...]) -> dict[str, str]:
    """Return the usual words that are understood in a closed list, each with what it is for."""
    return {usual: word for usual, word in USUAL.items() if word in known and usual not in known}
