"""How well the forecast did when it was tried on the past, in figures that can be told.

The Brier score is the mean square of what was foretold less what came (1 late, 0 in time): 0 is
perfect. Beside it stands that of somebody who always names each clock's share of late ones, knowing
it beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median_low
from typing import Final

from rules.reports.forecast import as_decimal
from tests.bench.trials import Moment, Trial

BAND: Final = 20
"""Chances are grouped by so many in 100."""

_PARTS: Final = 10_000  # chances are scored to a ten-thousandth, so that whole numbers are added


@dataclass(frozen=True, slots=True)
class Band:
    """The forecasts whose chance was so many in 100, and what came of them.

    Args:
        low: The lowest chance of the band, in 100.
        high: Where the next begins; 100 belongs to the last.
        forecasts: How many there were.
        foretold: Their mean chance, in 100; None where there were none.
        late: How many went past their target.
        came: The share that did, in 100; None where there were none.
    """

    low: int
    high: int
    forecasts: int
    foretold: Decimal | None
    late: int
    came: Decimal | None


@dataclass(frozen=True, slots=True)
class Score:
    """How well the forecast did at one moment.

    Args:
        moment: When the clocks were forecast.
        tried: How many were.
        silent: For how many nothing was foretold.
        silent_in_100: Their share.
        late: How many of the others went past their target.
        brier: The Brier score of the others, to four places; None where there are none.
        base_brier: That of each clock's own share of late ones, known beforehand.
        bands: The others by their chance.
        dated: For how many of them a likely date was told.
        median_error: Working days between it and the day that came, the median; None where none.
    """

    moment: Moment
    tried: int
    silent: int
    silent_in_100: Decimal | None
    late: int
    brier: Decimal | None
    base_brier: Decimal | None
    bands: tuple[Band, ...]
    dated: int
    median_error: int | None


class Scoring:
    """Takes in trials one after the other; ``score`` sums them up."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._tried = self._squares = 0
        self._bands = [[0, 0, 0] for _ in range(100 // BAND)]  # forecasts, parts foretold, late
        self._clocks: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])  # forecasts, late
        self._errors: list[int] = []

    def take(self, trial: Trial) -> None:
        """Take in one trial of this moment.

        Args:
            trial: What was foretold, and what came.
        """
        self._tried += 1
        if trial.chance is None:
            return
        parts = round(trial.chance * _PARTS)
        self._squares += (parts - _PARTS * trial.late) ** 2
        band = self._bands[min(parts * 100 // (BAND * _PARTS), len(self._bands) - 1)]
        band[:] = [band[0] + 1, band[1] + parts, band[2] + trial.late]
        clock = self._clocks[trial.like.clock]
        clock[:] = [clock[0] + 1, clock[1] + trial.late]
        if trial.half_by is not None and trial.lasted is not None:
            self._errors.append(abs(trial.half_by - trial.lasted))

    def score(self) -> Score:
        """Return the figures of everything taken in."""
        told = sum(count for count, _ in self._clocks.values())
        silent = self._tried - told
        base = sum(
            (Fraction(late * (count - late), count) for count, late in self._clocks.values()),
            Fraction(0),
        )
        return Score(
            moment=self._moment,
            tried=self._tried,
            silent=silent,
            silent_in_100=_share(100 * silent, self._tried, places=1),
            late=sum(late for _, late in self._clocks.values()),
            brier=_share(Fraction(self._squares, _PARTS**2), told, places=4),
            base_brier=_share(base, told, places=4),
            bands=tuple(self._band(number, *band) for number, band in enumerate(self._bands)),
            dated=len(self._errors),
            median_error=median_low(self._errors) if self._errors else None,
        )

    def _band(self, number: int, forecasts: int, parts: int, late: int) -> Band:
        return Band(
            low=number * BAND,
            high=(number + 1) * BAND,
            forecasts=forecasts,
            foretold=_share(Fraction(100 * parts, _PARTS), forecasts, places=1),
            late=late,
            came=_share(100 * late, forecasts, places=1),
        )


def scores(trials: Iterable[Trial]) -> tuple[Score, ...]:
    """Return how well the forecast did, at the opening and at half the target.

    Args:
        trials: Every trial.
    """
    held = {moment: Scoring(moment) for moment in Moment}
    for trial in trials:
        held[trial.moment].take(trial)
    return tuple(one.score() for one in held.values())


def verdict(score: Score) -> str:
    """Return what a score says, as a sentence.

    Args:
        score: How well the forecast did at one moment.
    """
    when = "At the opening" if score.moment is Moment.OPENING else "At half the target"
    if score.brier is None or score.base_brier is None:
        return f"{when}: {score.tried} clocks have had their time; too little is known to forecast."
    error = score.median_error
    date = ""
    if error is not None:
        days = f"{error} working day{'' if error == 1 else 's'}"
        date = f" Half of the likely dates were out by {days} or fewer."
    return (
        f"{when}: {score.tried - score.silent} of {score.tried} clocks were forecast, "
        f"{score.late} went past their target. Brier score {score.brier}; always naming each "
        f"clock's own share of late ones would score {score.base_brier}: {_compared(score)}.{date}"
    )


def _compared(score: Score) -> str:
    if score.brier is None or score.base_brier is None or score.brier == score.base_brier:
        return "no better and no worse"
    if score.brier < score.base_brier:
        return "the forecast does better"
    return "the forecast does worse, so do not rely on it yet"


def _share(part: Fraction | int, whole: int, *, places: int) -> Decimal | None:
    return as_decimal(Fraction(part) / whole, places=places) if whole else None
