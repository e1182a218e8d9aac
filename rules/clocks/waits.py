"""How long a client has waited, and whose wait it was: each day is put down to exactly one party.

First contact is day 0, as for working days; each day after it, up to the completion, the exit or
today, is exactly one party's. On the day that something changes hands it is still with whoever held
it that morning: a landlord asked on the 1st who answers on the 5th took four days. A day belongs

1. to the owner of a pause that covers it; of several, the one that started first;
2. until the recommendation, to the assessor; where none is recorded, until the application or until
   the first step was closed;
3. to whoever held the open step that day; of steps open side by side, the one that was closed last,
   for which the case waited (one still open counts as later than any; then the one due first, then
   the order of the pathway);
4. where no step was open, to the council.

The days add up to the client's real wait, which rests on none of this; nor is our controllable time
made from it: the working days outside every pause, each day counted once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Final

from rules.clocks.pauses import PausedTime, between
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import Calendar, in_words
from rules.parties import Party, party_of
from rules.pathway import PATHWAY, StepName
from rules.sentences import several

RECOMMENDATION: Final = "recommendation"
BEFORE_STEPS: Final = "before the first step"
BETWEEN_STEPS: Final = "between steps"

_DAY: Final = timedelta(days=1)
_ORDER: Final[Mapping[StepName, int]] = {name: place for place, name in enumerate(PATHWAY)}


@dataclass(frozen=True, slots=True)
class WaitDates:
    """From when to when a client waited.

    Args:
        contact_on: First contact: day 0.
        recommended_on: The recommendation, or None where none is recorded.
        applied_on: The application, or None.
        ended_on: The works were completed, or the case ended without them; None while it goes on.
    """

    contact_on: date
    recommended_on: date | None
    applied_on: date | None
    ended_on: date | None

    def until(self, today: date) -> date:
        """Return the last day that counts: the end, or today; never before first contact."""
        last = today if self.ended_on is None else min(self.ended_on, today)
        return max(last, self.contact_on)


@dataclass(frozen=True, slots=True)
class Totals:
    """The two totals of a case, of which neither is made from the other.

    Args:
        contact_on: First contact, day 0.
        until: The last day counted.
        over: Whether the wait is over.
        days: The client's real wait in calendar days.
        working_days: The client's real wait in working days.
        controllable_days: Our controllable time: working days outside every pause.
    """

    contact_on: date
    until: date
    over: bool
    days: int
    working_days: int
    controllable_days: int

    def sentence(self) -> str:
        """Return both totals in words."""
        days, since = several(self.days, "day"), in_words(self.contact_on)
        if self.over:
            wait = f"The client waited {days} from {since} to {in_words(self.until)}"
        else:
            wait = f"The client has waited {days} since {since}"
        return (
            f"{wait} ({in_working_days(self.working_days)}). "
            f"Our controllable time {'was' if self.over else 'is'} "
            f"{in_working_days(self.controllable_days)}: those outside every pause."
        )


def totals(
    *, dates: WaitDates, pauses: Sequence[PausedTime], calendar: Calendar, today: date
) -> Totals:
    """Return the client's real wait and our controllable time.

    Args:
        dates: From when to when the client waited.
        pauses: The case's pauses that stand, in any order.
        calendar: The authority's working days.

    Raises:
        NoBankHolidayDataError: A date is outside the years known.
    """
    start, end = dates.contact_on, dates.until(today)
    return Totals(
        contact_on=start,
        until=end,
        over=dates.ended_on is not None and dates.ended_on <= today,
        days=(end - start).days,
        working_days=calendar.between(start, end),
        controllable_days=between(calendar, start, end, pauses),
    )


# ---- whose the days were


@dataclass(frozen=True, slots=True)
class Held:
    """Who held an open step from a day on, until the next one did.

    Args:
        owner: As the step names it, such as ``technical officer``.
        since: The day it came to them.
    """

    owner: str
    since: date


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a step, and who held it when.

    Args:
        revision: Which opening of it.
        opened_on: The day it opened.
        closed_on: The day it closed, or None while it is open.
        due_on: The day it was due, or None.
        held: Who held it, in order of time; never empty.
    """

    step: StepName
    revision: int
    opened_on: date
    closed_on: date | None
    due_on: date | None
    held: tuple[Held, ...]

    def covers(self, day: date) -> bool:
        """Say whether it was open on the morning of a day."""
        return self.opened_on < day and (self.closed_on is None or day <= self.closed_on)

    def owner_on(self, day: date) -> str:
        """Return who held it on the morning of a day."""
        return next((h.owner for h in reversed(self.held) if h.since < day), self.held[0].owner)


@dataclass(frozen=True, slots=True)
class OwnedPause:
    """A pause, with the party whose delay it is.

    Args:
        number: Which pause of the case.
        owner: Whose delay it is.
        cause: Why, in words.
        time: Its days.
    """

    number: int
    owner: Party
    cause: str
    time: PausedTime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row that are one party's, for one thing.

    Args:
        first: The first of them.
        last: The last of them.
        party: Whose they are.
        owner: Who held it, as the step names them; the party for what is no step.
        what: What it waited for: a step, the recommendation, a pause.
        step: The step, if it was one.
        working_days: How many of them are working days after day 0.
    """

    first: date
    last: date
    party: Party
    owner: str
    what: str
    step: StepName | None
    working_days: int

    @property
    def days(self) -> int:
        """How many calendar days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a wait was one party's.

    Args:
        days: Calendar days.
        working_days: The working days among them.
    """

    days: int
    working_days: int


def attribute(
    *,
    dates: WaitDates,
    openings: Iterable[Opening],
    pauses: Iterable[OwnedPause],
    calendar: Calendar,
    today: date,
) -> tuple[Stretch, ...]:
    """Return whose the days of a wait were, in order and without gap or overlap.

    Args:
        dates: From when to when the client waited.
        openings: Every opening of every step.
        pauses: The pauses that stand.
        calendar: The authority's working days.

    Raises:
        NoBankHolidayDataError: A date is outside the years known.
    """
    start, end = dates.contact_on, dates.until(today)
    ranked = sorted(openings, key=_rank)
    stopped = sorted(pauses, key=lambda pause: (pause.time.started_on, pause.number))
    whose = _whose(dates, ranked, stopped)
    changes = {day for day in _changes(dates, ranked, stopped) if start < day < end}
    mornings = sorted({start, end} | changes)
    parts = [(before + _DAY, last, whose(before + _DAY)) for before, last in pairwise(mornings)]
    day_zero = calendar.add(start, 0)
    found = []
    for (party, owner, what, step), group in groupby(parts, key=lambda part: part[2]):
        days = list(group)
        first, last = days[0][0], days[-1][1]
        worked = calendar.open_within(max(first, day_zero + _DAY), last) if last > day_zero else 0
        found.append(Stretch(first, last, party, owner, what, step, worked))
    return tuple(found)


def by_party(stretches: Iterable[Stretch]) -> dict[Party, Share]:
    """Return how much of a wait was each party's; the parts add up to the client's real wait.

    Args:
        stretches: What ``attribute`` returned.

    Returns:
        A share for every party, in their order, also where it is none.
    """
    found = dict.fromkeys(Party, Share(0, 0))
    for stretch in stretches:
        held = found[stretch.party]
        found[stretch.party] = Share(
            held.days + stretch.days, held.working_days + stretch.working_days
        )
    return found


_Whose = tuple[Party, str, str, StepName | None]


def _rank(opening: Opening) -> tuple[int, date, int, int]:
    """Return the order in which steps open side by side have a day: closed last, due first."""
    closed = date.max if opening.closed_on is None else opening.closed_on
    due = date.max if opening.due_on is None else opening.due_on
    return -closed.toordinal(), due, _ORDER[opening.step], opening.revision


def _recommended(dates: WaitDates, openings: Sequence[Opening]) -> date:
    if dates.recommended_on is not None:
        return dates.recommended_on
    closed = (opening.closed_on for opening in openings)
    return min((day for day in (dates.applied_on, *closed) if day is not None), default=date.max)


def _whose(
    dates: WaitDates, ranked: Sequence[Opening], pauses: Sequence[OwnedPause]
) -> Callable[[date], _Whose]:
    """Return what says whose a day is."""
    recommended = _recommended(dates, ranked)
    first_open = min((opening.opened_on for opening in ranked), default=date.max)

    def whose(day: date) -> _Whose:
        for pause in pauses:
            if pause.time.covers(day):
                return pause.owner, pause.owner, f"pause {pause.number}: {pause.cause}", None
        if day <= recommended:
            return Party.ASSESSOR, Party.ASSESSOR, RECOMMENDATION, None
        for opening in ranked:
            if opening.covers(day):
                owner = opening.owner_on(day)
                return party_of(owner), owner, _title(opening.step), opening.step
        what = BEFORE_STEPS if day <= first_open else BETWEEN_STEPS
        return Party.COUNCIL, Party.COUNCIL, what, None

    return whose


def _changes(
    dates: WaitDates, openings: Sequence[Opening], pauses: Sequence[OwnedPause]
) -> Iterator[date]:
    """Yield every day with which something ends, so that the next day may be another's."""
    yield _recommended(dates, openings)
    for opening in openings:
        yield opening.opened_on
        yield from (held.since for held in opening.held)
        if opening.closed_on is not None:
            yield opening.closed_on
    for pause in pauses:
        yield pause.time.started_on - _DAY
        if pause.time.ended_on is not None:
            yield pause.time.ended_on


def _title(step: StepName) -> str:
    title = PATHWAY[step].title
    return title[0].lower() + title[1:]
