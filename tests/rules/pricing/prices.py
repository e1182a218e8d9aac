"""What the tests of prices share: sound works, and the agreed formula in exact fractions.

``expected`` is an implementation of its own: it works in ``fractions.Fraction`` from the words of
the formula and of the reliefs, and asks nothing of ``rules.pricing``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from rules.cases import RELIEFS
from rules.pricing.rates import price
from rules.pricing.vat import VatClient
from rules.pricing.works import Priced, WorksLine
from rules.rates.terms import Terms

SUPPLIED = date(2026, 3, 2)
DECLARED = date(2026, 1, 15)
PENSIONER = VatClient(declaration=True, date_of_birth=date(1940, 1, 1))
NO_DECLARATION = VatClient(declaration=False, date_of_birth=date(1940, 1, 1))
DISABLED = frozenset({"disabled_adaptation"})
MOBILITY = frozenset({"mobility_aid_60plus"})

quantities = st.decimals(min_value=Decimal("0.001"), max_value=100_000, places=3)
rates = st.decimals(min_value=0, max_value=20_000, places=4)
percents = st.decimals(min_value=Decimal("-99.99"), max_value=200, places=2)
all_terms = st.builds(
    Terms,
    percentage=percents,
    zone=st.decimals(min_value=Decimal("0.001"), max_value=3, places=3),
    out_of_hours=st.decimals(min_value=0, max_value=200, places=2),
    zone_name=st.sampled_from(["", "North"]),
)
clients = st.builds(
    VatClient,
    declaration=st.booleans(),
    date_of_birth=st.none() | st.dates(max_value=SUPPLIED),
    private_home=st.booleans(),
    declared_on=st.none() | st.just(DECLARED),
)
shares = st.decimals(min_value=0, max_value=100, places=2) | st.just(Decimal(100))
indexes = st.sampled_from([Decimal(0), Decimal("2.5")]) | percents
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
            index=draw(indexes),
            out_of_hours=draw(st.booleans()),
            relief_percent=draw(shares),
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
        * (1 + Fraction(line.index) / 100)
        * (1 + Fraction(terms.percentage) / 100)
        * Fraction(terms.zone)
        * (1 + Fraction(terms.out_of_hours) / 100 if line.out_of_hours else 1)
        * 100
    )
    return net, nearest(net * expected_vat_rate(line, client))


def expected_vat_rate(line: WorksLine, client: VatClient) -> Fraction:
    """The blend of the best rate, for the share that is relieved, and of 20 % for the rest."""
    standard = Fraction(1, 5)
    share = Fraction(line.relief_percent) / 100
    best = standard
    if client.declaration and "disabled_adaptation" in line.vat_reliefs:
        best = Fraction(0)
    elif (
        client.declaration
        and "mobility_aid_60plus" in line.vat_reliefs
        and client.private_home
        and client.date_of_birth is not None
        and years_between(client.date_of_birth, SUPPLIED) >= 60
    ):
        best = Fraction(1, 20)
    return share * best + (1 - share) * standard


def years_between(born: date, on: date) -> int:
    """Full years, counted from the calendar; a leap day's birthday is 1 March of other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def priced(
    lines: list[WorksLine], terms: Terms | None = None, client: VatClient = PENSIONER
) -> Priced:
    return price(lines=lines, terms=terms or Terms(), client=client, supplied_on=SUPPLIED)


def assert_sums(result: Priced) -> None:
    assert result.net_pence == sum(line.net_pence for line in result.lines)
    assert result.vat_pence == sum(line.vat_pence for line in result.lines)
    assert result.total_pence == result.net_pence + result.vat_pence
