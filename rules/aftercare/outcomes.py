"""What became of the client's well-being: the nine domains of s.1(2) of the Care Act 2014.

What nobody asked about is not recorded: that is no answer, and never counted as nothing achieved.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Outcome(StrEnum):
    """How far what the client wanted was achieved."""

    ACHIEVED = "achieved"
    PARTLY = "partly"
    NOT_ACHIEVED = "not_achieved"

    @property
    def words(self) -> str:
        """As people read it."""
        return {"partly": "partly achieved"}.get(self.value, self.value.replace("_", " "))


WELL_BEING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dignity": "Personal dignity, and being treated with respect",
        "health": "Physical and mental health and emotional well-being",
        "protection": "Protection from abuse and neglect",
        "control": "Control over day-to-day life",
        "participation": "Work, education, training or recreation",
        "economic": "Social and economic well-being",
        "relationships": "Domestic, family and personal relationships",
        "accommodation": "Suitability of the home",
        "contribution": "Contribution to society",
    }
)
"""The domains of s.1(2)(a) to (i), in the order of the Act."""

NOT_RECORDED: Final = "not_recorded"
RESULTS: Final = frozenset(
    f"{domain}.{result}" for domain in WELL_BEING for result in (*Outcome, NOT_RECORDED)
)
"""What a list of cases signed off may be narrowed by: a domain, and what became of it."""


def result_words(result: str) -> str:
    """Return one of ``RESULTS`` as people read it."""
    domain, _, became = result.partition(".")
    words = "not recorded" if became == NOT_RECORDED else Outcome(became).words
    return f"{WELL_BEING[domain]}: {words}"
