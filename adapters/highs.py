"""HiGHS, the solver of the extra ``handrail[batch]``: the least of a sum within linear bounds.

It is asked so that it always answers the same: one thread, one seed, to the penny.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any, Final

ENDLESS: Final = float("inf")
SMALLEST: Final = 0.5
"""Two sums of whole numbers that differ by less are the same."""

_OPTIONS: Final[Mapping[str, bool | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,  # by itself it stops within a ten-thousandth
    "mip_abs_gap": SMALLEST,
}


@dataclass(slots=True)
class Problem:
    """A sum to make least, and the rows that bind it. No unknown is below 0.

    Attributes:
        costs: What one of each unknown costs.
        most: The most of each; ``ENDLESS`` for no bound.
        whole: Whether it is counted in whole numbers.
    """

    costs: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    _starts: list[int] = field(default_factory=lambda: [0])
    _index: list[int] = field(default_factory=list)
    _value: list[float] = field(default_factory=list)
    _lower: list[float] = field(default_factory=list)
    _upper: list[float] = field(default_factory=list)

    def unknown(self, *, cost: float, most: float = ENDLESS, whole: bool = False) -> int:
        """Add an unknown and return its number.

        Args:
            cost: What one of it costs.
            most: The most of it.
            whole: Whether it is counted in whole numbers.
        """
        self.costs.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.costs) - 1

    def bind(
        self, terms: Mapping[int, float], *, least: float = -ENDLESS, most: float = ENDLESS
    ) -> None:
        """Add a row: some of the unknowns, each so many times, come to between two numbers.

        Args:
            terms: How many times each unknown counts, by its number.
            least: The least they may come to.
            most: The most.
        """
        self._index += terms.keys()
        self._value += terms.values()
        self._starts.append(len(self._index))
        self._lower.append(least)
        self._upper.append(most)

    def put_to(self, highs: ModuleType) -> Any:
        """Return the problem as HiGHS takes it."""
        model = highs.HighsLp()
        model.num_col_, model.num_row_ = len(self.costs), len(self._lower)
        model.col_cost_ = self.costs
        model.col_lower_, model.col_upper_ = [0.0] * len(self.costs), self.most
        kind = highs.HighsVarType
        model.integrality_ = [kind.kInteger if one else kind.kContinuous for one in self.whole]
        model.row_lower_, model.row_upper_ = self._lower, self._upper
        model.a_matrix_.format_ = highs.MatrixFormat.kRowwise
        model.a_matrix_.start_ = self._starts
        model.a_matrix_.index_ = self._index
        model.a_matrix_.value_ = self._value
        return model


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS answered.

    Args:
        values: Of each unknown; None where it found nothing.
        proved: It is proved that nothing costs less, or that there is nothing.
        bound: Nothing costs less than this.
    """

    values: tuple[float, ...] | None
    proved: bool
    bound: float = 0.0


@cache
def installed() -> ModuleType | None:
    """Return the package, or None where the extra is not installed."""
    try:
        import highspy
    except ImportError:
        return None
    return highspy


def name(highs: ModuleType) -> str:
    """Return what the solver is called, with its version."""
    return f"HiGHS {highs.Highs().version()}"


def least(problem: Problem, *, highs: ModuleType, seconds: float) -> Answer:
    """Return the values of least cost.

    Args:
        seconds: How long it may take.
    """
    solver = highs.Highs()
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.setOptionValue("time_limit", seconds)
    solver.passModel(problem.put_to(highs))
    solver.run()
    status, known = solver.getModelStatus(), highs.HighsModelStatus
    if status == known.kInfeasible:
        return Answer(None, proved=True)
    info = solver.getInfo()
    if info.primal_solution_status != int(highs.kSolutionStatusFeasible):
        return Answer(None, proved=False)
    values = tuple(solver.getSolution().col_value)
    return Answer(values, proved=status == known.kOptimal, bound=max(0.0, info.mip_dual_bound))
