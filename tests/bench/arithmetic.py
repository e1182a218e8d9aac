"""Pure arithmetic of `make bench`: a basket priced, and due dates reckoned, against bare sums."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from adapters.bank_holidays import bank_holidays
from rules.clocks.workdays import Calendar, calendar
from rules.pricing.rates import price
from rules.pricing.vat import VatClient
from rules.pricing.works import WorksLine
from rules.rates.terms import Terms
from services.ready import FIRST_YEAR, LAST_YEAR


def basket() -> tuple[str, float, float]:
    """Measure pricing a 40-line basket against bare Decimal arithmetic, in baskets a second."""
    lines = [
        WorksLine(n, f"C-{n}", "work", Decimal(n) / 4, "m", Decimal("34.2051"), frozenset())
        for n in range(1, 41)
    ]
    terms = Terms(percentage=Decimal("-3.5"))
    client = VatClient(declaration=True, date_of_birth=date(1950, 1, 1))
    penny, fifth = Decimal("0.01"), Decimal("0.2")

    def bare() -> Decimal:
        total = Decimal(0)
        for line in lines:
            net = (line.quantity * line.rate * terms.factor).quantize(penny, ROUND_HALF_UP)
            total += net + (net * fifth).quantize(penny, ROUND_HALF_UP)
        return total

    def ours() -> int:
        return price(
            lines=lines, terms=terms, client=client, supplied_on=date(2026, 6, 1)
        ).total_pence

    if ours() != int(bare() * 100):
        raise AssertionError("The two ways of pricing disagree.")
    return "a 40-line basket priced", *_in_turn(ours, bare, rounds=200)


def due_dates() -> tuple[str, float, float]:
    """Measure adding 20 working days to a date against plain date addition, in dates a second."""
    made, dates = _calendar(), _starts(1_000)

    def ours() -> None:
        for day in dates:
            made.add(day, 20)

    def bare() -> None:
        for day in dates:
            date.fromordinal(day.toordinal() + 28)

    return "1,000 due dates", *_in_turn(ours, bare, rounds=100)


def many_due_dates() -> float:
    """Return the milliseconds that 100,000 due dates take, the median of nine times."""
    made, dates = _calendar(), _starts(100_000)
    times = []
    for _ in range(9):
        began = time.perf_counter()
        for day in dates:
            made.add(day, 20)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times)


def _calendar() -> Calendar:
    days = bank_holidays(first_year=FIRST_YEAR, last_year=LAST_YEAR)
    return calendar(closed=[day for day, _ in days], first_year=FIRST_YEAR, last_year=LAST_YEAR)


def _starts(count: int) -> list[date]:
    start = date(2026, 6, 1).toordinal()
    return [date.fromordinal(start + n % 700) for n in range(count)]


def _in_turn(
    ours: Callable[[], object], bare: Callable[[], object], *, rounds: int
) -> tuple[float, float]:
    """Time two functions turn by turn, so that a drifting machine moves both; medians a second."""
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds):
        for name, function in (("ours", ours), ("bare", bare)):
            began = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - began)
    return 1 / statistics.median(times["ours"]), 1 / statistics.median(times["bare"])
