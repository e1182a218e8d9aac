"""Postcodes as zones name them: outward codes such as CV21, and areas such as CV."""

import re
from typing import Final

_PLACE: Final = re.compile(r"[A-Z]{1,2}(?:[0-9][A-Z0-9]?)?")
_POSTCODE: Final = re.compile(r"([A-Z]{1,2})(?:([0-9])([A-Z0-9]?))?(?:[0-9][A-Z]{2})?")

_WHOLE: Final = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])[A-Z]{2}")


def is_place(text: str) -> bool:
    """Say whether a text is an outward code or a postcode area, in capitals.

    Args:
        text: Such as ``CV21`` or ``CV``.
    """
    return _PLACE.fullmatch(text) is not None


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
