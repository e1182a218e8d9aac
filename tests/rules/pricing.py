"""What the tests of prices share: sound works, and the agreed formula in exact fractions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from rules.rates import Priced, Terms, WorksLine, price
from rules.vat import RELIEFS, VatClient, vat_for

SUPPLIED = date(2026, 3, 2)
PENSIONER = VatClient(declaration=True, date_of_birth=date(1940, 1, 1))
NO_DECLARATION = VatClient(declaration=False, date_of_birth=date(1940, 1, 1))
DISABLED = frozenset({"disabled_adaptation"})
MOBILITY = frozenset({"mobility_aid_60plus"})

quantities = st.decimals(min_value=Decimal("0.001"), max_value=100_000, places=3)
rates = st.decimals(min_value=0, max_value=20_000, places=4)
percents = st.decimals(min_value=Decimal("-99.99"), max_value=200, places=2)
all_terms = st.builds(
    Terms,
    index=percents,
    percentage=percents,
    zone=st.decimals(min_value=Decimal("0.001"), max_value=3, places=3),
    out_of_hours=st.decimals(min_value=0, max_value=200, places=2),
)
clients = st.builds(
    VatClient,
    declaration=st.booleans(),
    date_of_birth=st.none() | st.dates(max_value=SUPPLIED),
    private_home=st.booleans(),
)
reliefs = st.frozensets(st.sampled_from(sorted(RELIEFS)))


def works(
    line: int = 1, code: str | None = "LAS-010", quantity: str = "1", **changes: Any
) -> WorksLine:
    """One sound line, to be changed by the test."""
    plain = WorksLine(
        line=line,
        code=code,
        description=f"Item {code}",
        quantity=Decimal(quantity),
        unit="m",
        rate=Decimal("34.20"),
        vat_reliefs=frozenset(),
        location="Bathroom",
        trade="plumbing",
    )
    return replace(plain, **changes)


@st.composite
def baskets(draw: st.DrawFn) -> list[WorksLine]:
    size = draw(st.integers(min_value=1, max_value=8))
    return [
        works(
            line=number,
            code=f"C{number}",
            quantity=str(draw(quantities)),
            rate=draw(rates),
            vat_reliefs=draw(reliefs),
        )
        for number in range(1, size + 1)
    ]


def nearest(amount: Fraction) -> int:
    """Round half away from zero, by the definition and without Decimal."""
    size = abs(amount)
    whole = size.numerator // size.denominator
    rounded = whole + (1 if size - whole >= Fraction(1, 2) else 0)
    return rounded if amount >= 0 else -rounded


def expected(line: WorksLine, terms: Terms, client: VatClient) -> tuple[int, int]:
    """Net and VAT of a line, worked out in fractions from the agreed formula."""
    net = nearest(
        Fraction(line.quantity)
        * Fraction(line.rate)
        * (1 + Fraction(terms.index) / 100)
        * (1 + Fraction(terms.percentage) / 100)
        * Fraction(terms.zone)
        * (1 + Fraction(terms.out_of_hours) / 100)
        * 100
    )
    rate = vat_for(reliefs=line.vat_reliefs, client=client, supplied_on=SUPPLIED).rate
    return net, nearest(net * Fraction(rate))


def priced(
    lines: list[WorksLine], terms: Terms | None = None, client: VatClient = PENSIONER
) -> Priced:
    return price(lines=lines, terms=terms or Terms(), client=client, supplied_on=SUPPLIED)


def assert_sums(result: Priced) -> None:
    assert result.net_pence == sum(line.net_pence for line in result.lines)
    assert result.vat_pence == sum(line.vat_pence for line in result.lines)
    assert result.total_pence == result.net_pence + result.vat_pence
