"""Money demanded back behind four considerations; the conditions of s.44 and their five years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters import clock
from models.case_queries import case_row
from models.database import reading
from rules.aftercare.repayment import Account, Breach
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError, StepNotOpenError
from services.aftercare.conditions import RecordBreach
from services.aftercare.repayments import (
    DemandRepayment,
    ReceiveRepayment,
    WaiveRepayment,
    account_on,
)
from services.verification.verify import findings
from tests.factories import case_at, decide, go, later
from tests.looking import messages, trail
from tests.small_service import ADA, FINN

CONSIDERED = {
    "hardship": "she has savings",
    "job": "no",
    "health": "she moves to be near the hospital",
    "care": "no",
}


def owner(url: str) -> str:
    reference = case_at(url, "aftercare", route="quotes")
    later(days=400)
    go(reference)
    return reference


def account(url: str, reference: str) -> Account:
    with reading(url) as conn:
        return account_on(conn, case_id=case_row(conn, reference=reference).id)


@pytest.mark.sqlite
def test_it_is_demanded_waived_in_part_and_received_to_the_penny(url: str) -> None:
    reference = owner(url)
    day = clock.today() - timedelta(days=3)
    decide(url, reference, DemandRepayment(day, 1_000_00, **CONSIDERED), by=ADA)
    (letter,) = messages(url, "repayment_to_client")
    assert letter["context"]["demanded_pence"] == 1_000_00
    go(reference)
    decide(url, reference, WaiveRepayment(250_00), by=ADA)
    go(reference)
    decide(url, reference, ReceiveRepayment(700_00, clock.today()), by=FINN)
    go(reference)
    with pytest.raises(InvalidDecisionError, match=r"£50\.00 is left"):
        decide(url, reference, ReceiveRepayment(50_01, clock.today()), by=FINN)
    decide(url, reference, ReceiveRepayment(50_00, clock.today()), by=FINN)
    assert account(url, reference) == Account(1_000_00, 250_00, 750_00)
    with pytest.raises(StepNotOpenError):
        decide(url, reference, WaiveRepayment(1), by=ADA)
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, DemandRepayment(day, 1, **CONSIDERED), by=ADA)
    with reading(url) as conn:
        said = [one.sentence for one in findings(conn, lambda _: None)]
    assert not [one for one in said if "demanded" in one or "changed" in one]


def test_what_was_considered_is_kept_off_the_record(sqlite_service: str) -> None:
    url = sqlite_service
    reference = owner(url)
    decide(url, reference, DemandRepayment(clock.today(), 0, **CONSIDERED), by=ADA)
    assert "hospital" not in str(trail(url, reference))


def test_nothing_is_demanded_before_the_four_are_considered(sqlite_service: str) -> None:
    url = sqlite_service
    reference = owner(url)
    with pytest.raises(InvalidDecisionError) as refused:
        decide(url, reference, DemandRepayment(clock.today(), 1_00, "none", " ", "", "no"), by=ADA)
    assert "(job)" in str(refused.value)
    assert "(health)" in str(refused.value)


def test_nothing_is_demanded_after_ten_years_nor_more_than_the_charge(sqlite_service: str) -> None:
    url = sqlite_service
    reference = owner(url)
    with pytest.raises(StatuteError, match="more than may be demanded"):
        decide(url, reference, DemandRepayment(clock.today(), 99_999_00, **CONSIDERED), by=ADA)
    before = date(2026, 5, 1)
    with pytest.raises(StatuteError):
        decide(url, reference, DemandRepayment(before, 1_00, **CONSIDERED), by=ADA)
    with pytest.raises(InvalidDecisionError, match="still to come"):
        decide(url, reference, DemandRepayment(date(2038, 1, 1), 1_00, **CONSIDERED), by=ADA)


def test_a_tenant_has_nothing_to_repay(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare", route="quotes", tenure="private_tenant")
    with pytest.raises(StatuteError, match="Only owners"):
        decide(url, reference, DemandRepayment(clock.today(), 1_00, **CONSIDERED), by=ADA)


def test_a_broken_condition_is_given_notice_of_once_within_its_five_years(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = owner(url)
    decide(url, reference, RecordBreach(Breach.OCCUPATION, clock.today(), "her daughter rang"))
    (notice,) = messages(url, "breach_to_client")
    assert notice["context"]["conditions_until"] == "2031-06-15"
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, RecordBreach(Breach.OCCUPATION, clock.today(), "again"))
    with pytest.raises(StatuteError, match="No condition of the grant ran"):
        decide(url, reference, RecordBreach(Breach.DISPOSAL, date(2031, 7, 1), "the registry"))
