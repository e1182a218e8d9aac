"""How pages write what others wrote: sentences, quantities, days, facts of the record."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from adapters.wording import exact_pounds, percent, quantity, unit_words
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.money import pounds
from rules.sentences import without_commands


def capital(text: object) -> str:
    """Return text with a capital first; the rest is left as it is."""
    words = str(text or "")
    return words[:1].upper() + words[1:]


def sentence(text: object) -> str:
    """Return text as a sentence: a capital first, and a full stop where it has no end."""
    words = capital(text).rstrip()
    return words if not words or words[-1] in ".!?" else f"{words}."


def day_of(at: datetime | None) -> str:
    """Return London's day of an instant as ``11 September 2026``; nothing for None."""
    return in_words(london_date(at)) if at else ""


def plainly(name: str, held: Any) -> str:
    """Return a fact of the record as people read it: pence as pounds, nothing as ``nothing``."""
    if held in (None, "", [], {}):
        return "nothing"
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, int) and name.endswith("_pence"):
        return pounds(held)
    if isinstance(held, Mapping):
        return "; ".join(f"{key}: {plainly(name, one)}" for key, one in held.items())
    if isinstance(held, list):
        return ", ".join(plainly(name, one) for one in held)
    return str(held).replace("_", " ") if isinstance(held, str) and held.islower() else str(held)


FILTERS: Final = {
    "capital": capital,
    "sentence": sentence,
    "said": without_commands,
    "day_of": day_of,
    "percent": percent,
    "rate": lambda text: exact_pounds(Decimal(text)),
    "quantity": quantity,
    "unit": unit_words,
    "path": lambda text: quote(str(text), safe=""),
}
"""What a template may pass a value through, beside what ``desk.web.page`` names."""
