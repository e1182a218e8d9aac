"""How many working days each clock is given, for whom and from when, and who is told if it is late.

A target is configuration with dates: the database's come first, and what it does not say is in
``DEFAULTS``, every one of them unverified. The four stages of the guidance and their total are one
set: all five are given together and the stages add up, or the set is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import CLOCKS, HAZARD_CLOCKS, PRIORITY, STAGES, TOTAL
from rules.people import Role

SET_OF_STAGES: Final = (*STAGES, TOTAL)
"""The clocks whose targets are given together: the guidance's stages, and their total last."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one clock is given. An empty authority, lot, urgency or complexity stands for all.

    Args:
        clock: The clock, by its name in ``rules.clocks.clock_names``.
        days: Working days, at least 1.
        warn_percent: Share of the target, 1 to 100, after which to warn.
        warn_days: Working days left at which to warn, if that comes sooner; 0 for by share alone.
        lot: Code of the lot.
        urgency: ``urgent`` or ``non_urgent``.
        complexity: ``simple`` or ``complex``.
        valid_from: The first day on which a clock that opens is given this.
        valid_to: The last such day, or None for until further notice.
        verified: Whether somebody has read it in its source.
        source: Where it is from.
    """

    clock: str
    days: int
    warn_percent: int = 80
    warn_days: int = 0
    authority: str = ""
    lot: str = ""
    urgency: str = ""
    complexity: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    verified: bool = False
    source: str = ""

    def in_force(self, day: date) -> bool:
        """Say whether a clock that opens on a London day may be given this target."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def meets(self, *, authority: str, lot: str, urgent: bool, complexity: str, on: date) -> bool:
        """Say whether it is in force on a day for such a case, whatever comes before it."""
        return (
            self.lot in ("", lot)
            and self.authority in ("", authority)
            and self.urgency in ("", "urgent" if urgent else "non_urgent")
            and self.complexity in ("", complexity)
            and self.in_force(on)
        )

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, date]:
        """What targets are sorted by; the highest comes first."""
        kinds = (self.lot != "", self.authority != "", self.urgency != "", self.complexity != "")
        return *kinds, self.valid_from


@dataclass(frozen=True, slots=True)
class Rung:
    """One step up the ladder: whom a late clock is told to.

    Args:
        rung: 3 escalates, 4 escalates again.
        role: The officers of that role in the case's authority.
        days: Working days after the due date, at least 1.
    """

    rung: int
    role: Role
    days: int


DEFAULT_LADDER: Final = (Rung(3, Role.MANAGER, 5),)
"""Common practice, not verified: the managers, a working week after it was due."""

_FROM_MEMORY: Final = "2022 guidance, from memory"
# Urgency, complexity, the four stages and their total: the table of the 2022 guidance.
_GUIDANCE: Final = (
    ("urgent", "simple", (5, 25, 5, 20, 55)),
    ("non_urgent", "simple", (20, 50, 20, 40, 130)),
    ("urgent", "complex", (20, 45, 5, 60, 130)),
    ("non_urgent", "complex", (35, 55, 20, 70, 180)),
)

_SOURCES: Final = {
    PRIORITY: "policy, not law: twelve weeks while works are not ordered",
    **dict.fromkeys(HAZARD_CLOCKS, "SI 2025/1042: binds the social landlord; Handrail asks"),
}

DEFAULTS: Final[tuple[Target, ...]] = (
    *(
        Target(clock, days, urgency=urgency, complexity=complexity, source=_FROM_MEMORY)
        for urgency, complexity, row in _GUIDANCE
        for clock, days in zip(SET_OF_STAGES, row, strict=True)
    ),
    *(
        Target(str(spec.name), spec.days, source=_SOURCES.get(spec.name, "common practice"))
        for spec in CLOCKS.values()
        if spec.days > 0
    ),
)
"""What a clock is given where the database says nothing. None of it is verified."""


@dataclass(frozen=True, slots=True)
class TargetBook:
    """Every target in one place: the database's, and behind them the defaults.

    Args:
        targets: What the database gives, in any order.
        ladders: The rungs of each authority by its code; under an empty code, everybody's.
    """

    targets: tuple[Target, ...] = ()
    ladders: Mapping[str, tuple[Rung, ...]] = field(default_factory=dict)
    uses_lots: bool = field(init=False)
    _by_clock: Mapping[str, tuple[Target, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_clock: dict[str, tuple[Target, ...]] = {}
        for targets in (self.targets, DEFAULTS):
            for target in sorted(targets, key=lambda target: target.rank, reverse=True):
                by_clock[target.clock] = (*by_clock.get(target.clock, ()), target)
        object.__setattr__(self, "_by_clock", MappingProxyType(by_clock))
        object.__setattr__(self, "uses_lots", any(target.lot for target in self.targets))

    def find(
        self, clock: str, *, authority: str, lot: str, urgent: bool, complexity: str, on: date
    ) -> Target | None:
        """Return what a clock that opens on a day is given.

        Whatever the database gives comes before the defaults. Of several, one for the lot comes
        before one for the authority, then for the urgency, then for the complexity; of equals,
        the one in force most recently.

        Args:
            clock: Name of the clock.
            authority: Code of the case's authority.
            lot: Code of the lot the case is in, or an empty string.
            urgent: Whether the case is urgent.
            complexity: ``simple`` or ``complex``.
            on: The day on which it opens, London date.

        Returns:
            The target, or None for a clock that runs to a date and not for a number of days.
        """
        for target in self._by_clock.get(clock, ()):
            if target.meets(
                authority=authority, lot=lot, urgent=urgent, complexity=complexity, on=on
            ):
                return target
        return None

    def ladder(self, authority: str) -> tuple[Rung, ...]:
        """Return whom a late clock is told to: the authority's own ladder, else everybody's."""
        return self.ladders.get(authority) or self.ladders.get("") or DEFAULT_LADDER
