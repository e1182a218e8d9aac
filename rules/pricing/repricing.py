"""Repricing: what a case costs before and after, what it would pass, and which cases keep theirs.

A repricing takes up what changed since a case was priced: a schedule version or its index, a
contractor's percentage, contract rates, zones, package prices, a VAT declaration, or a wrong code.
It touches no case whose grant is decided or whose works are offered or ordered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from rules.errors import InvalidDecisionError
from rules.plain import from_plain, shown

NO_CODES: Final[Mapping[str, str]] = MappingProxyType({})
_TENTH: Final = Decimal("0.1")


class Outcome(StrEnum):
    """What a repricing does to one case."""

    REPRICED = "repriced"
    UNCHANGED = "unchanged"
    LEFT = "left"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases to price again, and the codes to put right on the way.

    Args:
        authorities: Codes of authorities; empty for all.
        lot: Only cases whose works this lot covers; empty for any.
        schedule: Only cases with a line of this schedule of rates; empty for any.
        cases: Only these references; empty for every open case.
        replaced: Wrong code to right code; only cases with a wrong one are taken.

    Raises:
        InvalidDecisionError: A code stands for itself, or is both wrong and right.
    """

    authorities: tuple[str, ...] = ()
    lot: str = ""
    schedule: str = ""
    cases: tuple[str, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse replacements that cannot be meant."""
        problems = [
            f"{old} would be replaced by {new}, which is itself to be replaced"
            if old != new
            else f"{old} would be replaced by itself"
            for old, new in sorted(self.replaced.items())
            if new in self.replaced
        ]
        if not all(old.strip() and new.strip() for old, new in self.replaced.items()):
            problems.append("a code is empty")
        if problems:
            raise InvalidDecisionError(
                f"These codes cannot be replaced: {'; '.join(problems)}.",
                next_step="Give each wrong code once, as OLD=NEW.",
            )

    def plain(self) -> dict[str, Any]:
        """Return which cases, as kept with the repricing; the codes are kept beside it."""
        return shown(self, "authorities", "lot", "schedule", "cases")


def selection_from(plain: Mapping[str, Any], *, replaced: Mapping[str, str]) -> Selection:
    """Return a selection as it was kept.

    Args:
        plain: What ``Selection.plain`` returned.
        replaced: Wrong code to right code.
    """
    return from_plain(Selection, {**plain, "replaced": replaced})


@dataclass(frozen=True, slots=True)
class Cost:
    """What a case costs at one moment: at its award, or at its estimate before there is one.

    Args:
        contractor: Who is first in the award's order, or None before an award.
        net_pence: The works without VAT.
        total_pence: The works with VAT.
    """

    contractor: str | None
    net_pence: int
    total_pence: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a repricing would do, or did, to one case.

    Args:
        authority: Its authority's code.
        outcome: What becomes of it.
        before: What it costs now, or None where it has no price yet.
        after: What it would cost, or None where it keeps its price or cannot be priced.
        passes: The limits it would pass and does not pass now, in words.
        why: Why it is left, or what stands in the way.
    """

    reference: str
    authority: str
    outcome: Outcome
    before: Cost | None = None
    after: Cost | None = None
    passes: tuple[str, ...] = ()
    why: str = ""

    @property
    def difference_pence(self) -> int | None:
        """After less before, with VAT, or None where one of them is not known."""
        if self.before is None or self.after is None:
            return None
        return self.after.total_pence - self.before.total_pence

    @property
    def difference_percent(self) -> Decimal | None:
        """The difference in percent of before, to one decimal place, or None."""
        difference = self.difference_pence
        if difference is None or self.before is None or self.before.total_pence == 0:
            return None
        percent = Decimal(100 * difference) / self.before.total_pence
        return percent.quantize(_TENTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Totals:
    """What a repricing comes to; the sums are over cases with a price before and after.

    Args:
        counts: How many cases have each outcome.
        before_pence: Their prices now, with VAT.
        after_pence: Their prices then, with VAT.
        passing: How many would pass a limit.
    """

    counts: Mapping[Outcome, int]
    before_pence: int
    after_pence: int
    passing: int

    @property
    def difference_pence(self) -> int:
        """After less before."""
        return self.after_pence - self.before_pence


def in_order(cases: Iterable[Foreseen]) -> list[Foreseen]:
    """Return cases by difference, the greatest rise first; those without one last, by reference."""

    def rise(case: Foreseen) -> tuple[bool, int, str]:
        return case.difference_pence is None, -(case.difference_pence or 0), case.reference

    return sorted(cases, key=rise)


def totals_of(cases: Iterable[Foreseen]) -> Totals:
    """Return what some cases come to."""
    counts = dict.fromkeys(Outcome, 0)
    before = after = passing = 0
    for case in cases:
        counts[case.outcome] += 1
        passing += bool(case.passes)
        if case.before is not None and case.after is not None:
            before += case.before.total_pence
            after += case.after.total_pence
    return Totals(counts=counts, before_pence=before, after_pence=after, passing=passing)


def why_left(*, ended: bool, priced: bool, decided: bool, offered: bool, quotes: bool) -> str:
    """Return why a case keeps its price, as a clause; empty if it is priced again.

    Args:
        ended: It is paid, closed, or has left the pathway.
        priced: It has a price, or would have one but for a code that is now put right.
        decided: Its grant is decided.
        offered: Its works have been offered, and so may be ordered.
        quotes: Its price comes from a mini-competition.

    Source: s.34(5): a grant is redetermined only for circumstances beyond the applicant's control.
    """
    if ended:
        return "the case has ended"
    if not priced:
        return "it has no price yet, and will be priced as things stand then"
    if offered:
        return "its works are offered or ordered, and what was agreed stands"
    if decided:
        return "its grant is decided, and what it was decided on stands (s.34(5))"
    return "its price comes from quotes, and they stand" if quotes else ""


def units_disagree(
    *, lines: Iterable[tuple[int, str, str]], units: Mapping[str, str], replaced: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the lines whose code cannot be replaced because the unit is another, in words.

    Args:
        lines: Line number, code and unit of each line, with the codes that are to be replaced.
        units: The unit of each right code.
        replaced: Wrong code to right code.
    """
    return tuple(
        f"line {line} is {code} per {unit}, and {replaced[code]} is per {units[replaced[code]]}"
        for line, code, unit in lines
        if code in replaced and units[replaced[code]] != unit
    )


def repriced_words(*, before: Cost | None, after: Cost, replaced: Mapping[str, str]) -> str:
    """Return what else changes with a case's price, as a clause; empty if nothing does.

    Args:
        before: What it cost, or None where it had no price.
        after: What it costs.
        replaced: The codes put right: wrong code to right code.
    """
    words = [f"{old} is now {new}" for old, new in sorted(replaced.items())]
    if before is not None and before.contractor != after.contractor:
        words.append(f"{after.contractor} is first instead of {before.contractor}")
    if needs_direction(before=before, after=after):
        words.append("it needs its s.2(2)(b) direction again")
    return "; ".join(words)


def needs_direction(*, before: Cost | None, after: Cost) -> bool:
    """Say whether an award made anew is another one, for which no direction holds yet.

    Args:
        before: What the case cost at its award, or None.
        after: What it costs at the award made anew.

    Source: s.2(2)(b): the direction is given in the particular case, at its price.
    """
    if after.contractor is None:
        return False
    asked = (after.contractor, after.total_pence)
    return before is None or (before.contractor, before.total_pence) != asked
