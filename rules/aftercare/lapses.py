"""What a case in aftercare waits for, of whom, and by which rule each of it lapses.

The rules are a table, so that a page can print them: something that nobody has to answer does not
hold a case open for ever. What the law asks for, and what somebody has to put right, never lapses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

PERIOD: Final = "end of the defects period"
SURVEY: Final = "the client’s survey"
OUTCOMES: Final = "the outcomes with the client"
CHARGE: Final = "the charge registered"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by which something lapses.

    Args:
        what: What lapses.
        days: Calendar days after which it does; practice, not law.
        after: What they count from, in words.
    """

    what: str
    days: int
    after: str

    @property
    def words(self) -> str:
        """The rule in a sentence."""
        count = f"{self.days} days after" if self.days else "on"
        return f"{self.what[0].upper()}{self.what[1:]} lapses {count} {self.after}."


LAPSES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "survey": Rule("the client’s survey", 60, "its one reminder"),
        "outcomes": Rule("the record of outcomes", 0, "the last day of the defects period"),
        "confirmation": Rule(
            "the client’s word on what was put right", 28, "the officer found it right"
        ),
    }
)
"""What lapses, and when."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that a case in aftercare waits for.

    Args:
        what: As it is said.
        holder: Who has it to do.
        until: The day on which it lapses, or the period ends; None where it does not.
    """

    what: str
    holder: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What is known of a case in aftercare.

    Args:
        defects_until: The end of the defects period: on that day the case may close.
        defects: Of each defect that somebody has to do something about: what, and who.
        answered: Whether the survey is answered.
        reminded_on: When the client was reminded of it, or None.
        outcomes: Whether outcomes are recorded with the client.
        charge: What is left to do about the charge, or an empty string.
        repayment: What is demanded back and not received, in words, or an empty string.
    """

    defects_until: date | None
    defects: tuple[tuple[str, str], ...]
    answered: bool
    reminded_on: date | None
    outcomes: bool
    charge: str
    repayment: str = ""


def survey_lapses_on(*, reminded_on: date) -> date:
    """Return the day on which a survey that was reminded of lapses."""
    return reminded_on + timedelta(days=LAPSES["survey"].days)


def confirmation_lapses_on(*, inspected_on: date) -> date:
    """Return the day on which a client who is asked whether it is right has answered, or not."""
    return inspected_on + timedelta(days=LAPSES["confirmation"].days)


def awaited(known: Aftercare, *, on: date) -> Iterator[Awaited]:
    """Yield what a case waits for on a day, what holds it open first; nothing where it may close.

    What has lapsed by then is left out.
    """
    if known.defects_until is not None and on < known.defects_until:
        yield Awaited(PERIOD, "technical officer", known.defects_until)
    for what, holder in known.defects:
        yield Awaited(what, holder)
    if not known.answered:
        lapses = known.reminded_on and survey_lapses_on(reminded_on=known.reminded_on)
        if lapses is None or on < lapses:
            yield Awaited(SURVEY, "client", lapses)
    over = known.defects_until is not None and on >= known.defects_until
    if not known.outcomes and not over:
        yield Awaited(OUTCOMES, "assessor", known.defects_until)
    if known.charge:
        yield Awaited(known.charge, "technical officer")
    if known.repayment:
        yield Awaited(known.repayment, "finance")


def next_look(known: Aftercare, *, on: date) -> date | None:
    """Return the next day on which time alone changes what a case waits for, or None."""
    lapses = None if known.reminded_on is None else survey_lapses_on(reminded_on=known.reminded_on)
    days = (known.defects_until, None if known.answered else lapses)
    return min((day for day in days if day is not None and day > on), default=None)
