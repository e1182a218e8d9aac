"""Social services are consulted where the authority is not itself they, by date (s.24(3))."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.pathway import StepStatus
from services.grants.approve import Approve
from services.grants.consulting import Consult, View
from tests.factories import act, bring, case_at, decide, refused
from tests.looking import status_of
from tests.small_service import NOW

TODAY = NOW.date()
HEAD = "authority|valid_from|arithmetic|consults\n"
COUNTY = HEAD + "RBC|2026-01-01|maximum_then_contribution|Warwickshire County Council"
UNITARY = COUNTY + "\nRBC|2026-02-01|maximum_then_contribution|"
CONSULTED = Consult(TODAY, View.NECESSARY_AND_APPROPRIATE)


@pytest.mark.sqlite
def test_no_grant_is_decided_before_the_county_was_consulted(url: str) -> None:
    bring(url, "grant_terms", COUNTY)
    reference = case_at(url, "approve")
    for decision in (Approve(approved=True), Approve(approved=False)):
        error = refused(url, reference, decision, StatuteError)
        assert error.what == "Warwickshire County Council was not consulted on DFG-1."
        assert error.section == "s.24(3)"
    decide(url, reference, CONSULTED)
    act(url, reference, Approve(approved=True))
    assert status_of(url, reference, "approve") is StepStatus.DONE
    refused(url, reference, CONSULTED, StepNotOpenError)


def test_a_unitary_consults_nobody_from_its_day(sqlite_service: str) -> None:
    bring(sqlite_service, "grant_terms", UNITARY)
    reference = case_at(sqlite_service, "approve")
    act(sqlite_service, reference, Approve(approved=True))
    assert status_of(sqlite_service, reference, "approve") is StepStatus.DONE


def test_nobody_was_consulted_tomorrow(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    early = Consult(TODAY + timedelta(days=1), View.NECESSARY_AND_APPROPRIATE)
    refused(sqlite_service, reference, early, InvalidDecisionError)
