"""The lot that covers some works, and its contractors as they stand on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from models.database import reading
from services.tenders import lots
from tests.factories import bring, case_at
from tests.small_service import AVON, BRIAR, CEDAR, PAPERS

TODAY = date(2026, 6, 1)
HEADER = "lot|title|work_types|authorities|award_rule|valid_from|valid_to"


def lot(url: str, *, work_type: str = "ramp", authority: str = "RBC", on: date = TODAY) -> str:
    with reading(url) as conn:
        found = lots.lot_for(conn, work_type=work_type, authority=authority, on=on)
    return found.code if found else "none"


def members(url: str, code: str = "SHOWERS") -> dict[str, lots.Member]:
    with reading(url) as conn:
        return {member.contractor.code: member for member in lots.members(conn, lot=code)}


@pytest.mark.sqlite
def test_a_lot_covers_its_work_types_in_its_authorities_between_its_dates(url: str) -> None:
    bring(url, "lots", f"{HEADER}\nRAMPS|Ramps|ramp;step|RBC|ranked|2026-06-01|2026-06-30")
    assert lot(url) == lot(url, work_type="step") == "RAMPS"
    assert lot(url, on=date(2026, 6, 30)) == "RAMPS"
    assert lot(url, on=date(2026, 5, 31)) == lot(url, on=date(2026, 7, 1)) == "none"
    assert lot(url, authority="WDC") == lot(url, work_type="ram") == "none"


@pytest.mark.sqlite
def test_of_two_lots_in_force_the_first_by_code_counts(url: str) -> None:
    rows = "\n".join(
        f"{code}|Ramps|ramp|RBC|ranked|2026-01-01|2026-12-31" for code in ("RAMPS-B", "RAMPS-A")
    )
    bring(url, "lots", f"{HEADER}\n{rows}")
    assert lot(url) == "RAMPS-A"
    with reading(url) as conn:
        found = lots.lots_for(conn, work_type="ramp", authority="RBC", on=TODAY)
    assert [row.code for row in found] == ["RAMPS-A", "RAMPS-B"]


@pytest.mark.sqlite
def test_a_lot_s_contractors_come_with_everything_that_decides_about_them(url: str) -> None:
    found = members(url)
    assert list(found) == [AVON, BRIAR, CEDAR]
    cedar = found[CEDAR]
    assert (cedar.rank, cedar.percentage) == (3, Decimal(10))
    assert cedar.contractor.authorities == {"RBC"}
    assert "tiling" in cedar.contractor.trades
    assert {paper.document for paper in cedar.contractor.documents} == set(PAPERS)
    assert (cedar.contractor.open_orders, cedar.contractor.open_value_pence) == (0, 0)


@pytest.mark.sqlite
def test_an_offer_that_is_out_counts_as_on_hand(url: str) -> None:
    case_at(url, "assign")
    avon = members(url)[AVON].contractor
    assert (avon.open_orders, avon.open_value_pence) == (1, 1_600_00)


@pytest.mark.sqlite
def test_pre_tendered_prices_are_held_by_package_and_contractor(url: str) -> None:
    with reading(url) as conn:
        assert lots.package_prices(conn, lot="SHOWERS") == {
            ("LAS", AVON): 1_600_00,
            ("LAS", BRIAR): 1_550_00,
            ("LAS", CEDAR): 1_700_00,
        }
        assert lots.package_prices(conn, lot="RAILS") == {}
