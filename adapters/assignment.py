"""The cheapest assignment of a batch: by HiGHS where it is installed, else a good one.

HiGHS is asked twice: for the least cost, and then, at that cost, for the fewest cases that leave
the contractor the rule gives them to. Cases for which every contractor asks the same are one kind
to it, which keeps a lot of one package small. It counts in floating point, so that its answer is
counted again exactly before anybody sees it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from adapters import highs
from rules.batches.obstacles import obstacles, relaxations
from rules.batches.problem import EVERYTHING, Batch, Choice, WaitingCase, broken, cost
from rules.batches.search import greedy, improved
from rules.money import pounds

SECONDS: Final = 20.0
"""How long HiGHS may look for the cheapest assignment."""

_LEAST_SECONDS: Final = 0.5

ByRule = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Args:
        assignment: Case reference to contractor, or None where there is none.
        method: How it was found, and what that proves, in words.
        why: Why there is none, in words; empty where there is one.
    """

    assignment: Mapping[str, str] | None
    method: str
    why: str = ""


def assign(batch: Batch, *, by_rule: ByRule, seconds: float = SECONDS) -> Found:
    """Return the cheapest assignment of a batch that keeps every bound, or why there is none.

    Args:
        by_rule: Whom the rule gives each case: kept where another costs the same.
        seconds: How long the solver may take.
    """
    against = obstacles(batch)
    if against:
        return Found(None, "Counted: what the bounds allow.", " ".join(against))
    package = highs.installed()
    if package is None:
        return _greedily(batch, "the solver (the extra handrail[batch]) is not installed")
    return _solved(batch, by_rule, package, time.monotonic() + seconds)


def _greedily(batch: Batch, because: str) -> Found:
    """Return what the greedy method finds, and say that it proves nothing."""
    method = f"Found greedily, and not proved the cheapest: {because}."
    assignment = greedy(batch)
    if assignment is None:
        why = "The greedy method found no assignment within the bounds; there may be one."
        return Found(None, method, why)
    return Found(assignment, method)


def _solved(batch: Batch, by_rule: ByRule, package: ModuleType, until: float) -> Found:
    """Return what HiGHS finds, counted again."""
    name = highs.name(package)
    asked = _Asked(batch)
    answer = highs.least(asked.problem, highs=package, seconds=_left(until))
    if answer.values is None:
        if answer.proved:
            return Found(None, f"Proved by {name}.", _what_would_help(batch, package, until))
        return _greedily(batch, f"{name} found nothing in the time it had")
    counts = asked.counts(answer)
    nearest = _Asked(batch)
    nearest.stay_with(by_rule, cost=asked.cost(counts))
    again = highs.least(nearest.problem, highs=package, seconds=_left(until))
    if again.values is not None and asked.cost(nearest.counts(again)) <= asked.cost(counts):
        counts = nearest.counts(again)
    assignment = asked.given(counts, by_rule)
    if broken(batch, assignment):
        return _greedily(batch, f"the answer of {name} breaks a bound when counted exactly")
    if answer.proved:
        return Found(assignment, f"The cheapest there is, proved by {name}.")
    assignment = improved(batch, assignment)
    gap = cost(batch, assignment) - asked.cheapest - int(answer.bound)
    return Found(
        assignment,
        f"The best that {name} found in the time it had; "
        f"the cheapest could be up to {pounds(max(0, gap))} less.",
    )


def _left(until: float) -> float:
    return max(_LEAST_SECONDS, until - time.monotonic())


def _what_would_help(batch: Batch, package: ModuleType, until: float) -> str:
    """Return which bound would have to give way, as sentences."""
    helps: list[str] = []
    for words, other in relaxations(batch):
        if helps and time.monotonic() > until:
            break
        answer = highs.least(_Asked(other).problem, highs=package, seconds=_left(until))
        if answer.values is not None:
            helps.append(words)
    if not helps:
        return "No assignment keeps every bound, and no bound alone is to blame."
    return f"No assignment keeps every bound. There would be one if {', or if '.join(helps)}."


class _Asked:
    """A batch as a problem: how many cases of each kind each contractor has, and their value."""

    def __init__(self, batch: Batch) -> None:
        self.problem = highs.Problem()
        self.kinds = _kinds(batch)
        self.cells: list[tuple[int, Choice, int]] = []  # kind, choice, what it costs above least
        self.cheapest = 0
        for number, kind in enumerate(self.kinds):
            self._give_out(number, kind)
        self._bound(batch)

    def _give_out(self, number: int, kind: list[WaitingCase]) -> None:
        """Every case of a kind goes to somebody; its cost counts from the cheapest's."""
        least = min(choice.total_pence for choice in kind[0].choices)
        self.cheapest += least * len(kind)
        cells = {}
        for choice in kind[0].choices:
            above = choice.total_pence - least
            cell = self.problem.unknown(cost=float(above), most=float(len(kind)), whole=True)
            cells[cell] = 1.0
            self.cells.append((number, choice, above))
        self.problem.bind(cells, least=float(len(kind)), most=float(len(kind)))

    def _bound(self, batch: Batch) -> None:
        """Each contractor stays within its room and its share of the value, itself an unknown."""
        nets = [float(choice.net_pence) for _, choice, _ in self.cells]
        value = self.problem.unknown(cost=0.0)
        self.problem.bind({**dict(enumerate(nets)), value: -1.0}, least=0.0, most=0.0)
        for code, limit in batch.limits.items():
            own = {
                cell: nets[cell]
                for cell, (_, choice, _) in enumerate(self.cells)
                if choice.contractor == code
            }
            if limit.orders is not None:
                self.problem.bind(dict.fromkeys(own, 1.0), most=float(limit.orders))
            if limit.value_pence is not None:
                self.problem.bind(own, most=float(limit.value_pence))
            least, most = limit.least_percent / EVERYTHING, limit.most_percent / EVERYTHING
            if least:
                self.problem.bind({**own, value: -float(least)}, least=0.0)
            if most < 1:
                self.problem.bind({**own, value: -float(most)}, most=0.0)

    def stay_with(self, by_rule: ByRule, *, cost: int) -> None:
        """Ask instead for the fewest cases that leave the rule's contractor, at no more cost.

        Args:
            by_rule: Whom the rule gives each case.
            cost: What it may cost above the cheapest of each, in pence.
        """
        above = {cell: float(extra) for cell, (_, _, extra) in enumerate(self.cells) if extra}
        self.problem.bind(above, most=cost + highs.SMALLEST)
        self.problem.costs = [0.0] * len(self.problem.costs)
        for cell, (number, choice, _) in enumerate(self.cells):
            kept = sum(by_rule[case.reference] == choice.contractor for case in self.kinds[number])
            joining = self.problem.unknown(cost=1.0)
            self.problem.bind({cell: 1.0, joining: -1.0}, most=float(kept))

    def counts(self, answer: highs.Answer) -> list[int]:
        """Return how many cases of its kind each cell has.

        Args:
            answer: What HiGHS answered.
        """
        values = answer.values or ()
        return [round(value) for value in values[: len(self.cells)]]

    def cost(self, counts: list[int]) -> int:
        """Return what counts cost above the cheapest of each case, in pence.

        Args:
            counts: How many cases of its kind each cell has.
        """
        return sum(count * above for count, (_, _, above) in zip(counts, self.cells, strict=True))

    def given(self, counts: list[int], by_rule: ByRule) -> dict[str, str]:
        """Return who has each case; of a kind, those stay with the rule's contractor that can.

        Args:
            counts: How many cases of its kind each cell has.
            by_rule: Whom the rule gives each case.
        """
        left: list[dict[str, int]] = [{} for _ in self.kinds]
        for count, (number, choice, _) in zip(counts, self.cells, strict=True):
            left[number][choice.contractor] = count
        found = {}
        for kind, room in zip(self.kinds, left, strict=True):
            others = []
            for case in kind:
                code = by_rule[case.reference]
                if code is not None and room[code] > 0:
                    room[code] -= 1
                    found[case.reference] = code
                else:
                    others.append(case.reference)
            codes = (code for code, count in room.items() for _ in range(count))
            found |= dict(zip(others, codes, strict=False))
        return found


def _kinds(batch: Batch) -> list[list[WaitingCase]]:
    """Return the cases together for which the same contractors ask the same."""
    found: dict[tuple[tuple[str, int, int], ...], list[WaitingCase]] = {}
    for case in batch.cases:
        asks = tuple((one.contractor, one.total_pence, one.net_pence) for one in case.choices)
        found.setdefault(asks, []).append(case)
    return list(found.values())
