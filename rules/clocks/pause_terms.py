"""What a pause says: why the controllable clocks stand still, from when, and what shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.clocks.workdays import in_words


class PauseCause(StrEnum):
    """Why the controllable clocks of a case stand still."""

    HOSPITAL = "hospital"
    CLIENT_CHOICE = "client_choice"
    CLIENT_DELAY = "client_delay"
    AWAY = "away"
    BEREAVEMENT = "bereavement"
    HEALTH = "health"
    BUILDING_SAFETY = "building_safety"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The cause as a sentence has it."""
        return self.value.replace("_", " ").replace("client ", "client's ")


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
