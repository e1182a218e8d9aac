"""Variations of an issued order: its works line by line, and what each change comes to.

What an order was awarded on is frozen. Its works are those lines with every approved change made to
them, one after the other, and are priced by the function that priced the order, on the terms frozen
with it: a line that nobody changed keeps its price to the penny, and so does a package.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from rules.clocks.dates import london_date
from rules.clocks.workdays import Calendar
from rules.errors import InvalidWorksError
from rules.money import pounds
from rules.numbers import written
from rules.pricing.rates import price
from rules.pricing.works import Priced, WorksLine
from rules.rates.terms import Terms
from rules.tenders.tendering import TenderInputs, price_of

GROWTH_PERCENT: Final = 10
"""Growth of an order, of what it was first issued for, past which it is flagged; not verified."""

RECORDED_WITHIN: Final = 1
"""Working days in which what was said by telephone is recorded."""


class Change(StrEnum):
    """What a variation does with a line."""

    OMIT = "omit"
    QUANTITY = "quantity"
    ADD = "add"
    BESPOKE = "bespoke"


class Limb(StrEnum):
    """For what a grant may be redetermined (s.34(5)): beyond the applicant's control each."""

    WORKS_COST = "works_cost"
    ANCILLARY_COST = "ancillary_cost"
    UNFORESEEABLE_WORKS = "unforeseeable_works"


LIMB_WORDS: Final[Mapping[str, str]] = {
    Limb.WORKS_COST: "the works cost more than was estimated",
    Limb.ANCILLARY_COST: "ancillary charges are more than was estimated",
    Limb.UNFORESEEABLE_WORKS: "works are needed that could not be foreseen",
}


@dataclass(frozen=True, slots=True)
class OrderWorks:
    """The works of an order, as they are priced, by their numbers.

    Args:
        scheduled: Those priced by the schedule on the contractor's terms, or by a package.
        quoted: Those at a sum of their own: one item each.
    """

    scheduled: Mapping[int, WorksLine]
    quoted: Mapping[int, WorksLine]

    @property
    def lines(self) -> dict[int, WorksLine]:
        """Every line, by number."""
        return dict(sorted({**self.scheduled, **self.quoted}.items()))


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line as it is after a change.

    Args:
        works: The line; None where it is omitted.
        quoted: Whether it is at a sum of its own.
    """

    line: int
    works: WorksLine | None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change comes to: net and VAT in pence, below zero for less."""

    net_pence: int
    vat_pence: int

    @property
    def total_pence(self) -> int:
        """Net and VAT."""
        return self.net_pence + self.vat_pence


def works_of(lines: Iterable[WorksLine], *, quoted: bool = False) -> OrderWorks:
    """Return the works of an order as it was awarded; at quoted sums, or priced by the schedule."""
    held = {line.line: line for line in lines}
    return OrderWorks({}, held) if quoted else OrderWorks(held, {})


def changed(works: OrderWorks, changes: Iterable[LineChange]) -> OrderWorks:
    """Return works with changes made to them, in their order."""
    scheduled, quoted = dict(works.scheduled), dict(works.quoted)
    for one in changes:
        scheduled.pop(one.line, None)
        quoted.pop(one.line, None)
        if one.works is not None:
            (quoted if one.quoted else scheduled)[one.line] = one.works
    return OrderWorks(scheduled, quoted)


def at_sum(line: WorksLine, *, quantity: Decimal, net_pence: int, source: str) -> WorksLine:
    """Return a line at a quoted net sum: one item, so that nothing is rounded."""
    return replace(
        line,
        description=f"{line.description} ({written(quantity)} {line.unit})",
        quantity=Decimal(1),
        unit="item",
        rate=Decimal(net_pence) / 100,
        index=Decimal(0),
        out_of_hours=False,
        rate_source=source,
    )


def price_works(works: OrderWorks, *, inputs: TenderInputs, contractor: str) -> Priced:
    """Price the works of an order on what was frozen with its award.

    Raises:
        InvalidWorksError: Nothing is left to price, or it cannot be priced so.
    """
    if not works.lines or (inputs.package and not works.scheduled):
        raise InvalidWorksError(
            "Nothing would be left of the order’s works.",
            next_step="End the order instead, with what was done.",
        )
    priced: list[Priced] = []
    if works.scheduled:
        lines = tuple(line for _, line in sorted(works.scheduled.items()))
        priced.append(price_of(replace(inputs, lines=lines), contractor=contractor))
    if works.quoted:
        own = [line for _, line in sorted(works.quoted.items())]
        if inputs.package:
            after = 1 + len(priced[0].lines)
            own = [
                replace(line, line=place, covers=(line.line,))
                for place, line in enumerate(own, start=after)
            ]
        terms = Terms()
        priced.append(price(lines=own, terms=terms, client=inputs.client, supplied_on=inputs.on))
    together = sorted((line for one in priced for line in one.lines), key=lambda p: p.works.line)
    net, vat = (sum(getattr(one, name) for one in priced) for name in ("net_pence", "vat_pence"))
    return Priced(tuple(together), net, vat, net + vat)


def differences(
    works: OrderWorks, changes: Iterable[LineChange], *, inputs: TenderInputs, contractor: str
) -> tuple[tuple[Difference, ...], Priced]:
    """Return what each change comes to, made one after the other, and the price after the last.

    They add up to the whole difference, whatever prices the works.

    Raises:
        InvalidWorksError: As ``price_works`` raises, of the works after all of them.
    """
    changes = tuple(changes)
    stands = price_works(works, inputs=inputs, contractor=contractor)
    found = []
    # What is put in comes first: omitting all there is, with something else in its place, is a
    # change that can be priced.
    for one in sorted(changes, key=lambda change: change.works is None):
        works = changed(works, [one])
        after = price_works(works, inputs=inputs, contractor=contractor)
        vat = after.vat_pence - stands.vat_pence
        found.append((one.line, Difference(after.net_pence - stands.net_pence, vat)))
        stands = after
    by_line = dict(found)
    return tuple(by_line[one.line] for one in changes), stands


def growth_words(*, first_pence: int, now_pence: int) -> str:
    """Say that an order has grown past the policy's share of what it was first issued for.

    Returns:
        A sentence; empty where it has not.
    """
    more = now_pence - first_pence
    if more * 100 <= first_pence * GROWTH_PERCENT:
        return ""
    percent = written(Decimal(more * 1000 // first_pence) / 10) if first_pence else "over 100"
    return (
        f"With this the order is {percent} % above the {pounds(first_pence)} that it was first "
        f"issued for; our policy flags more than {GROWTH_PERCENT} %."
    )


def recorded_late(*, said_at: datetime, recorded_at: datetime, calendar: Calendar) -> bool:
    """Say whether an instruction by telephone was recorded after the working day that it has."""
    by = calendar.add(london_date(said_at), RECORDED_WITHIN)
    return london_date(recorded_at) > by
