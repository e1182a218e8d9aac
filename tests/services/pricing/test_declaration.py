"""The VAT declaration: recorded once, cited on each relieved line, and priced anew where needed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.database import writing
from models.tables.prices import Award
from rules.errors import InvalidDecisionError, NotPermittedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from services.competitions.direction import Direct
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.imports import ScheduleOptions, run_import
from services.pricing.vat import RecordDeclaration
from tests.factories import act, case_at, decide, go, new_case, pass_step, refused
from tests.looking import case, message_kinds, rows, status_of, step_of
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.services.pricing.priced import last_facts, lines_of, prices
from tests.small_service import ADA, AVON, FINN, MIA, NOW, OTTO

TODAY = NOW.date()
SIGNED = RecordDeclaration(date(2026, 5, 20), "D-1042")


def without_rails(url: str) -> None:
    """Bring in a version of the schedule from today on, in which there are no rails."""
    text = """
code  | short_description | unit | rate  | trade
LIGHT | Low-surface light | each | 95.25 | electrical
"""
    with writing(url) as conn:
        run_import(
            conn,
            kind="schedule",
            sheet=sheet(text, file="schedule.csv"),
            now=NOW,
            actor=MIA,
            schedule=ScheduleOptions("BASE", TODAY),
            said=ALL_MEANT,
            dry_run=False,
        )


@pytest.mark.sqlite
def test_a_declaration_is_held_with_its_date_and_cited_on_every_relieved_line(url: str) -> None:
    reference = case_at(url, "price", route="call_off", vat_declaration="no")
    assert prices(url, "estimate")[-1]["vat_pence"] == 74_10
    act(url, reference, SIGNED, by=OTTO, reason="signed at the visit")
    held = case(url, reference)
    assert (held.vat_declaration, held.vat_declared_on, held.vat_declaration_reference) == (
        True,
        date(2026, 5, 20),
        "D-1042",
    )
    estimate = prices(url, "estimate")[-1]
    assert (len(prices(url, "estimate")), estimate["vat_pence"]) == (2, 47_10)
    rail, light = lines_of(url, estimate)
    assert rail["vat_reason"].endswith(
        "on the client's declaration of eligibility of 20 May 2026 (reference D-1042)."
    )
    assert light["vat_reason"] == "Standard rate: no VAT relief applies to these works."
    step = step_of(url, reference, "price")
    assert (step.status, step.waiting_for) == (
        StepStatus.WAITING,
        "officer confirms the quantities (£417.60 with VAT)",
    )
    assert last_facts(url) == {
        "signed_on": "2026-05-20",
        "reference": "D-1042",
        "before": {"declaration": False, "signed_on": None, "reference": ""},
    }
    pass_step(url, reference, StepName.PRICE)
    assert status_of(url, reference, "tender") is StepStatus.WAITING


@pytest.mark.sqlite
def test_a_declaration_before_the_works_are_specified_waits_for_the_price(url: str) -> None:
    reference = new_case(url, route="call_off", vat_declaration="no")
    act(url, reference, SIGNED)
    act(url, reference, Specify())
    assert [row["vat_pence"] for row in prices(url, "estimate")] == [47_10]


@pytest.mark.sqlite
@pytest.mark.parametrize("route", ["call_off", "pre_priced"])
def test_a_declaration_after_the_tender_opens_it_again_at_the_new_vat(url: str, route: str) -> None:
    reference = case_at(url, "consent", route=route, vat_declaration="no", tenure="private_tenant")
    assert status_of(url, reference, "tender") is StepStatus.DONE
    before = prices(url, "tender")[-1]
    receipt = decide(url, reference, SIGNED)
    assert receipt.notice.startswith("The estimate is now £")
    assert receipt.notice.endswith(" with VAT. The works are tendered again with the new VAT.")
    assert step_of(url, reference, "tender").revision == 2
    go(reference)
    after = prices(url, "tender")[-1]
    assert (after["id"], after["net_pence"]) != (before["id"], 0)
    assert after["net_pence"] == before["net_pence"]
    assert after["vat_pence"] < before["vat_pence"]
    assert len(prices(url, "estimate")) == 2
    assert status_of(url, reference, "price") is StepStatus.DONE
    act(url, reference, Direct())
    assert status_of(url, reference, "tender") is StepStatus.DONE
    assert rows(url, Award)[-1]["price_id"] == after["id"]


@pytest.mark.sqlite
def test_a_tender_that_waits_for_its_direction_is_made_anew(url: str) -> None:
    reference = case_at(url, "tender", route="call_off", vat_declaration="no")
    act(url, reference, SIGNED)
    step = step_of(url, reference, "tender")
    assert (step.status, step.revision) == (StepStatus.WAITING, 1)
    assert [row["vat_pence"] for row in prices(url, "tender")] == [74_10, 47_10]
    assert [row["version"] for row in rows(url, Award)] == [1, 2]


def test_a_direction_not_yet_finished_does_not_keep_the_old_price(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "tender", route="call_off", vat_declaration="no")
    decide(url, reference, Direct())
    decide(url, reference, SIGNED)
    go(reference)
    assert status_of(url, reference, "tender") is StepStatus.WAITING
    assert prices(url, "tender")[-1]["vat_pence"] == 47_10


def test_an_open_competition_goes_on_as_it_is(url: str) -> None:
    reference = case_at(url, "tender", route="quotes", vat_declaration="no")
    before = step_of(url, reference, "tender")
    receipt = decide(url, reference, SIGNED)
    assert receipt.notice == "The estimate is now £605.00 with VAT."
    go(reference)
    assert step_of(url, reference, "tender") == before
    assert len(rows(url, Award)) == 1
    pass_step(url, reference, StepName.TENDER)
    (tender,) = prices(url, "tender")
    assert (tender["net_pence"], tender["vat_pence"]) == (7_800_00, 780_00)


@pytest.mark.sqlite
def test_a_competition_that_is_over_is_priced_again_at_the_quote_that_won(url: str) -> None:
    reference = case_at(
        url, "consent", route="quotes", vat_declaration="no", tenure="private_tenant"
    )
    told = message_kinds(url)
    receipt = decide(url, reference, SIGNED)
    assert "The competition's award is priced again with the new VAT." in receipt.notice
    go(reference)
    assert message_kinds(url) == told  # nobody is told twice who won
    assert status_of(url, reference, "tender") is StepStatus.DONE
    first, again = prices(url, "tender")
    assert (first["net_pence"], first["vat_pence"]) == (7_800_00, 1_560_00)
    assert (again["net_pence"], again["vat_pence"]) == (7_800_00, 780_00)
    assert rows(url, Award)[-1]["price_id"] == again["id"]
    assert rows(url, Award)[-1]["contractor"] == again["contractor"]


@pytest.mark.sqlite
def test_a_better_date_or_reference_leaves_the_tender_alone(url: str) -> None:
    reference = case_at(url, "tender", route="call_off")
    receipt = decide(url, reference, SIGNED)
    assert receipt.notice == "The estimate is now £417.60 with VAT."
    go(reference)
    assert len(rows(url, Award)) == 1
    assert step_of(url, reference, "tender").status is StepStatus.WAITING


@pytest.mark.sqlite
def test_a_declaration_is_kept_though_the_schedule_has_moved_on(url: str) -> None:
    """The paper is signed whatever became of the codes; what cannot be priced is said."""
    reference = case_at(
        url, "consent", route="call_off", vat_declaration="no", tenure="private_tenant"
    )
    without_rails(url)
    receipt = decide(url, reference, SIGNED)
    assert "The estimate could not be made anew: No schedule in force" in receipt.notice
    assert case(url, reference).vat_declaration is True
    assert len(prices(url, "estimate")) == 1
    go(reference)
    assert "RAIL (line 1)" in step_of(url, reference, "tender").trouble


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (
            RecordDeclaration(TODAY + timedelta(days=1)),
            "It cannot have been signed in the future (2 June 2026).",
        ),
        (
            RecordDeclaration(date(1941, 8, 16)),
            "It cannot have been signed before the client was born (16 August 1941).",
        ),
        (RecordDeclaration(TODAY, "D" * 61), "Its reference is longer than 60 characters."),
        (RecordDeclaration(TODAY, "D\x07"), "The words hold control characters (U+0007)"),
        (
            RecordDeclaration(TODAY + timedelta(days=9), "D" * 99),
            "It cannot have been signed in the future (10 June 2026). Its reference is longer",
        ),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(
    sqlite_service: str, decision: RecordDeclaration, said: str
) -> None:
    reference = case_at(sqlite_service, "price", vat_declaration="no")
    assert said in refused(sqlite_service, reference, decision, InvalidDecisionError).what


@pytest.mark.sqlite
def test_the_same_declaration_twice_is_refused(url: str) -> None:
    reference = case_at(url, "price", vat_declaration="no")
    act(url, reference, SIGNED)
    error = refused(url, reference, SIGNED, InvalidDecisionError)
    assert error.text() == "This declaration is on record already. Nothing was changed."


@pytest.mark.sqlite
def test_a_declaration_comes_before_the_grant_is_decided(url: str) -> None:
    reference = case_at(url, "approve", vat_declaration="no")
    decide(url, reference, Approve(approved=True), by=ADA)
    error = refused(url, reference, SIGNED, StepNotOpenError)
    assert "is decided" in error.what


@pytest.mark.parametrize("by", [FINN, AVON, ADA])
def test_only_officers_and_assessors_record_a_declaration(sqlite_service: str, by: str) -> None:
    reference = case_at(sqlite_service, "price", vat_declaration="no")
    error = refused(sqlite_service, reference, SIGNED, NotPermittedError, by=by)
    assert "may not record “declaration”" in error.what
