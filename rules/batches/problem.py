"""Batch award: many waiting cases of a lot given out together, within room and fair shares.

The lot's rule looks at one case at a time. A batch looks at all of them: what would the cheapest
assignment be that no contractor's room and no fair share forbids, and what would the rule have
given one by one? Both rest on the prices and reasons that each tender froze. Finding the cheapest
is for ``adapters.assignment``, or ``rules.batches.search`` without a solver; saying what it means
for ``rules.batches.words``.

Cost is with VAT, as the lowest price is; a contractor's room and share are net, as turns are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from rules.errors import InvalidDecisionError
from rules.money import pounds
from rules.numbers import percent, plain, shortened
from rules.sentences import several
from rules.tenders import awards

NOTHING = Decimal(0)
EVERYTHING = Decimal(100)

Assignment = Mapping[str, str]
"""Case reference → contractor's code."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What one contractor that may do the works of a case asks for them.

    Args:
        contractor: Contractor's code.
        rank: Its rank in the lot, 1 first, or None.
        total_pence: Its total with VAT.
        net_pence: Its net.
    """

    contractor: str
    rank: int | None
    total_pence: int
    net_pence: int


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case that waits for its direction.

    Args:
        tendered_at: When its award was made, UTC.
        rule: The rule it was made by.
        choices: The contractors that may do its works, by code.
    """

    reference: str
    tendered_at: datetime
    rule: str
    choices: tuple[Choice, ...]

    def choice(self, contractor: str) -> Choice:
        """Return what one of its contractors asks."""
        return next(choice for choice in self.choices if choice.contractor == contractor)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one contractor may have of a batch.

    Args:
        orders: The further orders it has room for, or None without a limit.
        value_pence: The further net value it has room for, or None without a limit.
        least_percent: The least share of the batch's net value it is to have.
        most_percent: The most.
    """

    orders: int | None = None
    value_pence: int | None = None
    least_percent: Decimal = NOTHING
    most_percent: Decimal = EVERYTHING


@dataclass(frozen=True, slots=True)
class Batch:
    """The cases of a lot that wait, and what binds giving them out. Made by ``make_batch``.

    Args:
        cases: In the order of their tenders; then by reference.
        limits: For every contractor that may do any of them.
        ledger: The lot's turns so far.
    """

    on: date
    cases: tuple[WaitingCase, ...]
    limits: Mapping[str, Limits]
    ledger: Mapping[str, awards.Ledger]

    @property
    def shared(self) -> tuple[str, ...]:
        """The contractors whose share is bounded."""
        return tuple(
            code
            for code, limit in self.limits.items()
            if limit.least_percent > NOTHING or limit.most_percent < EVERYTHING
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What a contractor would have of a batch: orders, and their net value in pence."""

    orders: int
    net_pence: int

    def with_works(self, net_pence: int) -> Load:
        """Return it with one more order.

        Args:
            net_pence: The order's net value.
        """
        return Load(self.orders + 1, self.net_pence + net_pence)


def check_shares(*, least_percent: Decimal, most_percent: Decimal) -> None:
    """Refuse fair shares that are no percentages or contradict each other, all at once.

    Args:
        least_percent: The least share of the batch's value for every contractor.
        most_percent: The most.

    Raises:
        InvalidDecisionError: With every problem.
    """
    problems = [
        f"A {name} share is 0 to 100 per cent, with at most 2 decimal places, "
        f"not {shortened(share)}."
        for name, share in (("least", least_percent), ("most", most_percent))
        if not (plain(share, EVERYTHING, 2) and share >= 0)
    ]
    if not problems and least_percent > most_percent:
        most, least = percent(most_percent), percent(least_percent)
        problems = [f"The least share, {least}, is above the most, {most}."]
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was asked for.")


def make_batch(
    *,
    on: date,
    cases: Iterable[WaitingCase],
    limits: Mapping[str, Limits],
    ledger: Mapping[str, awards.Ledger],
) -> Batch:
    """Return the batch of some cases, in an order that does not depend on how they came.

    Args:
        cases: The cases, once each.
        limits: By contractor; one that is left out may have anything.
        ledger: The lot's turns so far, by contractor.

    A contractor that has no room for any of the cases has no least share: it is full, not
    passed over.
    """
    ordered = [
        replace(case, choices=tuple(sorted(case.choices, key=lambda choice: choice.contractor)))
        for case in sorted(cases, key=lambda case: (case.tendered_at, case.reference))
    ]
    nets: dict[str, int] = {}
    for case in ordered:
        for choice in case.choices:
            least = min(choice.net_pence, nets.get(choice.contractor, choice.net_pence))
            nets[choice.contractor] = least
    bound = {code: limits.get(code, Limits()) for code in sorted(nets)}
    bound = {
        code: limit if takes(limit, Load(1, nets[code])) else replace(limit, least_percent=NOTHING)
        for code, limit in bound.items()
    }
    return Batch(on, tuple(ordered), MappingProxyType(bound), MappingProxyType(dict(ledger)))


def takes(limit: Limits, load: Load) -> bool:
    """Say whether a contractor has room for a load.

    Args:
        limit: What it may have.
        load: What it would have.
    """
    return (limit.orders is None or load.orders <= limit.orders) and (
        limit.value_pence is None or load.net_pence <= limit.value_pence
    )


# ---- an assignment, counted


def loads(batch: Batch, given: Mapping[str, str | None]) -> dict[str, Load]:
    """Return what each contractor of a batch would have.

    Args:
        given: Who has each case; None for nobody.
    """
    found = dict.fromkeys(batch.limits, Load(0, 0))
    for case in batch.cases:
        code = given[case.reference]
        if code is not None:
            found[code] = found[code].with_works(case.choice(code).net_pence)
    return found


def cost(batch: Batch, given: Mapping[str, str | None]) -> int:
    """Return what the cases cost together, with VAT, in pence; one that nobody has costs nothing.

    Args:
        given: Who has each case; None for nobody.
    """
    return sum(
        case.choice(code).total_pence
        for case in batch.cases
        if (code := given[case.reference]) is not None
    )


def broken(batch: Batch, assignment: Assignment) -> tuple[str, ...]:
    """Return every bound that an assignment breaks, in words; empty if it stands.

    Args:
        assignment: Who has each case.
    """
    problems = [
        f"{assignment.get(case.reference, 'Nobody')} may not do the works of {case.reference}."
        for case in batch.cases
        if assignment.get(case.reference) not in {one.contractor for one in case.choices}
    ]
    if problems:
        return tuple(problems)
    found = loads(batch, assignment)
    total = sum(load.net_pence for load in found.values())
    for code, limit in batch.limits.items():
        problems += breaks(code, limit, found[code], total)
    return tuple(problems)


def breaks(code: str, limit: Limits, load: Load, total_pence: int) -> list[str]:
    """Return the bounds that one contractor's load breaks, in words.

    Args:
        limit: What it may have.
        load: What it would have.
        total_pence: The batch's net value.
    """
    found = []
    if limit.orders is not None and load.orders > limit.orders:
        found.append(f"{code} has room for {further_orders(limit.orders)}, not {load.orders}.")
    if limit.value_pence is not None and load.net_pence > limit.value_pence:
        found.append(
            f"{code} has room for works of {pounds(limit.value_pence)}, "
            f"not {pounds(load.net_pence)}."
        )
    if load.net_pence * EVERYTHING < limit.least_percent * total_pence:
        found.append(f"{code} would have less than {percent(limit.least_percent)} of the value.")
    if load.net_pence * EVERYTHING > limit.most_percent * total_pence:
        found.append(f"{code} would have more than {percent(limit.most_percent)} of the value.")
    return found


def further_orders(count: int) -> str:
    """Return a number of orders that there is room for, in words.

    Args:
        count: How many.
    """
    return several(count, "further order")
