"""What a partnership has agreed for a year: its budget, its capital, and on which terms it is paid.

Source: HEART's business case of 2016, section 8. A partner is an authority with capital in the
service; a funder is anybody named who pays a fixed sum, such as a county council.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.errors import InvalidTermsError
from rules.grants.budgets import year_words
from rules.money import share
from rules.people import Role
from rules.sentences import spoken

SEE_PARTNERSHIP: Final = frozenset({Role.MANAGER, Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR})
"""The roles that see what partners have agreed, whichever of them they serve."""


class Stream(StrEnum):
    """Where capital comes from."""

    DFG_GRANT = "dfg_grant"
    LOCAL = "local"
    SOCIAL_CARE = "social_care"


STREAMS: Final[Mapping[Stream, str]] = MappingProxyType(
    {
        Stream.DFG_GRANT: "DFG capital grant",
        Stream.LOCAL: "Local capital",
        Stream.SOCIAL_CARE: "Social care capital grant",
    }
)
"""What each is called where people read it."""


class LineKind(StrEnum):
    """What a line of the service's budget is for."""

    STAFFING = "staffing"
    RUNNING_COSTS = "running_costs"
    SUPPORT_COSTS = "support_costs"
    ADDITIONAL = "additional"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line of the service's budget for the year."""

    line: str
    kind: LineKind
    amount_pence: int


@dataclass(frozen=True, slots=True)
class Partner:
    """An authority with capital in the service.

    Args:
        capital: Pence by stream; None where it is not recorded, which is not nothing.
    """

    code: str
    name: str
    capital: Mapping[Stream, int | None]

    @property
    def recorded(self) -> tuple[int, ...]:
        """What is recorded of its capital."""
        return tuple(one for one in self.capital.values() if one is not None)

    @property
    def capital_pence(self) -> int:
        """What is recorded of its capital, added up."""
        return sum(self.recorded)


@dataclass(frozen=True, slots=True)
class FeeTerm:
    """How a fee on capital is worked out.

    Args:
        percent: Per cent of the capital.
        less_pence: What is taken off it; a fee is never below nothing.
        because: Why it is another fee than the others', as it was agreed.
    """

    percent: Decimal
    less_pence: int = 0
    because: str = ""

    def fee_pence(self, capital_pence: int) -> int:
        """Return the fee on some capital, half a penny up."""
        return max(0, share(capital_pence, self.percent) - self.less_pence)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a funder pays whatever the capital is."""

    name: str
    amount_pence: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed for a year.

    Args:
        year: The year of its 1 April.
        fee: The fee of every partner without a term of its own; None where it is not recorded.
        exceptions: Terms of their own by the partner's code.
    """

    partnership: str
    year: int
    lines: tuple[BudgetLine, ...]
    partners: tuple[Partner, ...]
    fee: FeeTerm | None
    exceptions: Mapping[str, FeeTerm]
    fixed: tuple[Fixed, ...]

    @property
    def title(self) -> str:
        """What it is called: ``HEART, 2016-17``."""
        return f"{self.partnership}, {year_words(self.year)}"

    @property
    def budget_pence(self) -> int:
        """What the service costs in the year."""
        return sum(one.amount_pence for one in self.lines)

    @property
    def fixed_pence(self) -> int:
        """What funders pay."""
        return sum(one.amount_pence for one in self.fixed)

    @property
    def capital_pence(self) -> int:
        """The capital of all partners together."""
        return sum(one.capital_pence for one in self.partners)

    def term_of(self, code: str) -> FeeTerm | None:
        """Return the term of a partner's fee, its own before that of all."""
        return self.exceptions.get(code, self.fee)

    def missing(self) -> tuple[str, ...]:
        """Return what is not recorded, and without which nothing can be worked out."""
        found = [] if self.lines else ["no line of its budget"]
        found += [] if self.partners else ["no partner’s capital"]
        found += [f"no capital of {one.name}" for one in self.partners if not one.recorded]
        recorded = any(one.recorded for one in self.partners)
        found += ["no capital above nothing"] if recorded and not self.capital_pence else []
        unsaid = [one for one in self.partners if self.term_of(one.code) is None]
        return (*found, *(f"no fee of {one.name}" for one in unsaid))

    def check(self) -> None:
        """Refuse to work out what is not recorded whole.

        Raises:
            InvalidTermsError: Something is missing; all of it is named.
        """
        missing = self.missing()
        if missing:
            raise InvalidTermsError(
                f"The contributions to {self.title} cannot be worked out: there is "
                f"{spoken(missing)} on record.",
                why="What is not recorded is not nothing, and every share rests on all of it.",
                next_step="Import partnership_budget, partnership_capital and partnership_terms "
                "of the year.",
            )
