"""A hazard found in a home: its landlord is told what it owes, and the clocks ask for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters import clock
from models.database import reading, writing
from models.tables.clocks import Alert, Clock
from rules.clocks.clock_names import HAZARD_CLOCKS
from rules.errors import InvalidDecisionError, NotPermittedError, StepNotOpenError
from rules.hazards import Did, HazardKind
from rules.pathway import CaseStatus
from services.alerts.raising import sweep_clocks
from services.decisions.exits import Exit
from services.orders.hazards import LandlordDid, RecordHazard
from services.verification.verify import findings
from tests.factories import case_at, decide, later, refused
from tests.looking import messages, rows, running
from tests.small_service import AVON, BRIAR, TESS

MOULD = RecordHazard(HazardKind.DAMP_AND_MOULD, "black mould on the bathroom ceiling", False)
WIRES = RecordHazard(HazardKind.ANOTHER_OF_THE_REGULATIONS, "bare wires", True, told="called")


def of_hazards(url: str, reference: str) -> dict[str, str]:
    found = running(url, reference)
    return {name: found[name].due_on.isoformat() for name in HAZARD_CLOCKS if name in found}


def sound(url: str) -> bool:
    with reading(url) as conn:
        found = [one.sentence for one in findings(conn, lambda _: None, now=clock.now())]
    assert [one for one in found if "The file " not in one] == []
    return True


def test_a_social_landlord_is_told_once_and_asked_until_it_has_answered(url: str) -> None:
    reference = case_at(url, "certificates", tenure="rp_tenant")
    receipt = decide(url, reference, MOULD)
    assert "Oakfield" in receipt.notice or "written to (SI 2025/1042)" in receipt.notice
    (due,) = of_hazards(url, reference).values()
    (told,) = messages(url, "hazard_to_landlord")
    assert "black mould" in told["context"]["what"]
    assert told["context"]["asks"][0].startswith("investigate the hazard: by ")
    later(days=30)
    with writing(url) as conn:
        sweep_clocks(conn, now=clock.now())
    (late,) = [one for one in rows(url, Clock) if one["name"] == "investigate_hazard"]
    assert late["due_on"].isoformat() == due
    assert late["id"] in [row["clock_id"] for row in rows(url, Alert)]
    decide(url, reference, LandlordDid(1, Did.INVESTIGATED, clock.today()))
    assert of_hazards(url, reference).keys() == {
        *("summarise_hazard", "make_hazard_safe"),
        *("begin_hazard_works", "begin_hazard_works_at_last"),
    }
    for did in (Did.GAVE_SUMMARY, Did.MADE_SAFE, Did.CANNOT_BEGIN_YET):
        decide(url, reference, LandlordDid(1, did, clock.today()))
    assert of_hazards(url, reference).keys() == {"begin_hazard_works_at_last"}
    decide(url, reference, LandlordDid(1, Did.BEGAN_WORKS, clock.today()))
    assert of_hazards(url, reference) == {}
    assert len(messages(url, "hazard_to_landlord")) == 1
    assert sound(url)


def test_two_hazards_of_a_case_run_apart_and_one_in_error_asks_nothing(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "certificates", tenure="rp_tenant")
    decide(sqlite_service, reference, MOULD)
    decide(sqlite_service, reference, WIRES)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert of_hazards(sqlite_service, reference)["make_emergency_safe"] == tomorrow
    decide(sqlite_service, reference, LandlordDid(1, Did.RECORDED_IN_ERROR, clock.today()))
    assert of_hazards(sqlite_service, reference).keys() == {"make_emergency_safe"}
    first, second = messages(sqlite_service, "hazard_to_landlord")
    assert (first["context"]["emergency"], second["context"]["emergency"]) == (False, True)


def test_the_clocks_end_with_the_case(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "certificates", tenure="rp_tenant")
    decide(sqlite_service, reference, MOULD)
    decide(sqlite_service, reference, Exit(CaseStatus.WITHDRAWN))
    assert of_hazards(sqlite_service, reference) == {}
    assert sound(sqlite_service)


@pytest.mark.parametrize("tenure", ["owner", "private_tenant"])
def test_no_other_landlord_has_a_clock_and_it_says_so(sqlite_service: str, tenure: str) -> None:
    reference = case_at(sqlite_service, "price", tenure=tenure)
    receipt = decide(sqlite_service, reference, WIRES)
    assert "binds social landlords" in receipt.notice
    assert of_hazards(sqlite_service, reference) == {}
    assert messages(sqlite_service, "hazard_to_landlord") == []
    decide(sqlite_service, reference, LandlordDid(1, Did.INVESTIGATED, clock.today()))
    assert of_hazards(sqlite_service, reference) == {}


def test_a_contractor_tells_of_one_where_it_has_the_order_alone(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "works", tenure="rp_tenant")
    assert refused(sqlite_service, reference, MOULD, NotPermittedError, by=BRIAR)
    decide(sqlite_service, reference, MOULD, by=AVON)
    assert of_hazards(sqlite_service, reference).keys() == {"investigate_hazard"}
    answer = LandlordDid(1, Did.INVESTIGATED, clock.today())
    assert refused(sqlite_service, reference, answer, NotPermittedError, by=AVON)


def test_what_cannot_be_is_refused_and_changes_nothing(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "certificates", tenure="rp_tenant")
    day, other = timedelta(days=1), HazardKind.DAMP_AND_MOULD
    answer = LandlordDid(1, Did.INVESTIGATED, clock.today())
    assert refused(sqlite_service, reference, answer, StepNotOpenError)
    for wrong in (
        RecordHazard(other, " ", True),
        RecordHazard(other, "x" * 2_001, True),
        RecordHazard(other, "a\x00b", True),
        RecordHazard(other, "mould", True, aware_on=clock.today()),
        RecordHazard(other, "mould", True, told="called", aware_on=clock.today() + day),
    ):
        assert refused(sqlite_service, reference, wrong, InvalidDecisionError)
    decide(sqlite_service, reference, MOULD)
    for answer in (
        LandlordDid(2, Did.INVESTIGATED, clock.today()),
        LandlordDid(1, Did.INVESTIGATED, clock.today() + day),
        LandlordDid(1, Did.INVESTIGATED, clock.today() - day),
    ):
        assert refused(sqlite_service, reference, answer, InvalidDecisionError)
    decide(sqlite_service, reference, LandlordDid(1, Did.INVESTIGATED, clock.today()))
    again = LandlordDid(1, Did.INVESTIGATED, clock.today())
    assert refused(sqlite_service, reference, again, InvalidDecisionError, by=TESS)
