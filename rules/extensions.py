"""More time for works: which date it moves, under which limb, and when it comes too late.

An order has a date to complete by, which is between the council and its contractor. Behind it
stands s.37(1): the grant is paid for works carried out within twelve months of the approval, or
such further time as the authority allow (s.37(2) says one ground on which they may). A date within
the twelve months moves the order alone; one past them moves both.

Either is allowed before its date passes, and not after: what is late stays late on record. Whether
a grant is then reduced, withheld or recovered is decided under s.42, not by moving the date back.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.clocks.workdays import in_words
from rules.errors import InvalidDecisionError, StatuteError

LONGEST: Final = relativedelta(months=24)
"""How far ahead a new date may lie, so that a slip of the year shows. Ours; no source."""

SECTION: Final = "s.37(2)"


@dataclass(frozen=True, slots=True)
class Standing:
    """The dates that stand before time is extended.

    Args:
        limit: The end of the twelve months of s.37(1), as extended so far.
        number: The order whose works are to be done or under way; empty where there is none.
        order_by: The day it is to be complete by.
        runs_to: The day to which its clock runs, with what was paused; None while it is paused.
    """

    limit: date
    number: str = ""
    order_by: date | None = None
    runs_to: date | None = None


Move = tuple[date, date]
"""From when to when."""


@dataclass(frozen=True, slots=True)
class Extended:
    """What more time moves: the order's date, the twelve months, or both."""

    order: Move | None
    limit: Move | None

    @property
    def section(self) -> str:
        """The section that it rests on; empty where it is between council and contractor."""
        return SECTION if self.limit else ""


def extended(standing: Standing, *, until: date, today: date) -> Extended:
    """Return what a new date to complete by moves.

    Raises:
        StatuteError: The twelve months, or what they were extended to, are over.
        InvalidDecisionError: The date is no later one, too late a one, or comes after its day.
    """
    if today > standing.limit:
        raise StatuteError(
            "The time for these works can no longer be extended.",
            why=f"The time that s.37(1) gives ran out on {in_words(standing.limit)}; more is "
            "allowed before it does.",
            section=SECTION,
            next_step="Decide under s.42 whether the grant is reduced, withheld or recovered for "
            "works that are late, and file that decision with the case.",
        )
    if problem := _problem(standing, until, today):
        raise InvalidDecisionError(problem, next_step="Nothing was changed; give another day.")
    if until <= standing.limit:
        _check_order(standing, today)
    return Extended(
        order=(standing.order_by, until)
        if standing.order_by is not None and until > standing.order_by
        else None,
        limit=(standing.limit, until) if until > standing.limit else None,
    )


def _problem(standing: Standing, until: date, today: date) -> str:
    """Return what is wrong with a new date by itself."""
    if until <= today:
        return f"{in_words(until)} is no day to come; works cannot be given time until then."
    if until > today + LONGEST:
        return f"{in_words(until)} is more than two years from today; check the year."
    if standing.order_by is None and until <= standing.limit:
        return (
            "No order is under way whose date could move, and the twelve months of s.37(1) run to "
            f"{in_words(standing.limit)} as it is."
        )
    present = max(filter(None, (standing.order_by, standing.runs_to)), default=None)
    if standing.order_by is not None and until <= standing.order_by:
        return f"{standing.number} is to be complete by {in_words(standing.order_by)} already."
    if present is not None and until < present:
        return (
            f"With what was paused, {standing.number} runs to {in_words(present)} already; "
            f"{in_words(until)} would take time away."
        )
    return ""


def _check_order(standing: Standing, today: date) -> None:
    """Refuse to move the date of an order that has passed, where the Act asks for no decision."""
    if standing.runs_to is None or standing.runs_to >= today:
        return
    raise InvalidDecisionError(
        f"{standing.number} was to be complete by {in_words(standing.runs_to)}, which has passed.",
        why="More time is allowed before the date passes; what is late stays late on record.",
        next_step="Record the finish that is now expected, with `progress`. Time past the twelve "
        f"months may still be allowed, until {in_words(standing.limit)} ({SECTION}).",
    )
