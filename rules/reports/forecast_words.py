"""The forecast of one clock, and the sentence that tells it.

``Landlord's consent: of 34 level access shower cases of Rugby Borough Council that had waited 6
working days, 21 went past 15: about 62 in 100. Half were over within 13, which is 19 June 2026.``
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rules.clocks.clock_names import CLOCKS
from rules.clocks.workdays import in_words
from rules.parties import Party
from rules.reports.forecast import ENOUGH, Like, Outlook, in_100


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
        late = f"past its {_days(self.target)} already. " if self.late else ""
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
        date_words = f", which is {in_words(self.likely_on)}" if self.likely_on else ""
        return f"{half} were over within {_days(days) if self.elapsed == 0 else days}{date_words}"

    def _so_far(self) -> str:
        return f" that had waited {_days(self.elapsed)}" if self.elapsed > 0 else ""

    def _target(self) -> str:
        return str(self.target) if self.elapsed > 0 else _days(self.target)


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


def _days(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"


def _more(number: int) -> str:
    return f"{number} more {'is' if number == 1 else 'are'}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
