"""A competition's deadline is noon in London; its ranking is exact and says why."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.workdays import calendar
from rules.competitions.competition import (
    MOST_PENCE,
    deadline_after,
    deadline_on,
    in_words_of,
    is_over,
    later_deadline,
    problems_with_quote,
    quoted_lines,
    waits_for_award,
    waits_for_more,
    waits_for_quotes,
)
from rules.competitions.evaluation import (
    Bid,
    Ranked,
    evaluate,
    marks_missing,
    shown,
    weights_in_words,
)
from rules.errors import InvalidDecisionError
from rules.pricing.rates import price
from rules.pricing.vat import VatClient
from rules.pricing.works import WorksLine
from rules.rates.terms import Terms

CALENDAR = calendar(closed=[date(2026, 8, 31)], first_year=2026, last_year=2026)
JUNE = deadline_on(date(2026, 6, 15))


# ---- the deadline


def test_the_deadline_is_noon_in_london_in_summer_and_in_winter() -> None:
    assert deadline_on(date(2026, 6, 15)) == datetime(2026, 6, 15, 11, 0, tzinfo=UTC)
    assert deadline_on(date(2026, 12, 15)) == datetime(2026, 12, 15, 12, 0, tzinfo=UTC)
    assert in_words_of(JUNE) == "12 noon on Monday 15 June 2026"
    assert in_words_of(JUNE + timedelta(minutes=7)) == "12:07 on Monday 15 June 2026"


def test_the_deadline_counts_working_days_and_passes_over_a_bank_holiday() -> None:
    found = deadline_after(today=date(2026, 8, 27), days=2, calendar=CALENDAR)
    assert found == deadline_on(date(2026, 9, 1))


def test_a_quote_is_late_from_the_very_instant_of_the_deadline() -> None:
    assert not is_over(deadline=JUNE, now=JUNE - timedelta(microseconds=1))
    assert is_over(deadline=JUNE, now=JUNE)


@pytest.mark.parametrize(
    ("until", "now", "words"),
    [
        (date(2026, 6, 15), JUNE, "due by 12 noon on Monday 15 June 2026 already"),
        (date(2026, 6, 12), JUNE, "due by 12 noon on Monday 15 June 2026 already"),
        (date(2026, 6, 20), JUNE, "Saturday 20 June 2026 is no working day."),
        (date(2026, 6, 16), deadline_on(date(2026, 6, 16)), "has passed; give a day to come."),
    ],
)
def test_a_longer_deadline_is_later_to_come_and_a_working_day(
    until: date, now: datetime, words: str
) -> None:
    with pytest.raises(InvalidDecisionError, match=words):
        later_deadline(present=JUNE, until=until, now=now, calendar=CALENDAR)


def test_a_longer_deadline_is_noon_of_its_day_also_once_the_first_has_passed() -> None:
    later = JUNE + timedelta(days=2)
    found = later_deadline(present=JUNE, until=date(2026, 6, 22), now=later, calendar=CALENDAR)
    assert found == deadline_on(date(2026, 6, 22))


# ---- what is waited for


def test_what_is_waited_for_says_who_does_what_next() -> None:
    said = waits_for_quotes(deadline=JUNE, quotes=1, invited=3)
    assert said.startswith("quotes by 12 noon on Monday 15 June 2026 (1 of 3 in, sealed)")
    assert "--direct" in waits_for_more(quotes=1)
    assert "--direct" not in waits_for_more(quotes=0)
    assert "--extend-to" in waits_for_more(quotes=0)
    assert waits_for_award(quotes=2, unmarked=1, directed=False) == (
        "officer marks 2 quotes opened (1 not fully marked), then awards"
    )
    assert waits_for_award(quotes=2, unmarked=0, directed=False) == (
        "officer awards to one of 2 quotes opened"
    )
    assert waits_for_award(quotes=1, unmarked=0, directed=True) == "officer awards the quote"
    assert "--direct" in waits_for_award(quotes=1, unmarked=0, directed=False)
    assert "withdrawn" in waits_for_award(quotes=0, unmarked=0, directed=False)


# ---- sums


def test_a_quote_prices_every_line_and_no_sum_is_said_in_a_refusal() -> None:
    assert problems_with_quote(lines=[2, 1], line_net_pence={1: 5, 2: MOST_PENCE}) == ()
    found = problems_with_quote(lines=[1, 2], line_net_pence={1: MOST_PENCE + 1, 3: 77_777})
    assert found == (
        "A quote prices every line: 1, 2.",
        "Line 1: a quote is at most £1,000,000 a line.",
    )


@given(st.lists(st.integers(1, MOST_PENCE), min_size=1, max_size=9))
def test_works_at_quoted_sums_come_to_those_sums_to_the_penny(sums: list[int]) -> None:
    lines = [
        WorksLine(
            line=number,
            code=None if number % 2 else "X",
            description="Works",
            quantity=Decimal("3.7"),
            unit="m2",
            rate=Decimal("19.99"),
            vat_reliefs=frozenset(),
            index=Decimal("4.5"),
            out_of_hours=True,
        )
        for number in range(len(sums), 0, -1)
    ]
    quoted = {str(number): pence for number, pence in enumerate(sums, start=1)}
    found = price(
        lines=quoted_lines(lines=lines, line_net_pence=quoted, contractor="AVON", announced={}),
        terms=Terms(out_of_hours=Decimal(35)),
        client=VatClient(declaration=False, date_of_birth=None),
        supplied_on=date(2026, 6, 15),
    )
    assert [line.net_pence for line in found.lines] == sums
    assert found.net_pence == sum(sums)
    assert found.lines[0].works.description == "Works (3.7 m2)"
    assert found.lines[0].works.rate_source == "quote of AVON"


# ---- the evaluation

CRITERIA = ("method", "programme", "care")


@st.composite
def races(draw: st.DrawFn) -> tuple[list[Bid], int, dict[str, int]]:
    """Draw some bids and the weights they are compared by."""
    price_weight = draw(st.integers(1, 100))
    left = 100 - price_weight
    names = CRITERIA[: draw(st.integers(1, 3))] if left >= 3 else (CRITERIA[:1] if left else ())
    weights: dict[str, int] = {}
    for name in names[:-1]:
        weights[name] = draw(st.integers(1, left - (len(names) - len(weights) - 1)))
        left -= weights[name]
    if names:
        weights[names[-1]] = left
    marks = st.decimals(0, 100, places=2)
    total = st.one_of(st.sampled_from([1, 4_000_00, 4_000_01]), st.integers(1, 30_000_00))
    bids = [
        Bid(
            contractor=f"C{number}",
            net_pence=1,
            total_pence=draw(total),
            marks={name: draw(marks) for name in weights},
            turn=turn,
        )
        for number, turn in enumerate(draw(st.permutations(range(1, draw(st.integers(1, 6)) + 1))))
    ]
    return bids, price_weight, weights


def by_hand(bids: list[Bid], price_weight: int, weights: dict[str, int]) -> list[str]:
    """Rank bids with plain fractions, as the invitation says in words."""
    lowest = min(bid.total_pence for bid in bids)

    def points(bid: Bid) -> Fraction:
        found = Fraction(price_weight) * Fraction(lowest, bid.total_pence)
        for name, weight in weights.items():
            found += Fraction(str(bid.marks[name])) / 100 * weight
        return found

    rest = list(bids)
    order = []
    while rest:
        best = max(points(bid) for bid in rest)
        level = [bid for bid in rest if points(bid) == best]
        cheapest = min(bid.total_pence for bid in level)
        first = min((b for b in level if b.total_pence == cheapest), key=lambda bid: bid.turn)
        order.append(first.contractor)
        rest.remove(first)
    return order


@given(races())
def test_quotes_are_ranked_exactly_as_the_invitation_says(
    race: tuple[list[Bid], int, dict[str, int]],
) -> None:
    bids, price_weight, weights = race
    found = evaluate(bids=bids, price_weight=price_weight, quality_weights=weights)
    assert [quote.contractor for quote in found] == by_hand(bids, price_weight, weights)
    assert [quote.place for quote in found] == list(range(1, len(bids) + 1))
    assert all(0 < quote.points <= 100 for quote in found)
    cheapest = min(found, key=lambda quote: quote.total_pence)
    assert cheapest.price_score == 100
    assert cheapest.place_on_price == 1
    assert cheapest.price_points == price_weight
    again = evaluate(bids=bids[::-1], price_weight=price_weight, quality_weights=weights)
    assert again == found


def bid(contractor: str, total_pence: int, turn: int = 1, **marks: str) -> Bid:
    """Return a bid with its marks."""
    given_marks = {name: Decimal(mark) for name, mark in marks.items()}
    return Bid(contractor, total_pence, total_pence, given_marks, turn)


def of_two(first: Bid, second: Bid) -> tuple[Ranked, ...]:
    """Compare two bids at 60 for price and 40 for quality."""
    return evaluate(
        bids=[first, second], price_weight=60, quality_weights={"method": 25, "programme": 15}
    )


def test_quality_can_outweigh_the_lowest_price_and_the_file_says_how() -> None:
    best, other = of_two(
        bid("AVON", 5_000_00, method="90", programme="80"),
        bid("BRIAR", 4_500_00, method="60", programme="55.5"),
    )
    assert (best.contractor, best.place_on_price) == ("AVON", 2)
    assert best.explanation == (
        "Place 1: 88.50 points of 100: price 54.00 of 60 (£5,000.00, £500.00 above the lowest "
        "total), quality 34.50 of 40 (method 90, programme 80)."
    )
    assert other.explanation == (
        "Place 2: 83.33 points of 100: price 60.00 of 60 (£4,500.00, the lowest total), quality "
        "23.33 of 40 (method 60, programme 55.5)."
    )


def test_a_hair_decides_though_the_figures_shown_are_the_same() -> None:
    best, other = of_two(
        bid("AVON", 3_000_00, method="50.01", programme="50"),
        bid("BRIAR", 3_000_00, method="50", programme="50.01"),
    )
    assert shown(best.points) == shown(other.points) == "80.00"
    assert best.contractor == "AVON"
    assert best.points > other.points


def test_a_tie_goes_to_the_lower_total_then_by_turns_then_by_code() -> None:
    first, _ = of_two(
        bid("AVON", 6_000_00, method="100", programme="100"),
        bid("BRIAR", 3_000_00, method="25", programme="25"),
    )
    assert first.contractor == "BRIAR"
    assert first.points == 70
    alike = [bid("AVON", 5, turn=2), bid("BRIAR", 5, turn=1), bid("CEDAR", 5, turn=2)]
    found = evaluate(bids=alike, price_weight=100, quality_weights={})
    assert [quote.contractor for quote in found] == ["BRIAR", "AVON", "CEDAR"]
    assert {quote.place_on_price for quote in found} == {1}
    assert found[0].explanation == (
        "Place 1: 100.00 points of 100: price 100.00 of 100 (£0.05, the lowest total)."
    )


def test_every_mark_that_is_missing_is_named_before_anything_is_ranked() -> None:
    bids = [bid("BRIAR", 5, method="1"), bid("AVON", 5), bid("CEDAR", 5, method="1", programme="1")]
    weights = {"method": 25, "programme": 15}
    assert marks_missing(bids=bids, quality_weights=weights) == {
        "BRIAR": ("programme",),
        "AVON": ("method", "programme"),
    }
    with pytest.raises(InvalidDecisionError) as caught:
        evaluate(bids=bids, price_weight=60, quality_weights=weights)
    assert "AVON: method, programme; BRIAR: programme." in caught.value.what
    assert evaluate(bids=[], price_weight=100, quality_weights={}) == ()


@pytest.mark.parametrize(
    ("figure", "words"),
    [("0", "0.00"), ("100", "100.00"), ("1/200", "0.01"), ("1/201", "0.00"), ("200/3", "66.67")],
)
def test_points_are_shown_to_two_places_half_up(figure: str, words: str) -> None:
    assert shown(Fraction(figure)) == words


def test_how_quotes_are_weighed_is_said_before_they_are_asked_for() -> None:
    assert weights_in_words(price_weight=100, quality_weights={}) == (
        "Price alone decides: the lowest total with VAT comes first.",
    )
    weighed = weights_in_words(price_weight=60, quality_weights={"programme": 15, "method": 25})
    assert [words.split(".")[0] for words in weighed] == [
        "Price: 60 points of 100",
        "Quality: 40 points of 100",
    ]
    assert weighed[1].endswith("its points: method (25), programme (15).")
