"""What of a grant may be demanded back when the home is disposed of, and the conditions of s.44.

2008 General Consent: an owner's grant above £5,000, at most £10,000, on a disposal within ten years
of the certified date, once the authority has considered four things. The grant conditions run five
years from the same day (s.44), whoever owns the home.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from dateutil.relativedelta import relativedelta

from rules.clocks.dates import charge_until

CONDITIONS_RUN: Final = relativedelta(years=5)
"""How long the grant conditions run from the certified date: s.44."""

CONSIDERATIONS: Final = {
    "hardship": "the hardship that repayment would cause",
    "job": "whether the home is disposed of to move for a job",
    "health": "whether it is for the health or well-being of somebody who lives there",
    "care": "whether it is to give or receive care",
}
"""What an authority considers before it demands anything: 2008 General Consent, paragraph 4."""


class Recovery(StrEnum):
    """A ground of s.42 on which a grant that was paid may be demanded back."""

    BAD_DATA = "bad_data"
    EARLY_START = "early_start"
    LATE = "late"
    CHEAPER = "cheaper"
    WRONG_CONTRACTOR = "wrong_contractor"

    @property
    def words(self) -> str:
        """As people read it."""
        return _RECOVERIES[self]


_RECOVERIES: Final = {
    Recovery.BAD_DATA: "what the grant was decided on was wrong or not complete",
    Recovery.EARLY_START: "the works were begun before the approval, and we did not know it",
    Recovery.LATE: "the works were not finished in time",
    Recovery.CHEAPER: "the works cost less than was estimated",
    Recovery.WRONG_CONTRACTOR: "the works were done by another contractor than the Act allows",
}


class Breach(StrEnum):
    """What breaks a condition of a grant."""

    DISPOSAL = "disposal"
    OCCUPATION = "occupation"

    @property
    def words(self) -> str:
        """As people read it."""
        return _BREACHES[self]


_BREACHES: Final = {
    Breach.DISPOSAL: "the home was disposed of",
    Breach.OCCUPATION: "the disabled person no longer lives there",
}


def conditions_until(*, certified_on: date) -> date:
    """Return the last day of the grant conditions; of 29 February is 28 February."""
    return certified_on + CONDITIONS_RUN


def repayable_pence(*, charge_pence: int, certified_on: date, disposed_on: date) -> int:
    """Return what may be demanded at most for a disposal on a day, in pence.

    It is the charge as a whole up to the last day of the ten years, and nothing after them or
    before the certified date: it does not shrink with the years.
    """
    within = certified_on <= disposed_on <= charge_until(certified_on=certified_on)
    return charge_pence if within else 0


@dataclass(frozen=True, slots=True)
class Account:
    """What was demanded, waived since and received, in pence."""

    demanded_pence: int = 0
    waived_pence: int = 0
    received_pence: int = 0

    @property
    def open_pence(self) -> int:
        """What is still to be received."""
        return self.demanded_pence - self.waived_pence - self.received_pence
