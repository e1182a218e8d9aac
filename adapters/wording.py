"""How money, dates and quantities are written for people, and how text of others is made safe."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

LONGEST = 20_000  # characters of one value on a document; the whole text stays on the case
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters
    "\u202a-\u202e\u2066-\u2069"  # characters that reorder the text around them
    "\ufeff\ufffe\uffff\ufff9-\ufffb\ud800-\udfff"  # no characters at all, or halves of one
    "\U000e0001-\U000e007f]"  # invisible tags
)
_NOTE = 80  # characters set aside to say that text was cut
_WORD = 40  # characters that any column of a document holds
_TITLE = 60
LONDON: Final = ZoneInfo("Europe/London")
_UNITS = {"m2": "m²", "m3": "m³"}


def printable(text: str) -> str:
    """Return text that can be shown anywhere: no control characters, no reordering, not endless.

    Args:
        text: Anything that someone typed or a file held.

    Returns:
        The text with line feeds for line ends; what is over 20,000 characters is cut, and the cut
        says so.
    """
    if text.isprintable() and len(text) <= LONGEST:
        return text  # most are, and know it of themselves
    if len(text) > LONGEST:
        kept = LONGEST - _NOTE
        text = f"{text[:kept]} … [{len(text) - kept} more characters are on the case]"
    return _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text))


def flat(text: str) -> str:
    """Return printable text on one line, each run of white space as one blank."""
    return " ".join(printable(text).split())


def rows(text: str) -> list[str]:
    """Return the lines of a text that are not blank, as an address or a note is written."""
    return [row.strip() for row in printable(text).split("\n") if row.strip()]


def brief(text: str) -> str:
    """Return text for a title: one line of at most 60 characters."""
    line = flat(text)
    return line if len(line) <= _TITLE else f"{line[: _TITLE - 1]}…"


def breakable(text: str) -> Markup:
    """Return text as HTML in which a word that no line could hold may break.

    Only the places to break are added, and only inside words of more than 40 characters; without
    them one such word of 20,000 characters takes a PDF 18 seconds, with them 1.
    """
    words = re.split(r"(\S{41,})", printable(text))
    return Markup("").join(
        Markup("<wbr>").join(word[at : at + _WORD] for at in range(0, len(word), _WORD))
        if number % 2
        else word
        for number, word in enumerate(words)
    )


def reach(name: str, phone: str, email: str) -> str:
    """Return how to reach someone, to end a sentence: ``"call Priya Sharma on 01788 555 0142"``.

    Args:
        name: Who.
        phone: Telephone number, or empty.
        email: E-mail address, used where there is no telephone number; or empty.
    """
    if phone:
        return f"call {name} on {phone}"
    return f"write to {name} at {email}" if email else f"ask for {name}"


def one_line(text: str) -> str:
    """Return an address or a note on one line, its rows joined by commas."""
    return ", ".join(flat(row.rstrip(",")) for row in rows(text))


def exact_pounds(amount: Decimal) -> str:
    """Return a rate in pounds with at least two decimal places: ``"£45.20"``, ``"£0.1234"``."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"£{amount:,.{places}f}"


def quantity(amount: Decimal) -> str:
    """Return a quantity without idle zeros: ``2.50`` is ``"2.5"``, ``1E+2`` is ``"100"``."""
    places = max(0, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:,.{places}f}"


def percent(fraction: Decimal) -> str:
    """Return a fraction as a percentage: ``0.20`` is ``"20%"``, ``0.175`` is ``"17.5%"``."""
    return f"{quantity(fraction * 100)}%"


def unit_words(unit: str) -> str:
    """Return a unit as it is printed: ``"m2"`` is ``"m²"``."""
    return _UNITS.get(unit, unit)


def long_date(day: date | str) -> str:
    """Return a date in words: ``"3 March 2026"``.

    Args:
        day: A date, or the same as ISO text (the outbox keeps its values as JSON).
    """
    day = _day(day)
    return f"{day.day} {day:%B %Y}"


def day_date(day: date | str) -> str:
    """Return a date with its day of the week: ``"Tuesday 3 March 2026"``.

    Args:
        day: A date, or the same as ISO text.
    """
    return f"{_day(day):%A} {long_date(day)}"


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def with_own(body: str, own: Mapping[str, str], *, authority: str, agent: str = "") -> str:
    """Return a message with an authority's own words in their places; it keeps all of its own.

    Args:
        body: It begins with a greeting, and ends with who signs, for whom, on which case.
        own: By place, as ``rules.documents.own`` names them.
        authority: The authority's name, as the message has it.
        agent: Who writes on the authority's behalf; an empty string where it does itself.
    """
    if not own and not agent:
        return body
    greeting, _, rest = body.partition("\n\n")
    text, _, signed = rest.rpartition("\n\n")
    name = own.get("signature", flat(authority))
    name = f"{flat(agent)} on behalf of {name}" if agent else name
    signed = "\n".join(name if one == flat(authority) else one for one in signed.split("\n"))
    before = (own[place] for place in ("closing", "contact") if place in own)
    parts = (greeting, own.get("opening", ""), text, *before, signed)
    return "\n\n".join(printable(part).strip() for part in parts if part)


def instant_words(at: datetime | str | None) -> str:
    """Return an instant by London's clocks, as ``11 September 2026 at 14:05``."""
    if not at:
        return ""
    read = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{read.astimezone(LONDON):%-d %B %Y at %H:%M}"
