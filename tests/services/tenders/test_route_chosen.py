"""An officer's choice of route: said in the reasons, tendered anew, refused where it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from models.tables.competition import Competition
from models.tables.prices import Award
from rules.errors import InvalidDecisionError, MissingReasonError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.tenders.routes import Route
from services.competitions.direction import Direct
from services.competitions.routing import ChooseRoute
from services.grants.approve import Approve
from tests.factories import act, bring, case_at, decide, go, new_case, pass_step, refused
from tests.journeys.commands import handrail
from tests.looking import case, contents, message_kinds, rows, status_of, step_of, trail
from tests.services.pricing.versions import new_version
from tests.small_service import AVON, BRIAR, CEDAR, LOTS, PACKAGE_PRICES, SCHEDULE, TESS

CALL_OFF = ChooseRoute(Route.CALL_OFF)
QUOTES = ChooseRoute(Route.QUOTES)
PACKAGE = ChooseRoute(Route.PRE_PRICED, "LAS")
BY_RULE = ChooseRoute(None)
WET = """
package | title    | work_type           | code  | quantity
LAS     | Level access shower | level_access_shower | TRAY | 1
LAS     | Level access shower | level_access_shower | TILE | 8
WET     | Wet room | level_access_shower | TILE  | 8
WET     | Wet room | level_access_shower | LIGHT | 2
"""
WHY = "the client asked for their own tiles."


def award(url: str) -> dict[str, Any]:
    return rows(url, Award)[-1]


def routes(url: str) -> list[tuple[str, str | None]]:
    return [(row["route"], row["package"]) for row in rows(url, Award)]


SCHEDULE_WORDS = "by call-off from the schedule of rates"


def withdraw_code(url: str, code: str) -> None:
    """Bring in the schedule's next version, without a code."""
    left = [line for line in SCHEDULE.strip().splitlines() if not line.startswith(code)]
    new_version(url, "\n".join(left))


@pytest.mark.sqlite
def test_a_choice_before_the_works_are_tendered_is_what_they_are_tendered_by(url: str) -> None:
    reference = case_at(url, "specify")
    receipt = decide(url, reference, CALL_OFF, reason=WHY)
    assert receipt.notice == "The works are to be priced, by call-off from the schedule of rates."
    for step in (StepName.SPECIFY, StepName.PRICE):
        go(reference)
        pass_step(url, reference, step)
    made = award(url)
    assert (made["route"], made["package"], made["lot"]) == ("call_off", None, "SHOWERS")
    assert made["reasons"] == [
        f"Tess Tyler chose on 1 June 2026 that the works are priced {SCHEDULE_WORDS}: {WHY}",
        "By the rule: at a pre-tendered price for package LAS.",
        "The works have the items of package LAS, in the same quantities.",
        "A pre-tendered price for package LAS is held in a lot in force.",
    ]


@pytest.mark.sqlite
def test_a_tender_that_waits_is_made_anew_and_the_earlier_award_stays_on_record(url: str) -> None:
    reference = case_at(url, "tender")
    receipt = decide(url, reference, CALL_OFF)
    assert receipt.notice.startswith("The works are tendered again, by call-off")
    assert status_of(url, reference, "tender") is StepStatus.READY
    refused(url, reference, Direct(), StepNotOpenError)
    go(reference)
    assert routes(url) == [("pre_priced", "LAS"), ("call_off", None)]
    assert step_of(url, reference, "tender").revision == 1
    act(url, reference, Direct())
    assert status_of(url, reference, "tender") is StepStatus.DONE
    first, second = rows(url, Award)
    assert (first["direction"], bool(second["direction"])) == ("", True)


@pytest.mark.sqlite
def test_a_tender_that_is_decided_opens_again_and_the_approval_waits_for_it(url: str) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, CALL_OFF)
    error = refused(url, reference, Approve(approved=True), StepNotOpenError)
    assert "rests on tender, opened again" in error.what
    go(reference)
    tender = step_of(url, reference, "tender")
    assert (tender.revision, tender.status) == (2, StepStatus.WAITING)
    act(url, reference, Direct())
    act(url, reference, Approve(approved=True))
    assert status_of(url, reference, "assign") is StepStatus.WAITING
    refused(url, reference, QUOTES, StepNotOpenError)


@pytest.mark.sqlite
def test_a_direction_recorded_and_not_yet_filed_gives_way_to_another_route(url: str) -> None:
    reference = case_at(url, "tender")
    decide(url, reference, Direct())
    decide(url, reference, CALL_OFF)
    tender = step_of(url, reference, "tender")
    assert (tender.revision, tender.status, tender.outcome) == (2, StepStatus.READY, "")
    go(reference)
    assert routes(url)[-1] == ("call_off", None)
    assert status_of(url, reference, "tender") is StepStatus.WAITING


@pytest.mark.sqlite
def test_by_the_rule_again_undoes_the_choice(url: str) -> None:
    bring(url, "packages", WET)
    bring(url, "package_prices", f"{PACKAGE_PRICES.rstrip()}\nSHOWERS | WET | AVON | 900")
    reference = case_at(url, "tender")
    act(url, reference, ChooseRoute(Route.PRE_PRICED, "WET"))
    assert routes(url) == [("pre_priced", "LAS"), ("pre_priced", "WET")]
    assert "By the rule: at a pre-tendered price for package LAS." in award(url)["reasons"]
    net = {place["contractor"]: place["net_pence"] for place in award(url)["placings"]}
    assert net == {AVON: 900_00 + 1_200_00 - 190_50, BRIAR: None, CEDAR: None}
    act(url, reference, BY_RULE)
    assert routes(url)[-1] == ("pre_priced", "LAS")
    assert case(url, reference).route == ""
    assert "chose" not in " ".join(award(url)["reasons"])


def test_a_competition_that_is_under_way_is_cancelled_and_those_invited_are_told(url: str) -> None:
    bring(url, "lots", LOTS.replace("|rotation|", "|mini_competition|"))
    reference = case_at(url, "tender")
    assert routes(url) == [("quotes", None)]
    refused(url, reference, CALL_OFF, InvalidDecisionError)  # the lot has no other rule
    bring(url, "lots", LOTS)
    act(url, reference, CALL_OFF)
    assert [row["status"] for row in rows(url, Competition)] == ["cancelled"]
    assert message_kinds(url).count("competition_cancelled") == 3
    assert routes(url) == [("quotes", None), ("call_off", None)]
    act(url, reference, QUOTES)
    assert message_kinds(url).count("invitation_to_quote") == 6
    assert routes(url)[-1] == ("quotes", None)


@pytest.mark.sqlite
@pytest.mark.parametrize("step", ["tender", "approve"])
def test_what_changes_nothing_is_refused(url: str, step: str) -> None:
    reference = case_at(url, step)
    error = refused(url, reference, PACKAGE, InvalidDecisionError)
    assert error.what == "DFG-1 is priced at a pre-tendered price for package LAS already."
    assert "by the rule already" in refused(url, reference, BY_RULE, InvalidDecisionError).what
    act(url, reference, CALL_OFF)
    refused(url, reference, CALL_OFF, InvalidDecisionError)


@pytest.mark.sqlite
def test_a_route_that_the_works_cannot_go_is_refused_with_every_reason(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    error = refused(url, reference, ChooseRoute(Route.PRE_PRICED, "LAS"), InvalidDecisionError)
    assert error.what == (
        "DFG-1 cannot be priced at a pre-tendered price for package LAS. "
        "Line 1 (Ground-floor bedroom) is bespoke; only quotes price it. "
        "Lot BUILD awards by mini-competition only. No package LAS is for such works."
    )
    error = refused(url, reference, CALL_OFF, InvalidDecisionError)
    assert "bespoke" in error.what


@pytest.mark.sqlite
def test_a_package_that_nobody_holds_a_price_for_or_with_a_code_withdrawn_is_refused(
    url: str,
) -> None:
    bring(url, "packages", WET)
    reference = case_at(url, "tender")
    withdraw_code(url, "LIGHT")
    error = refused(url, reference, ChooseRoute(Route.PRE_PRICED, "WET"), InvalidDecisionError)
    assert "Nobody in lot SHOWERS holds a pre-tendered price for package WET." in error.what
    assert "LIGHT of package WET" in error.what


@pytest.mark.sqlite
def test_a_choice_needs_its_plan_and_belongs_to_an_officer(url: str) -> None:
    reference = case_at(url, "tender")
    before = contents(url)
    with pytest.raises(MissingReasonError):
        decide(url, reference, CALL_OFF, reason=" ")
    assert contents(url) == before
    decide(url, reference, CALL_OFF)
    assert [row for row in trail(url, reference) if "route" in row]


@pytest.mark.sqlite
def test_a_choice_that_no_longer_holds_is_trouble_that_says_what_to_do(url: str) -> None:
    reference = case_at(url, "specify")
    decide(url, reference, PACKAGE)
    pass_step(url, reference, StepName.SPECIFY)
    bring(url, "lots", LOTS.replace("level_access_shower", "stairlift"))
    go(reference)
    pass_step(url, reference, StepName.PRICE)
    trouble = step_of(url, reference, "tender").trouble
    assert trouble.startswith("DFG-1 cannot be priced at a pre-tendered price for package LAS")
    assert "No lot in force covers the works." in trouble
    assert "choose another route" in trouble
    bring(url, "lots", LOTS)
    go(reference)
    assert routes(url) == [("pre_priced", "LAS")]
    assert step_of(url, reference, "tender").trouble == ""


def test_works_made_from_a_package_go_at_its_price_with_adds_and_omits(url: str) -> None:
    reference = new_case(url)
    options = ("--omit", "TILE", "--add", "RAIL=2", "--replace", "--by", TESS)
    handrail("case", "package", reference, "LAS", *options)
    go(reference)
    for step in (StepName.SPECIFY, StepName.PRICE):
        pass_step(url, reference, step)
    made = award(url)
    assert routes(url) == [("pre_priced", "LAS")]
    assert made["reasons"][0] == (
        "The works were made from package LAS, with 1 item added and 1 item omitted."
    )
    net = {place["contractor"]: place["net_pence"] for place in made["placings"]}
    assert net == {
        AVON: 1_600_00 + 90_00 - 484_00,
        BRIAR: 1_550_00 + 94_50 - 508_20,
        CEDAR: 1_700_00 + 99_00 - 532_40,
    }
