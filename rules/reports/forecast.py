"""The forecast: how likely a running clock is to break its due date, and when it will likely end.

Plain counting, told in a sentence. Of the clocks like this one that had lasted as many controllable
working days as this one has, how many lasted longer than its target? Those still running count for
as long as they have been seen and no longer: the reckoning of Kaplan and Meier (1958), which is the
plain share where nothing is running. Nothing is said where too few are known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from rules.clocks.clock_names import CLOCKS
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import in_words
from rules.parties import Party

ENOUGH: Final = 20
"""How many comparable clocks must be known to the end, or past the target, before one is told."""

UNSEEN: Final = Fraction(1, 20)
"""The most that may be left of them when none has been seen for longer; the truth is below it."""

HISTORY_MONTHS: Final = 24
"""Clocks opened longer ago are no guide."""


class Like(NamedTuple):  # a tuple: hashed millions of times
    """What makes clocks comparable; an empty string keeps that particular out.

    Args:
        clock: The clock's name, which they always share.
        party: The contractor's code or the landlord, for a clock that is theirs.
        authority: The authority's code.
        work_type: The works' type.
    """

    clock: str
    party: str = ""
    authority: str = ""
    work_type: str = ""


@dataclass(frozen=True, slots=True)
class Lasted:
    """How long clocks lasted, in controllable working days.

    Args:
        ended: How many came to their end after so many days.
        unended: How many have been seen for so many days, and no end: they run still, or their
            case left the pathway.
    """

    ended: Mapping[int, int]
    unended: Mapping[int, int]


NONE: Final = Lasted(ended={}, unended={})
"""What is known of clocks that there never were."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comparable clocks did that had lasted as long.

    Args:
        comparable: How many of them are known to their end, or past the target.
        past: How many of those went past the target.
        undecided: How many more are running short of the target, or left.
        chance: The chance to go past the target.
        half_by: Working days from its opening by which half were over, or None where too many
            are still running to say.
        seen: Whether any was seen up to the target, unless hardly one was left by then.
    """

    comparable: int
    past: int
    undecided: int
    chance: Fraction
    half_by: int | None
    seen: bool = True

    @property
    def enough(self) -> bool:
        """Whether enough is known to tell: twenty of them, as many as are undecided, and so far."""
        return self.seen and self.comparable >= max(ENOUGH, self.undecided)


@lru_cache(maxsize=65_536)
def nearest_first(like: Like) -> tuple[Like, ...]:
    """Return the groups that a clock may be compared with, from the narrowest to every such clock.

    The one that keeps most particulars comes first; of those that keep as many, the one with whose
    clock it is, then the one with the authority.

    Args:
        like: The clock, with every particular known of it.
    """
    clock, party, authority, work_type = like
    found = (
        like,
        Like(clock, party, authority, ""),
        Like(clock, party, "", work_type),
        Like(clock, "", authority, work_type),
        Like(clock, party, "", ""),
        Like(clock, "", authority, ""),
        Like(clock, "", "", work_type),
        Like(clock),
    )
    return tuple(dict.fromkeys(found))


def outlook(lasted: Lasted, *, elapsed: int, target: int) -> Outlook:
    """Return what clocks did that had lasted so long.

    Args:
        lasted: How long the comparable ones lasted.
        elapsed: Controllable working days that this one has run; those that ended sooner are left
            out.
        target: Working days that this one is given; where they have gone by, the chance is 1.
    """
    limit = max(target, elapsed - 1)
    ended, unended = lasted.ended, lasted.unended
    over = sum(count for days, count in ended.items() if days >= elapsed)
    over_late = sum(count for days, count in ended.items() if days > limit)
    running = sum(count for days, count in unended.items() if days > elapsed)
    running_late = sum(count for days, count in unended.items() if days > max(limit, elapsed))
    chance, half_by, seen = _survival(lasted, over + running, elapsed, limit)
    return Outlook(
        comparable=over + running_late,
        past=over_late + running_late,
        undecided=running - running_late,
        chance=chance,
        half_by=half_by,
        seen=seen,
    )


def _survival(
    lasted: Lasted, at_risk: int, elapsed: int, limit: int
) -> tuple[Fraction, int | None, bool]:
    """Return the share that outlasts the limit, the day by which half are over, and if it is seen.

    The share is ``above × left / below``. Day by day it is multiplied by the share of those at
    risk who did not end; where nobody dropped out since the last end, the terms cancel.
    """
    above = below = left = 1
    chance, half_by = None, None
    days = elapsed
    while at_risk > 0 and (days <= limit or half_by is None):
        if days == limit + 1:
            chance = Fraction(above * left, below)
        over = lasted.ended.get(days, 0)
        if over:
            if at_risk != left:
                above, below = above * left, below * at_risk
            left = at_risk - over
            if half_by is None and 2 * above * left <= below:
                half_by = days
        days += 1
        at_risk -= over + lasted.unended.get(days, 0)
    if chance is None:
        chance = Fraction(above * left, below)
    return chance, half_by, days > limit or chance <= UNSEEN


def in_100(chance: Fraction) -> int:
    """Return a chance as officers say it: so many in 100, rounded half up.

    Args:
        chance: From 0 to 1.
    """
    return int(as_decimal(100 * chance, places=0))


def as_decimal(value: Fraction, *, places: int = 3) -> Decimal:
    """Return a fraction as a decimal, rounded half up.

    Args:
        value: Any fraction.
        places: Digits after the point.
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def nearest(
    lasted_of: Callable[[Like], Lasted], *, like: Like, elapsed: int, target: int
) -> tuple[Like, Outlook]:
    """Return the narrowest group of which enough is known, and what its clocks did.

    Args:
        lasted_of: Gives how long the clocks of a group lasted.
        like: The clock, with every particular known of it.
        elapsed: Controllable working days that it has run.
        target: Working days that it is given.

    Returns:
        The group and its outlook; of every such clock, not ``enough``, where no group will do.
    """
    for group in nearest_first(like):
        found = outlook(lasted_of(group), elapsed=elapsed, target=target)
        if found.enough:
            break
    return group, found


# ---- in words


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected of one running clock.

    Args:
        clock: Its name.
        group: The clocks it was compared with.
        among: Those clocks in words, as ``group_words`` gives them.
        elapsed: Controllable working days that it has run.
        target: Working days that it is given.
        late: Whether its due date has passed already.
        outlook: What the clocks did that had lasted as long.
        likely_on: The day by which half of them would be over, or None.
    """

    clock: str
    group: Like
    among: str
    elapsed: int
    target: int
    late: bool
    outlook: Outlook
    likely_on: date | None

    @property
    def chance(self) -> Fraction | None:
        """The chance that it breaks its due date; None where too little is known to say."""
        if self.late:
            return Fraction(1)
        return self.outlook.chance if self.outlook.enough else None

    @property
    def why_silent(self) -> str:
        """Why nothing is forecast, as a sentence, or an empty string."""
        if self.outlook.enough:
            return ""
        known, undecided = self.outlook.comparable, self.outlook.undecided
        if known < ENOUGH:
            return f"Too few are known: {known} {self.among}{self._so_far()}; it takes {ENOUGH}."
        return (
            f"Too early to say: {undecided} {self.among}{self._so_far()} are undecided, "
            f"and only {known} are known."
        )

    @property
    def sentence(self) -> str:
        """The forecast, or why there is none, as officers say it."""
        title = CLOCKS[self.clock].title
        head = f"{title[0].upper()}{title[1:]}: "
        late = f"past its {in_working_days(self.target)} already. " if self.late else ""
        if not self.outlook.enough:
            return f"{head}{late}{self.why_silent}" if late else f"{head}{_lower(self.why_silent)}"
        return f"{head}{late}{self._told(capital=bool(late))}"

    def _told(self, *, capital: bool) -> str:
        found = self.outlook
        of = f"{'Of' if capital else 'of'} {found.comparable} {self.among}{self._so_far()}, "
        if self.late:
            return f"{of}{self._half('half')}."
        past = {0: "none", found.comparable: "all"}.get(found.past, str(found.past))
        beside = f" ({_more(found.undecided)} undecided)" if found.undecided else ""
        said = f"{past} went past {self._target()}{beside}: about {in_100(found.chance)} in 100"
        return f"{of}{said}. {self._half('Half')}."

    def _half(self, half: str) -> str:
        days = self.outlook.half_by
        if days is None:
            return f"{half} are not over yet"
        within = in_working_days(days) if self.elapsed == 0 else days
        date_words = f", which is {in_words(self.likely_on)}" if self.likely_on else ""
        return f"{half} were over within {within}{date_words}"

    def _so_far(self) -> str:
        return f" that had waited {in_working_days(self.elapsed)}" if self.elapsed > 0 else ""

    def _target(self) -> str:
        return str(self.target) if self.elapsed > 0 else in_working_days(self.target)


def group_words(group: Like, *, authority: str, party: str) -> str:
    """Return a group of clocks in words: ``level access shower cases of Rugby with Avon Ltd``.

    Args:
        group: The group.
        authority: The name of its authority, if it has one.
        party: The name of its contractor or landlord, if it has one.
    """
    works = f"{group.work_type.replace('_', ' ')} cases" if group.work_type else "cases"
    whose = f" of {authority}" if group.authority else ""
    if group.party and CLOCKS[group.clock].holder is Party.LANDLORD:
        return f"{works}{whose} whose landlord is {party}"
    return f"{works}{whose} with {party}" if group.party else f"{works}{whose}"


def _more(number: int) -> str:
    return f"{number} more {'is' if number == 1 else 'are'}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
