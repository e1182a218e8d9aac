"""The clocks of the case as a whole, from its dates: stages of the guidance, limits, its priority.

They follow from what happened when, so they are worked out afresh whenever a date is recorded,
corrected or imported, in whatever order the dates came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.clocks.clock_names import PRIORITY, STAGES, TOTAL
from rules.clocks.dates import decide_by, finish_by


@dataclass(frozen=True, slots=True)
class CaseDates:
    """What happened on a case, and when; None for what has not, or was not recorded.

    Args:
        contact_on: First contact.
        recommended_on: The assessor's recommendation.
        applied_on: The application.
        decided_on: The s.34 decision.
        approved: Whether the decision was to approve.
        completed_on: The works were completed.
        ended_on: The case left the pathway or was closed.
        extended_to: The day up to which more time was allowed for the works (s.37), if it was.
        looked_on: The priority was given or looked at last; None where no clock is to run for it.
        ordered_on: The works were ordered.
        pay_from: The notified payment date (s.36), if payment was deferred.
    """

    contact_on: date
    recommended_on: date | None
    applied_on: date | None
    decided_on: date | None
    approved: bool
    completed_on: date | None
    ended_on: date | None
    extended_to: date | None = None
    looked_on: date | None = None
    ordered_on: date | None = None
    pay_from: date | None = None


@dataclass(frozen=True, slots=True)
class WantedClock:
    """A clock that the case ought to have.

    Args:
        name: One of the stages, the total, ``decide``, ``finish`` or that of the priority.
        opened_on: Day 0.
        promised_on: The limit of the Act, or None for a stage of the guidance.
        stopped_on: When it stopped, never before it opened, or None while it runs.
        stopped_why: What stopped it, or an empty string.
    """

    name: str
    opened_on: date
    promised_on: date | None
    stopped_on: date | None
    stopped_why: str


_Event = tuple[date | None, str]
"""What stops a clock: the day, if it has happened, and in words."""


def wanted_clocks(dates: CaseDates) -> Iterator[WantedClock]:
    """Yield the clocks of the case as a whole: stages in order, total, limits, and its priority.

    A stage stops with what it leads to. Where that was not recorded it stops with what came after
    it, so that an application without a recorded recommendation leaves no stage running for ever.
    Dates out of order stop a clock on the day it opened.
    """
    approved_on = dates.decided_on if dates.approved else None
    refused_on = None if dates.approved else dates.decided_on
    completed: _Event = (dates.completed_on, "works completed")
    ended: _Event = (dates.ended_on, "case ended")
    later: tuple[_Event, ...] = (
        (dates.recommended_on, "recommendation made"),
        (dates.applied_on, "application made"),
        (dates.decided_on, "decision made"),
        completed,
    )
    opened = (dates.contact_on, dates.recommended_on, dates.applied_on, approved_on)
    for number, (name, opened_on) in enumerate(zip(STAGES, opened, strict=True)):
        if opened_on is not None:
            yield _clock(name, opened_on, None, _first(later[number:]), ended)
    yield _clock(
        TOTAL, dates.contact_on, None, completed, (refused_on, "application refused"), ended
    )
    if dates.applied_on is not None:
        limit = decide_by(applied_on=dates.applied_on)
        yield _clock("decide", dates.applied_on, limit, _first(later[2:]), ended)
    if approved_on is not None:
        runs_from = dates.pay_from or approved_on
        last = finish_by(approved_on=runs_from, extended_to=dates.extended_to)
        yield _clock("finish", approved_on, last, completed, ended)
    if dates.looked_on is not None:
        ordered: _Event = (dates.ordered_on, "works ordered")
        yield _clock(
            PRIORITY, dates.looked_on, None, ordered, (refused_on, "application refused"), ended
        )


def _first(events: tuple[_Event, ...]) -> _Event:
    """Return the first that has happened, in the order of the pathway."""
    return next((event for event in events if event[0] is not None), events[0])


def _clock(name: str, opened_on: date, promised_on: date | None, *stops: _Event) -> WantedClock:
    """Return a clock, stopped by whichever of several events came first."""
    happened = [(day, why) for day, why in stops if day is not None]
    if not happened:
        return WantedClock(name, opened_on, promised_on, None, "")
    stopped_on, why = min(happened, key=lambda event: event[0])
    return WantedClock(name, opened_on, promised_on, max(stopped_on, opened_on), why)
