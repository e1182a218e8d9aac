"""Postcodes as zones name them: outward codes such as CV21, and areas such as CV."""

import re
from typing import Final

_PLACE: Final = re.compile(r"[A-Z]{1,2}(?:[0-9][A-Z0-9]?)?")
_POSTCODE: Final = re.compile(r"([A-Z]{1,2})(?:([0-9])([A-Z0-9]?))?(?:[0-9][A-Z]{2})?")

_OUTWARD: Final = (
    r"GIR|(?:[A-PR-UWYZ][A-HK-Y]?[0-9]|[A-PR-UWYZ][A-HK-Y]?[1-9][0-9]"
    r"|[A-PR-UWYZ][1-9][A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY])"
)
_FULL: Final = re.compile(rf"({_OUTWARD})([0-9][ABD-HJLNP-UW-Z]{{2}})")
"""Letters stand only where Royal Mail has them: BS 7666, in its simple form."""
_TAKEN_FOR: Final = {"O": "0", "0": "O", "I": "1", "1": "I", "L": "1", "S": "5", "5": "S", "Z": "2"}

_WHOLE: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])[A-Z]{2}")


def is_place(text: str) -> bool:
    """Say whether a text is an outward code or a postcode area, in capitals.

    Args:
        text: Such as ``CV21`` or ``CV``.
    """
    return _PLACE.fullmatch(text) is not None


def postcode_parts(text: str) -> tuple[str, str] | None:
    """Return the outward and inward code of a whole postcode in capitals; None if it is none.

    Args:
        text: As it was typed; case and blanks do not matter.
    """
    found = _FULL.fullmatch("".join(text.upper().split()))
    return (found[1], found[2]) if found else None


def likely_postcodes(text: str) -> tuple[str, ...]:
    """Return the postcodes that differ from a text by one letter and a digit that look alike."""
    typed = "".join(text.upper().split())
    others = (
        typed[:at] + _TAKEN_FOR[letter] + typed[at + 1 :]
        for at, letter in enumerate(typed)
        if letter in _TAKEN_FOR
    )
    return tuple(" ".join(parts) for one in others if (parts := postcode_parts(one)))


def sector(postcode: str) -> str:
    """Return the sector of a postcode, some thousand homes: ``CV21 3`` of ``CV21 3LW``.

    Args:
        postcode: A postcode in capitals; blanks do not matter.

    Returns:
        Its outward code where it is not whole.
    """
    closed = "".join(postcode.upper().split())
    whole = _WHOLE.fullmatch(closed)
    return f"{whole[1]} {whole[2]}" if whole else next(iter(places_of(postcode)), "")


def places_of(postcode: str) -> tuple[str, ...]:
    """Return the names by which a zone may hold a postcode, the closest first.

    ``EC1A 1BB`` is in EC1A, then in EC1 (the district without its last letter), then in EC;
    ``CV21 3LW`` is in CV21, then in CV, and is not in CV2.

    Args:
        postcode: A postcode in capitals, or its outward code; blanks do not matter.
    """
    found = _POSTCODE.fullmatch("".join(postcode.upper().split()))
    if found is None:
        return ()
    area, digit, last = found[1], found[2] or "", found[3] or ""
    places = [f"{area}{digit}{last}"]
    if last.isalpha():
        places.append(f"{area}{digit}")
    if places[-1] != area:
        places.append(area)
    return tuple(places)
