"""Whether HSE must be told of works before they begin (form F10): CDM 2015, reg 6, with its sums.

Works are notifiable that are to take over 30 working days with over 20 people at work at once, or
over 500 person-days. Person-days are reckoned from the standard minutes of the order's lines, so
they leave out travel, and lines that have none.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rules.decisions import lines_words
from rules.numbers import written
from rules.sentences import several

DAY_MINUTES: Final = 480
"""Minutes in a person-day: eight hours. Our policy, not in the Regulations; not verified."""

LONGEST_DAYS, MOST_AT_ONCE, MOST_PERSON_DAYS = 30, 20, 500
SECTION: Final = "CDM 2015, reg 6"

_WHO: Final = {"council": "the council, as the client", "landlord": "the landlord, as the client"}
_DOMESTIC: Final = (
    "the contractor: the client is a householder, whose duty falls on the contractor (reg 7)"
)


@dataclass(frozen=True, slots=True)
class Labour:
    """What the works of an order take.

    Args:
        minutes: The standard minutes of its lines.
        uncounted: The works lines that have none.
        working_days: The working days from its start to its completion, both counted.
        at_once: The most people at work at once, as the construction phase plan says; if known.
    """

    minutes: Decimal
    uncounted: tuple[int, ...]
    working_days: int
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class Notifiable:
    """Whether HSE must be told.

    Args:
        needed: None where it hangs on how many are at work at once, which nobody has said.
        words: The sums behind it, in sentences.
    """

    needed: bool | None
    words: str


def notifiable(labour: Labour) -> Notifiable:
    """Return whether works are notifiable, with the arithmetic in words."""
    person_days = labour.minutes / DAY_MINUTES
    many = person_days > MOST_PERSON_DAYS
    long = labour.working_days > LONGEST_DAYS
    # Nobody can have more people there at once than there are person-days to work.
    crowd = labour.at_once is not None and labour.at_once > MOST_AT_ONCE
    unsaid = labour.at_once is None and (person_days > MOST_AT_ONCE or bool(labour.uncounted))
    over = {True: "over", False: "not over"}
    took = f"{written(labour.minutes)} standard minutes are {written(round(person_days, 1))}"
    took += f" person-days of {DAY_MINUTES // 60} hours ({over[many]} {MOST_PERSON_DAYS})."
    lasts = f"The works have {several(labour.working_days, 'working day')}"
    lasts += f" ({over[long]} {LONGEST_DAYS})"
    lasts += f", with {_at_once(labour, unsaid=unsaid)}." if long else "."
    sums = [took, lasts]
    if labour.uncounted:
        lines = lines_words(labour.uncounted)
        sums.append(f"{lines[0].upper()}{lines[1:]} {_have(labour)} no standard minutes.")
    needed = True if many or (long and crowd) else None if long and unsaid else False
    return Notifiable(needed, " ".join(sums))


def who_tells(contracting_party: str) -> str:
    """Return on whom the duty to tell HSE falls, in a clause.

    Args:
        contracting_party: ``client``, ``council_for_client``, ``council`` or ``landlord``.
    """
    return _WHO.get(contracting_party, _DOMESTIC)


def _at_once(labour: Labour, *, unsaid: bool) -> str:
    if labour.at_once is not None:
        over = "over" if labour.at_once > MOST_AT_ONCE else "not over"
        return f"{labour.at_once} people at most at once ({over} {MOST_AT_ONCE})"
    if unsaid:
        return f"nobody having said whether over {MOST_AT_ONCE} people are there at once"
    return f"too few person-days for over {MOST_AT_ONCE} people at once"


def _have(labour: Labour) -> str:
    return "has" if len(labour.uncounted) == 1 else "have"
