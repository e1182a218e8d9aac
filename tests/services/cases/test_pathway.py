"""The whole pathway: every route and tenure comes to its end, and everything said of it holds."""

from __future__ import annotations

import pytest

from desk.verification.commands import sha256_of, verify_all
from models.database import reading
from models.tables.prices import Award
from models.tables.record import Document
from models.tables.works import Approval, Payment, WorkOrder
from rules.pathway import PATHWAY, StepName, StepStatus
from services.aftercare.charge import RegisterCharge
from services.aftercare.close import CloseCase
from services.competitions.direction import Direct
from services.decisions.specification import Specify
from tests.factories import act, case_at, decide, go, later, live_at, new_case
from tests.looking import case, message_kinds, rows, status_of, step_of, steps, waiting_rows
from tests.small_service import NOW

ROUTES = {
    "pre_priced": ("owner", ["certificate_request_to_applicant"]),
    "call_off": ("council_tenant", ["consent_request_to_landlord"]),
    "quotes": ("private_tenant", ["invitation_to_quote", "quote_chosen", "quote_regret"]),
}
EVERY_CASE = [
    *("approval_to_client", "offer_to_contractor", "order_to_contractor"),
    *("completion_to_client", "payment_to_contractor", "survey_to_client"),
]


def verified(url: str) -> list[str]:
    """Return what `handrail verify` says of the whole service."""
    with reading(url) as conn:
        return [finding.sentence for finding in verify_all(conn)]


@pytest.mark.sqlite
@pytest.mark.parametrize("route", ROUTES)
def test_a_case_of_every_route_comes_to_its_end(url: str, route: str) -> None:
    tenure, told = ROUTES[route]
    reference = case_at(url, "aftercare", route=route, tenure=tenure)
    assert case(url, reference).status == "paid"
    assert verified(url) == []
    (award,), (order,), (payment,) = rows(url, Award), rows(url, WorkOrder), rows(url, Payment)
    assert award["route"] == route
    assert order["contractor"] == award["contractor"]
    assert payment["amount_pence"] == rows(url, Approval)[0]["works_pence"]
    assert set(message_kinds(url)) >= {*EVERY_CASE, *told}
    live_at(NOW.replace(year=2027, month=7))
    if "charge" in step_of(url, reference, "aftercare").waiting_for:
        act(url, reference, RegisterCharge("CH-1"))
    standing = act(url, reference, CloseCase())
    assert (standing.case_status, standing.state_name) == ("closed", "CaseEnded")
    assert waiting_rows_of_messages(url) == []
    assert verified(url) == []


def waiting_rows_of_messages(url: str) -> list[str]:
    return [row.key for row in waiting_rows(url) if row.kind == "message"]


@pytest.mark.parametrize("tenure", ["rp_tenant", "licensee"])
def test_a_case_of_every_other_tenure_does_too(sqlite_service: str, tenure: str) -> None:
    case_at(sqlite_service, "aftercare", tenure=tenure)
    assert verified(sqlite_service) == []


def test_every_document_is_on_record_as_the_bytes_that_were_sent(url: str) -> None:
    case_at(url, "aftercare", tenure="private_tenant")
    found = rows(url, Document)
    assert [row["kind"] for row in found] == [
        *("consent_request", "certificate_form", "certificate_form"),
        *("award_record", "approval", "work_order", "completion"),
    ]
    for row in found:
        assert sha256_of(row["path"]) == row["sha256"]
        assert sha256_of(row["html_path"]) == row["html_sha256"]


@pytest.mark.sqlite
def test_price_consent_and_certificates_are_open_side_by_side(url: str) -> None:
    reference = case_at(url, "specify", tenure="private_tenant")
    standing = act(url, reference, Specify())
    assert [step for step, _ in standing.waiting] == ["price", "consent", "certificates"]
    assert standing.state_name == "AwaitingPriceConfirmation"
    assert standing.message.startswith("price: technical officer: officer confirms the quantities")
    assert "by 2026-06-04" in standing.message


def test_the_steps_of_a_waiting_case_name_who_and_by_when(url: str) -> None:
    reference = case_at(url, "assign", tenure="private_tenant")
    for step, row in steps(url, reference).items():
        assert row.owner
        assert row.due_on is not None
        assert (row.closed_at is None) == (step == "assign")
        assert row.trouble == ""


@pytest.mark.sqlite
def test_a_case_whose_steps_all_wait_is_left_as_it_is(url: str) -> None:
    reference = new_case(url)
    assert go(reference).state_name == "AwaitingSpecification"
    later(days=3)
    assert go(reference).state_name == "AwaitingSpecification"
    assert step_of(url, reference, "specify").opened_at == NOW


@pytest.mark.sqlite
def test_due_dates_pass_over_weekends_and_bank_holidays(url: str) -> None:
    live_at(NOW.replace(month=8, day=27))  # the Thursday before the late summer bank holiday
    reference = case_at(url, "tender")
    assert step_of(url, reference, "tender").due_on == NOW.date().replace(month=9, day=4)


@pytest.mark.sqlite
def test_every_procedure_waits_for_its_own_step(url: str) -> None:
    reference = case_at(url, "tender")
    assert set(steps(url, reference)) == {
        *(StepName.SPECIFY, StepName.PRICE, StepName.TENDER),
        *(StepName.CONSENT, StepName.CERTIFICATES),
    }
    decide(url, reference, Direct())
    go(reference)
    assert status_of(url, reference, "approve") is StepStatus.NOT_STARTED
    assert set(PATHWAY[StepName.APPROVE].requires) > {StepName.CERTIFICATES}
