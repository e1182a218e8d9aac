"""How many working days each clock is given, for whom and from when, and who is told if it is late.

A target is configuration with dates: the database's come first, and what it does not say is in
``DEFAULTS``, every one of them unverified. The four stages of the guidance and their total are one
set: all five are given together and the stages add up, or the set is refused.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import CLOCKS, STAGES, TOTAL
from rules.clocks.workdays import in_words
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
        """Say whether a clock that opens on a day is given this target.

        Args:
            day: London date.
        """
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


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

# Urgency, complexity, the four stages and their total: the table of the 2022 guidance.
_GUIDANCE: Final = (
    ("urgent", "simple", (5, 25, 5, 20, 55)),
    ("non_urgent", "simple", (20, 50, 20, 40, 130)),
    ("urgent", "complex", (20, 45, 5, 60, 130)),
    ("non_urgent", "complex", (35, 55, 20, 70, 180)),
)

DEFAULTS: Final[tuple[Target, ...]] = (
    *(
        Target(
            clock,
            days,
            urgency=urgency,
            complexity=complexity,
            source="2022 guidance, from memory",
        )
        for urgency, complexity, row in _GUIDANCE
        for clock, days in zip(SET_OF_STAGES, row, strict=True)
    ),
    *(
        Target(str(spec.name), spec.days, source="common practice")
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
        by_clock: dict[str, list[Target]] = defaultdict(list)
        for target in (*_best_first(self.targets), *_best_first(DEFAULTS)):
            by_clock[target.clock].append(target)
        found = {clock: tuple(targets) for clock, targets in by_clock.items()}
        object.__setattr__(self, "_by_clock", MappingProxyType(found))
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
        urgency = "urgent" if urgent else "non_urgent"
        for target in self._by_clock.get(clock, ()):
            if (
                target.lot in ("", lot)
                and target.authority in ("", authority)
                and target.urgency in ("", urgency)
                and target.complexity in ("", complexity)
                and target.in_force(on)
            ):
                return target
        return None

    def ladder(self, authority: str) -> tuple[Rung, ...]:
        """Return whom a late clock is told to: the authority's own ladder, else everybody's."""
        return self.ladders.get(authority) or self.ladders.get("") or DEFAULT_LADDER


def _best_first(targets: Iterable[Target]) -> list[Target]:
    return sorted(
        targets,
        key=lambda target: (
            target.lot != "",
            target.authority != "",
            target.urgency != "",
            target.complexity != "",
            target.valid_from,
        ),
        reverse=True,
    )


def sum_problems(targets: Iterable[Target]) -> tuple[str, ...]:
    """Return what is wrong with the sets of guidance targets, each with its addition shown.

    A set is the targets with one authority, lot, urgency, complexity and first day. If it gives a
    stage of the guidance or the total, it gives all five, until the same day, and the stages add
    up to the total.

    Args:
        targets: Any targets; those of other clocks make no difference.

    Returns:
        One sentence for each problem, in the order of the sets; empty if all is well.
    """
    sets: dict[tuple[str, str, str, str, date], list[Target]] = defaultdict(list)
    for target in targets:
        if target.clock in SET_OF_STAGES:
            key = (target.authority, target.lot, target.urgency, target.complexity)
            sets[*key, target.valid_from].append(target)
    return tuple(
        f"{_whose(sets[key][0])}: {problem}."
        for key in sorted(sets)
        if (problem := _problem(sets[key]))
    )


def _problem(targets: Sequence[Target]) -> str:
    """Return what is wrong with one set, or an empty string."""
    given = {target.clock: target.days for target in targets}
    missing = [CLOCKS[clock].title for clock in SET_OF_STAGES if clock not in given]
    if missing:
        return f"no target for {', '.join(missing)}; the four stages and their total go together"
    if len(targets) > len(given):
        return "one of the stages is given twice"
    if len({target.valid_to for target in targets}) > 1:
        return "the stages and their total do not end on the same day"
    days = [given[clock] for clock in STAGES]
    if sum(days) == given[TOTAL]:
        return ""
    addition = " + ".join(str(number) for number in days)
    return f"{addition} = {sum(days)}, but {CLOCKS[TOTAL].title} is given {given[TOTAL]}"


def _whose(target: Target) -> str:
    """Return whose targets a set gives, such as ``Urgent, simple cases of EX from 1 May 2026``."""
    kinds = [target.urgency.replace("_", "-"), target.complexity]
    what = ", ".join(kind for kind in kinds if kind) or "all"
    authority = f" of {target.authority}" if target.authority else ""
    lot = f" in lot {target.lot}" if target.lot else ""
    since = "" if target.valid_from == date.min else f" from {in_words(target.valid_from)}"
    return f"{what[0].upper()}{what[1:]} cases{authority}{lot}{since}"


def ladder_problems(ladder: Sequence[Rung]) -> tuple[str, ...]:
    """Return what is wrong with one authority's ladder.

    Args:
        ladder: Its rungs, in any order.

    Returns:
        One sentence for each problem; empty if all is well.
    """
    rungs = sorted(ladder, key=lambda rung: rung.rung)
    problems = [
        f"Rung {rung.rung} is {rung.days} working days after the due date; it is at least 1."
        for rung in rungs
        if rung.days < 1
    ]
    if [rung.rung for rung in rungs] not in ([], [3], [3, 4]):
        problems.append("A ladder has rung 3, and rung 4 above it if it escalates again.")
    elif len(rungs) == 2 and rungs[1].days <= rungs[0].days:
        problems.append(
            f"Rung 4 is told {rungs[1].days} working days after the due date, which is not later "
            f"than the {rungs[0].days} of rung 3."
        )
    return tuple(problems)
