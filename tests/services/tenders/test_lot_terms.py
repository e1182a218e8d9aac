"""A lot's terms on a day at a place: the closest zone, the own rate before the common one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from models.database import reading
from services.tenders.lot_terms import LotPricing, terms_of
from tests.factories import bring
from tests.small_service import AVON, BRIAR, CEDAR, NOW, TERMS

TODAY = NOW.date()


@pytest.fixture
def lots(url: str) -> str:
    """Give the small service with the terms of its lots."""
    for kind, text in TERMS.items():
        bring(url, kind, text)
    return url


def terms(
    url: str,
    lot: str,
    *,
    postcode: str = "CV22 5AA",
    on: date = TODAY,
    codes: tuple[str, ...] | None = None,
) -> LotPricing:
    with reading(url) as conn:
        return terms_of(conn, lot=lot, postcode=postcode, on=on, codes=codes)


@pytest.mark.sqlite
def test_a_lot_of_which_nothing_is_said_prices_as_the_schedule_does(lots: str) -> None:
    assert terms(lots, "NONE") == LotPricing(
        zone=Decimal(1),
        zone_name="",
        out_of_hours=Decimal(0),
        rates={},
        rate_sources={},
        quote_days=10,
        price_weight=100,
        quality_weights={},
    )


@pytest.mark.sqlite
def test_the_terms_of_a_competition(lots: str) -> None:
    found = terms(lots, "BUILD")
    assert (found.quote_days, found.price_weight) == (8, 60)
    assert found.quality_weights == {"method": 25, "programme": 15}
    assert found.out_of_hours == 30


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("postcode", "factor", "name"),
    [
        ("CV22 5AA", "1.02", "Rugby town"),
        ("CV2 2AA", "1.1", "The villages"),  # not CV22
        ("cv225aa", "1.02", "Rugby town"),
        ("CV34 4LX", "1.1", "The villages"),
        ("B46 1AA", "1", ""),
        ("", "1", ""),
    ],
)
def test_the_zone_is_the_one_that_names_the_postcode_most_closely(
    lots: str, postcode: str, factor: str, name: str
) -> None:
    found = terms(lots, "RAILS", postcode=postcode)
    assert (found.zone, found.zone_name) == (Decimal(factor), name)


def test_every_contractor_has_its_own_rate_before_the_common_one(lots: str) -> None:
    found = terms(lots, "RAILS")
    assert found.rates == {
        AVON: {"RAIL": Decimal("43.25")},
        BRIAR: {"RAIL": Decimal(44)},
        CEDAR: {"RAIL": Decimal(44)},
    }
    assert found.rate_sources[AVON] == {
        "RAIL": "contract rate of lot RAILS (for AVON) from 1 April 2026"
    }
    assert found.rate_sources[BRIAR] == {"RAIL": "contract rate of lot RAILS from 1 January 2026"}


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("on", "rates"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 44),
        (date(2026, 3, 31), 44),
        (date(2026, 4, 1), Decimal("43.25")),
        (date(2026, 12, 31), Decimal("43.25")),
        (date(2027, 1, 1), None),
    ],
)
def test_a_rate_counts_from_its_first_day_to_its_last(
    lots: str, on: date, rates: Decimal | None
) -> None:
    assert terms(lots, "RAILS", on=on).rates.get(AVON, {}).get("RAIL") == rates


@pytest.mark.sqlite
def test_only_the_codes_asked_for_are_read(lots: str) -> None:
    header = "lot | contractor | code | rate | valid_from | valid_to\n"
    bring(lots, "contract_rates", header + "RAILS | BRIAR | TILE | 59 | 2026-01-01 | 2026-12-31")
    assert terms(lots, "RAILS").rates[BRIAR] == {"RAIL": 44, "TILE": 59}
    assert terms(lots, "RAILS", codes=("TILE", "NONE")).rates[BRIAR] == {"TILE": 59}
    assert terms(lots, "RAILS", codes=()).rates == {}
