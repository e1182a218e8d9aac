"""A good assignment of a batch without a solver: cheapest first, put right, then made cheaper.

It keeps every bound that it can keep, exactly counted, and gives up rather than break one. It
proves nothing: a cheaper assignment may exist, and so may one where it found none.
"""

from collections.abc import Iterator
from decimal import Decimal

from rules.batches.problem import (
    EVERYTHING,
    Assignment,
    Batch,
    Choice,
    Limits,
    Load,
    WaitingCase,
    loads,
    takes,
)

_ONE_ORDER = Decimal(10) ** 15  # an order too many is worse than any value too much


class _Given:
    """Who has each case, counted, while cases move from one contractor to another."""

    def __init__(self, batch: Batch, assignment: Assignment) -> None:
        self.batch = batch
        self.who = dict(assignment)
        self.loads = loads(batch, assignment)
        self.total = sum(load.net_pence for load in self.loads.values())
        self.choices = {
            case.reference: {choice.contractor: choice for choice in case.choices}
            for case in batch.cases
        }

    def has(self, case: WaitingCase) -> Choice:
        """Return what the contractor that has a case asks for it."""
        return self.choices[case.reference][self.who[case.reference]]

    def move(self, case: WaitingCase, to: Choice) -> None:
        """Give a case to another contractor."""
        self.loads, self.total = self._after(case, to)
        self.who[case.reference] = to.contractor

    def excess(self) -> Decimal:
        """Return by how much bounds are passed; 0 where all hold."""
        return self._excess(self.loads, self.total)

    def excess_after(self, case: WaitingCase, to: Choice) -> Decimal:
        """Return by how much bounds would be passed if a case moved."""
        return self._excess(*self._after(case, to))

    def outside(self) -> tuple[set[str], bool]:
        """Return who has too much, and whether anybody has too little."""
        limits = self.batch.limits
        over = {
            code
            for code, load in self.loads.items()
            if _over(limits[code], load) or _above(limits[code], load, self.total) > 0
        }
        short = any(_below(limits[code], load, self.total) > 0 for code, load in self.loads.items())
        return over, short

    def _after(self, case: WaitingCase, to: Choice) -> tuple[dict[str, Load], int]:
        old = self.has(case)
        had = self.loads[old.contractor]
        less = Load(had.orders - 1, had.net_pence - old.net_pence)
        after = self.loads | {old.contractor: less}
        after[to.contractor] = after[to.contractor].with_works(to.net_pence)
        return after, self.total - old.net_pence + to.net_pence

    def _excess(self, held: dict[str, Load], total: int) -> Decimal:
        limits = self.batch.limits
        found = sum((_over(limits[code], load) for code, load in held.items()), Decimal(0))
        for code in self.batch.shared:
            limit, load = limits[code], held[code]
            found += _above(limit, load, total) + _below(limit, load, total)
        return found


def _over(limit: Limits, load: Load) -> Decimal:
    orders = 0 if limit.orders is None else max(0, load.orders - limit.orders)
    value = 0 if limit.value_pence is None else max(0, load.net_pence - limit.value_pence)
    return orders * _ONE_ORDER + value


def _above(limit: Limits, load: Load, total: int) -> Decimal:
    return max(Decimal(0), load.net_pence - limit.most_percent * total / EVERYTHING)


def _below(limit: Limits, load: Load, total: int) -> Decimal:
    return max(Decimal(0), limit.least_percent * total / EVERYTHING - load.net_pence)


def greedy(batch: Batch) -> dict[str, str] | None:
    """Return a good assignment that keeps every bound, or None where none was found.

    The cases that lose most by their second choice choose first. Where that breaks a bound, the
    move that mends most is made, the cheapest of those; then whatever single move makes it cheaper.
    """
    if not all(case.choices for case in batch.cases):
        return None
    given = _Given(batch, _cheapest_first(batch))
    if not _mend(given):
        return None
    _improve(given)
    return given.who


def improved(batch: Batch, assignment: Assignment) -> dict[str, str]:
    """Return an assignment in which no single case can move to a cheaper contractor.

    Args:
        assignment: One that keeps every bound.
    """
    given = _Given(batch, assignment)
    _improve(given)
    return given.who


def _cheapest_first(batch: Batch) -> dict[str, str]:
    """Give each case to the cheapest that has room, or to the cheapest where nobody has."""
    held = dict.fromkeys(batch.limits, Load(0, 0))
    given = {}
    for case in sorted(batch.cases, key=_regret, reverse=True):
        ranked = _by_price(case)
        after = {one.contractor: held[one.contractor].with_works(one.net_pence) for one in ranked}
        fits = (code for code, load in after.items() if takes(batch.limits[code], load))
        code = given[case.reference] = next(fits, ranked[0].contractor)
        held[code] = after[code]
    return given


def _by_price(case: WaitingCase) -> list[Choice]:
    return sorted(case.choices, key=lambda choice: (choice.total_pence, choice.contractor))


def _regret(case: WaitingCase) -> tuple[bool, int]:
    """Return what a case loses by its second choice; one with a single choice goes before all."""
    ranked = _by_price(case)
    if len(ranked) == 1:
        return (True, 0)
    return (False, ranked[1].total_pence - ranked[0].total_pence)


def _mend(given: _Given) -> bool:
    """Move cases until every bound holds. Returns whether it came to that."""
    excess = given.excess()
    while excess > 0:
        moves = (
            (given.excess_after(case, to), to.total_pence - given.has(case).total_pence, case, to)
            for case, to in _mending_moves(given)
        )
        best = min(moves, key=lambda move: (*move[:2], move[2].reference), default=None)
        if best is None or best[0] >= excess:
            return False
        given.move(best[2], best[3])
        excess = best[0]
    return True


def _mending_moves(given: _Given) -> Iterator[tuple[WaitingCase, Choice]]:
    """Yield the moves away from whoever has too much, and all moves where somebody is short."""
    over, short = given.outside()
    for case in given.batch.cases:
        old = given.who[case.reference]
        if short or old in over:
            yield from ((case, choice) for choice in case.choices if choice.contractor != old)


def _improve(given: _Given) -> None:
    """Make the single moves that cost less, the greatest saving first, until there is none."""
    moved = True
    while moved:
        moved = False
        for _, case, to in sorted(_savings(given), key=lambda one: (-one[0], one[1].reference)):
            cheaper = to.total_pence < given.has(case).total_pence
            if cheaper and given.excess_after(case, to) == 0:
                given.move(case, to)
                moved = True


def _savings(given: _Given) -> Iterator[tuple[int, WaitingCase, Choice]]:
    for case in given.batch.cases:
        has = given.has(case).total_pence
        for choice in case.choices:
            if choice.total_pence < has:
                yield has - choice.total_pence, case, choice
