"""A history of clocks whose law is known, so that a forecast can be held to the truth.

How long a clock lasts is drawn anew for each from a discrete Weibull law, whose pace is its
clock's, its authority's, its party's and its work type's. So the chance to go past a target is
known exactly, from the opening on and after any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, log
from random import Random
from typing import Final

from rules.clocks.workdays import Calendar
from rules.parties import Party
from rules.reports.forecast import Like
from tests.bench.trials import Moment, Past, Trial

SHAPE: Final = 1.5
"""Above 1: the longer it has lasted, the sooner it ends, as with works and answers."""

AUTHORITIES: Final = ("RBC", "WDC", "NBBC", "SDC", "NWBC", "WCC")
WORK_TYPES: Final = ("level_access_shower", "grab_rails", "stairlift", "ramp", "extension")
_TARGETS: Final = {"specify": 10, "consent": 15, "approve": 5, "works": 40, "pay_invoice": 20}
_PARTIES: Final = {"consent": Party.LANDLORD, "works": Party.CONTRACTOR}
_FIRMS: Final = 30
_WINDOW: Final = 720  # days


@dataclass(frozen=True, slots=True)
class Drawn:
    """One clock of the history, and the middle of its law."""

    past: Past
    middle: float  # working days


def history(
    *, count: int, today: date, calendars: dict[str, Calendar], seed: int = 1
) -> list[Drawn]:
    """Draw clocks opened over two years; those not over by today are running.

    Args:
        count: How many.
        today: Today.
        calendars: The working days of each of ``AUTHORITIES``.
        seed: Another number draws others.
    """
    chance = Random(seed)  # noqa: S311 - the same history each time
    return [_draw(chance, key, today, calendars) for key in range(count)]


def _draw(chance: Random, key: int, today: date, calendars: dict[str, Calendar]) -> Drawn:
    clock = chance.choice(tuple(_TARGETS))
    firm = chance.randrange(_FIRMS)
    party = f"{_PARTIES[clock].upper()}{firm}" if clock in _PARTIES else ""
    authority, work_type = chance.choice(AUTHORITIES), chance.choice(WORK_TYPES)
    like = Like(clock, party, authority, work_type)
    middle = _middle(like, firm if party else 0)
    opened_on = today - timedelta(days=chance.randrange(1, _WINDOW))
    over_on = calendars[authority].add(opened_on, drawn_days(chance, middle))
    over = over_on if over_on < today else None
    past = Past(key, like, opened_on, _TARGETS[clock], over, finished=over is not None)
    return Drawn(past, middle)


def _middle(like: Like, firm: int) -> float:
    """Return the working days that half of the clocks of this kind outlast."""
    of_authority = 0.7 + 0.12 * AUTHORITIES.index(like.authority)
    of_work = 0.8 + 0.1 * WORK_TYPES.index(like.work_type)
    of_party = 0.5 + firm / _FIRMS if like.party else 1.0
    return 0.8 * _TARGETS[like.clock] * of_authority * of_work * of_party


def drawn_days(chance: Random, middle: float) -> int:
    """Draw how many working days a clock lasts."""
    scaled: float = log(1 - chance.random()) / log(0.5)
    return ceil(middle * float(scaled ** (1 / SHAPE)))


def outlasts(days: int, middle: float) -> float:
    """Return the chance of the law to last more than so many working days."""
    return float(0.5 ** ((days / middle) ** SHAPE)) if days >= 0 else 1.0


def true_chance(drawn: Drawn, trial: Trial) -> float:
    """Return the chance to go past the target as the law has it, on the day of a trial."""
    target = drawn.past.target
    elapsed = (target + 1) // 2 if trial.moment is Moment.HALF else 0
    return outlasts(target, drawn.middle) / outlasts(elapsed - 1, drawn.middle)


def mean_gap(clocks: Sequence[Drawn], trials: Sequence[Trial]) -> float:
    """Return how far the chances foretold were from the true ones, on average."""
    by_key = {one.past.key: one for one in clocks}
    gaps = [
        abs(float(trial.chance) - true_chance(by_key[trial.key], trial))
        for trial in trials
        if trial.chance is not None
    ]
    return sum(gaps) / len(gaps)
