"""The clocks of the case as a whole, from its dates: stages of the guidance and limits of the Act.

They follow from what happened when, so they are worked out afresh whenever a date is recorded,
corrected or imported, in whatever order the dates came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.clocks.clock_names import STAGES, TOTAL
from rules.clocks.dates import decide_by, finish_by

_RECOMMENDED: Final = "recommendation made"
_APPLIED: Final = "application made"
_DECIDED: Final = "decision made"
_REFUSED: Final = "application refused"
_COMPLETED: Final = "works completed"
_ENDED: Final = "case ended"


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
    """

    contact_on: date
    recommended_on: date | None
    applied_on: date | None
    decided_on: date | None
    approved: bool
    completed_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class WantedClock:
    """A clock that the case ought to have.

    Args:
        name: One of the stages, the total, ``decide`` or ``finish``.
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


@dataclass(frozen=True, slots=True)
class _Event:
    """Something that stops a clock, if it has happened."""

    day: date | None
    why: str


def wanted_clocks(dates: CaseDates) -> tuple[WantedClock, ...]:
    """Return the clocks of the case as a whole that its dates call for.

    A stage stops with what it leads to. Where that was not recorded it stops with what came after
    it, so that an application without a recorded recommendation leaves no stage running for ever.
    Dates out of order stop a clock on the day it opened.

    Args:
        dates: What happened when.

    Returns:
        The stages that have opened, in order, the total, and the limits that apply.
    """
    return tuple(_wanted(dates))


def _wanted(dates: CaseDates) -> Iterator[WantedClock]:
    approved_on = dates.decided_on if dates.approved else None
    refused_on = None if dates.approved else dates.decided_on
    later = (
        _Event(dates.recommended_on, _RECOMMENDED),
        _Event(dates.applied_on, _APPLIED),
        _Event(dates.decided_on, _DECIDED),
        _Event(dates.completed_on, _COMPLETED),
    )
    ended = _Event(dates.ended_on, _ENDED)
    opened = (dates.contact_on, dates.recommended_on, dates.applied_on, approved_on)
    for number, (name, opened_on) in enumerate(zip(STAGES, opened, strict=True)):
        if opened_on is not None:
            yield _clock(name, opened_on, None, (_first(later[number:]), ended))
    over = (_Event(dates.completed_on, _COMPLETED), _Event(refused_on, _REFUSED), ended)
    yield _clock(TOTAL, dates.contact_on, None, over)
    if dates.applied_on is not None:
        limit = decide_by(applied_on=dates.applied_on)
        yield _clock("decide", dates.applied_on, limit, (_first(later[2:]), ended))
    if approved_on is not None:
        limit = finish_by(approved_on=approved_on)
        yield _clock("finish", approved_on, limit, (later[3], ended))


def _first(events: tuple[_Event, ...]) -> _Event:
    """Return the first that has happened, in the order of the pathway."""
    return next((event for event in events if event.day is not None), events[0])


def _clock(
    name: str, opened_on: date, promised_on: date | None, stops: tuple[_Event, ...]
) -> WantedClock:
    """Return a clock, stopped by whichever of several events came first."""
    stopped_on: date | None = None
    why = ""
    for event in stops:
        if event.day is not None and (stopped_on is None or event.day < stopped_on):
            stopped_on, why = event.day, event.why
    if stopped_on is not None:
        stopped_on = max(stopped_on, opened_on)
    return WantedClock(name, opened_on, promised_on, stopped_on, why)
