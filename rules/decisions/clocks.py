"""Decisions on the clocks of a case: pauses, their ends and corrections, and targets set anew.

They belong to no step and move none. What a pause says is checked against the case's dates and
today, so everything wrong with it is found where both are known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from rules.clocks.workdays import in_words
from rules.decisions.base import BaseDecision
from rules.parties import Party
from rules.pathway import StepName


class PauseCause(StrEnum):
    """Why the controllable clocks of a case stand still."""

    HOSPITAL = "hospital"
    CLIENT_CHOICE = "client_choice"
    AWAY = "away"
    BEREAVEMENT = "bereavement"
    HEALTH = "health"
    BUILDING_SAFETY = "building_safety"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The cause as a sentence has it."""
        return self.value.replace("_", " ").replace("client choice", "client's choice")


@dataclass(frozen=True, slots=True)
class PauseTerms:
    """A pause as it is to be kept: newly recorded, ended or corrected.

    Args:
        started_on: The first day that is not counted.
        ended_on: The last day that is not counted, or None while it is under way.
        evidence: What shows it and where it is filed.
        review_on: When somebody is to look at it again, or None.
    """

    started_on: date
    ended_on: date | None
    evidence: str
    review_on: date | None = None

    def problems(self, *, contact_on: date, today: date) -> tuple[str, ...]:
        """Return everything wrong with it on its case, a sentence each.

        Args:
            contact_on: First contact on the case.
        """
        return tuple(self._problems(contact_on, today))

    def _problems(self, contact_on: date, today: date) -> Iterator[str]:
        start, end = self.started_on, self.ended_on
        if start > today:
            yield f"It starts on {in_words(start)}; a pause starts today or before."
        if start < contact_on:
            yield (
                f"It starts on {in_words(start)}, before the first contact on "
                f"{in_words(contact_on)}."
            )
        if end is not None and end < start:
            yield f"It ends on {in_words(end)}, before it starts on {in_words(start)}."
        if end is not None and end > today:
            yield (
                f"It ends on {in_words(end)}; a last day is today or before. Leave it out while "
                "the pause is under way."
            )
        if not self.evidence.strip():
            yield "Say what shows it and where that is filed, such as a telephone note of a day."
        if self.review_on is not None and end is not None:
            yield "A pause that has ended is not looked at again; give no day to review it."
        elif self.review_on is not None and self.review_on <= today:
            yield (
                f"It is to be looked at again on {in_words(self.review_on)}; that is a day to come."
            )


@dataclass(frozen=True, slots=True)
class Pause(BaseDecision):
    """The controllable clocks stand still: the client is in hospital, or asked us to wait.

    Args:
        cause: Why.
        started_on: The first day that is not counted; it may lie back, never ahead.
        evidence: What shows it and where it is filed.
        ended_on: The last day that is not counted, or None while it is under way.
        owner: The party whose delay it is.
        review_on: When somebody is to look at it again; by the target of ``review_pause`` if None.
    """

    kind: ClassVar[str] = "pause"
    step: ClassVar[StepName | None] = None
    any_time: ClassVar[bool] = True
    cause: PauseCause
    started_on: date
    evidence: str
    ended_on: date | None = None
    owner: Party = Party.CLIENT
    review_on: date | None = None

    @property
    def terms(self) -> PauseTerms:
        """The pause as it is to be kept."""
        return PauseTerms(self.started_on, self.ended_on, self.evidence, self.review_on)


@dataclass(frozen=True, slots=True)
class EndPause(BaseDecision):
    """A pause that is under way is over, and the clocks go on from the day after.

    Args:
        on: The last day that is not counted.
        number: Which pause of the case; None where only one is under way.
    """

    kind: ClassVar[str] = "end-pause"
    step: ClassVar[StepName | None] = None
    any_time: ClassVar[bool] = True
    on: date
    number: int | None = None


@dataclass(frozen=True, slots=True)
class CorrectPause(BaseDecision):
    """What was recorded of a pause was wrong, or it goes on; what was recorded stays on record.

    Args:
        number: Which pause of the case.
        started_on: Its first day, if that was wrong.
        ended_on: Its last day, if that was wrong.
        under_way: It has no last day after all.
        cause: Why, if that was wrong.
        owner: The party whose delay it is, if that was wrong.
        evidence: What shows it, if that was wrong.
        review_on: The day to look at it again, where it goes on.
        withdrawn: It was entered in error and counts no longer.
    """

    kind: ClassVar[str] = "correct-pause"
    step: ClassVar[StepName | None] = None
    any_time: ClassVar[bool] = True
    number: int
    started_on: date | None = None
    ended_on: date | None = None
    under_way: bool = False
    cause: PauseCause | None = None
    owner: Party | None = None
    evidence: str | None = None
    review_on: date | None = None
    withdrawn: bool = False

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        new = (self.started_on, self.ended_on, self.cause, self.owner, self.evidence)
        corrected = self.under_way or self.review_on is not None
        corrected = corrected or any(value is not None for value in new)
        found = []
        if not corrected and not self.withdrawn:
            found.append("Say what is corrected, or that the pause is withdrawn.")
        if corrected and self.withdrawn:
            found.append("A pause is corrected or withdrawn, not both.")
        if self.under_way and self.ended_on is not None:
            found.append("A pause is under way or has a last day, not both.")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Rebase(BaseDecision):
    """Clocks that run are given the targets in force today, instead of those they opened with.

    Args:
        clocks: Their names in the table of clocks; empty for every clock of the case that runs.
    """

    kind: ClassVar[str] = "rebase"
    step: ClassVar[StepName | None] = None
    any_time: ClassVar[bool] = True
    clocks: tuple[str, ...] = ()
