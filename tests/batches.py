"""Small batches for tests: written as a table of totals, or drawn at random, and tried by force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from rules.batches.problem import Batch, Choice, Limits, WaitingCase, broken, cost, make_batch
from rules.tenders.awards import LOWEST_PRICE, RANKED, ROTATION, Ledger

ON = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
NO_LEDGER: Mapping[str, Ledger] = {}


def batch_of(
    totals: Mapping[str, Mapping[str, int]],
    *,
    limits: Mapping[str, Limits] | None = None,
    rule: str = ROTATION,
    ledger: Mapping[str, Ledger] = NO_LEDGER,
) -> Batch:
    """Return a batch of cases tendered at one moment: reference → contractor → total, VAT-free."""
    return make_batch(
        on=ON,
        cases=[
            WaitingCase(
                reference,
                AT,
                rule,
                tuple(Choice(code, rank, pence, pence) for rank, (code, pence) in choices(asked)),
            )
            for reference, asked in totals.items()
        ],
        limits=limits or {},
        ledger=ledger,
    )


def choices(asked: Mapping[str, int]) -> list[tuple[int, tuple[str, int]]]:
    """Return what contractors ask, each with its rank by its code."""
    return list(enumerate(sorted(asked.items()), start=1))


def by_force(batch: Batch) -> int | None:
    """Return the least cost of all assignments that keep every bound, or None without one."""
    references = [case.reference for case in batch.cases]
    ways = product(*([one.contractor for one in case.choices] for case in batch.cases))
    tried = (dict(zip(references, way, strict=True)) for way in ways)
    return min((cost(batch, one) for one in tried if not broken(batch, one)), default=None)


def _percents(values: list[str]) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(value) for value in values])


_LIMITS = st.builds(
    Limits,
    orders=st.none() | st.integers(0, 4),
    value_pence=st.none() | st.integers(0, 60),
    least_percent=_percents(["0", "0", "0", "10", "12.5", "33.33"]),
    most_percent=_percents(["100", "100", "100", "66.67", "50", "40"]),
)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Draw a batch small enough to be tried by force, often with nothing that fits it."""
    firms = ["AVON", "BRIAR", "CEDAR", "DALE"][: draw(st.integers(1, 4))]
    net = st.integers(1, 20)
    cases = []
    for number in range(draw(st.integers(1, 5))):
        may = draw(st.lists(st.sampled_from(firms), min_size=1, unique=True))
        asks = [(code, draw(net)) for code in may]
        cases.append(
            WaitingCase(
                f"DFG-{number}",
                AT,
                draw(st.sampled_from([ROTATION, LOWEST_PRICE, RANKED])),
                tuple(
                    Choice(code, firms.index(code) + 1, pence + draw(st.integers(0, 4)), pence)
                    for code, pence in asks
                ),
            )
        )
    limits = {code: draw(_LIMITS) for code in firms}
    turns = {code: Ledger(draw(net), 1, ON, place) for place, code in enumerate(firms)}
    return make_batch(on=ON, cases=cases, limits=limits, ledger=turns)
