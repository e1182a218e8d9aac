"""No contract of the council's own is entered into while its standstill runs (s.51)."""

from __future__ import annotations

from datetime import date

import pytest

from adapters import clock
from models.tables.prices import Offer
from rules.errors import StatuteError
from rules.tenders import procurement
from services.assignment.decide import AnswerOffer
from tests.factories import act, bring, case_at, later, refused
from tests.looking import rows, status_of
from tests.small_service import AVON

ACCEPT = AnswerOffer(accepted=True)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every contract be at the threshold, so that these works are."""
    sums = procurement.Thresholds(date(2026, 1, 1), 1, 1_000_000_00)
    monkeypatch.setattr(procurement, "THRESHOLDS", (sums,))


def at_assign(url: str, *, framework: str = "no", goods: str = "no") -> str:
    header = "lot|price_weight|framework|contracting_party|goods"
    bring(url, "lot_terms", f"{header}\nSHOWERS|100|{framework}|council|{goods}")
    return case_at(url, "assign")


@pytest.mark.usefixtures("small")
def test_an_acceptance_waits_for_the_eighth_working_day_and_the_offer_with_it(url: str) -> None:
    reference = at_assign(url)
    error = refused(url, reference, ACCEPT, StatuteError, by=AVON)
    assert error.section == "Procurement Act 2023 s.51"
    assert "11 June 2026" not in error.what
    assert "10 June 2026" in error.what, "Monday 1 June is the first of the eight"
    (offer,) = rows(url, Offer)
    assert offer["expires_on"] > date(2026, 6, 10)
    later(days=9)
    assert clock.today() == date(2026, 6, 10)
    refused(url, reference, ACCEPT, StatuteError, by=AVON)
    later(days=1)
    act(url, reference, ACCEPT, by=AVON)
    assert status_of(url, reference, "assign").value == "done"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("framework", "goods"), [("yes", "no"), ("no", "yes")])
def test_a_framework_or_a_sum_below_its_threshold_waits_for_nothing(
    sqlite_service: str, framework: str, goods: str
) -> None:
    reference = at_assign(sqlite_service, framework=framework, goods=goods)
    act(sqlite_service, reference, ACCEPT, by=AVON)
    assert status_of(sqlite_service, reference, "assign").value == "done"
