"""When a landlord that was asked is reminded, and when a consent that lapses is renewed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days of an authority, as they hold on a day; these where it has none, not verified.

    Args:
        first_reminder: Days after the request at which the landlord is reminded, or None.
        second_reminder: Days after the request at which it is once more, or None.
        renew_days: Days before a consent lapses at which it is asked for anew.
    """

    first_reminder: int | None = 5
    second_reminder: int | None = 10
    renew_days: int = 20


def next_chase(
    *, terms: Terms, asked_on: date, reply_by: date, chased: int, add: Callable[[date, int], date]
) -> date:
    """Return the day of the next reminder, or the day after the last to answer.

    Args:
        chased: How many reminders went out.
        add: What adds working days to a day.
    """
    days = (terms.first_reminder, terms.second_reminder)[chased:]
    reminders = (add(asked_on, given) for given in days if given is not None)
    silent_from = reply_by + timedelta(days=1)
    return next((day for day in reminders if day < silent_from), silent_from)


def is_renewed(
    *, valid_to: date, given_on: date, today: date, days: int, between: Callable[[date, date], int]
) -> bool:
    """Say whether a consent that lapses is to be asked for anew by today.

    It is so many working days before its last day; of one that was given for a short time, not
    before half of it is over, so that a fresh one is not asked for at once.

    Args:
        given_on: The day on which it was given.
        between: What counts the working days from a day to a later one.
    """
    if today > valid_to:
        return True
    return between(today, valid_to) <= days and (today - given_on) * 2 >= valid_to - given_on
