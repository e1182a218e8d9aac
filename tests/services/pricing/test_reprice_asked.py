"""Repricing before it runs: who may ask for which cases, and what the preview foresees."""

from __future__ import annotations

from typing import Any

import pytest

from rules.errors import (
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.decisions.specification import Specify
from services.pricing.reprice import cases_to_reprice
from services.pricing.works import ConfirmPrice
from tests.factories import act, bring, case_at, go, new_case
from tests.looking import contents, steps, trail
from tests.repricing import WHY, asked_for, carried_out, foreseen, new_version, outcomes
from tests.small_service import ADA, AVON, MIA, PACKAGE_PRICES, SCHEDULE, TESS, WENDY

DEARER = {"index": "10"}


def in_warwick(url: str, **options: str) -> str:
    """Bring a case of the other authority to its price, by that authority's own officer."""
    reference = new_case(url, authority="WDC", **options)
    go(reference)
    act(url, reference, Specify(), by=WENDY)
    return reference


# ---- who may ask, and for what -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "selection", "error", "words"),
    [
        (ADA, {}, NotPermittedError, "may not record a repricing"),
        (AVON, {}, NotPermittedError, "may not record a repricing"),
        (WENDY, {"authorities": ("RBC",)}, NotPermittedError, "does not serve authority RBC"),
        (WENDY, {"cases": ("DFG-1",)}, NotPermittedError, "does not serve authority RBC"),
        (WENDY, {}, InvalidDecisionError, "No open case would be priced again"),
        (TESS, {"cases": ("DFG-8", "DFG-9")}, UnknownReferenceError, "DFG-8, DFG-9"),
        (TESS, {"authorities": ("XYZ",)}, UnknownReferenceError, "no authority XYZ"),
        (TESS, {"lot": "NONE"}, UnknownReferenceError, "no lot NONE"),
        (TESS, {"schedule": "NONE"}, UnknownReferenceError, "no schedule NONE"),
        (TESS, {"cases": ("\x00",)}, UnknownReferenceError, "no case"),
        (TESS, {"cases": ("DFG-1",), "lot": "SHOWERS"}, InvalidDecisionError, "leaves out DFG-1"),
        (TESS, {"reason": " "}, MissingReasonError, "needs its reason"),
        ("nobody", {}, UnknownReferenceError, "Nobody is known"),
    ],
)
def test_what_may_not_be_asked_for_is_refused_and_changes_nothing(
    sqlite_service: str, by: str, selection: dict[str, Any], error: type[Exception], words: str
) -> None:
    case_at(sqlite_service, "price", route="call_off")
    before = contents(sqlite_service)
    with pytest.raises(error, match=words):
        asked_for(sqlite_service, by=by, **selection)
    assert contents(sqlite_service) == before


@pytest.mark.sqlite
def test_a_request_is_kept_with_who_why_and_which_and_asks_for_one_run(url: str) -> None:
    case_at(url, "price", reference="DFG-1", route="call_off")
    in_warwick(url, reference="DFG-2", route="call_off")
    repricing = asked_for(url, by=WENDY)
    (row,) = contents(url)["repricing"]
    assert row[1] == WENDY
    assert row[3:7] == (
        WHY,
        {"authorities": ["WDC"], "lot": "", "schedule": "", "cases": []},
        {},
        "asked",
    )
    assert cases_to_reprice(repricing).references == ("DFG-2",)
    keys = [row[1] for row in contents(url)["outbox"] if row[1].startswith("repricing")]
    assert keys == [f"repricing:{repricing}"]
    assert trail(url, "service")[-1] == "reprice: asked for"


def test_which_cases_are_meant(url: str) -> None:
    case_at(url, "price", reference="DFG-1", route="call_off")
    case_at(url, "tender", reference="DFG-2")
    in_warwick(url, reference="DFG-3", route="call_off")
    case_at(url, "specify", reference="DFG-4")
    meant: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"DFG-1", "DFG-2", "DFG-3"}),
        ({"authorities": ("WDC",)}, {"DFG-3"}),
        ({"lot": "SHOWERS"}, {"DFG-2"}),
        ({"lot": "RAILS"}, {"DFG-1", "DFG-3"}),
        ({"lot": "BUILD"}, set()),
        ({"schedule": "BASE"}, {"DFG-1", "DFG-2", "DFG-3"}),
        ({"cases": ("DFG-1", "DFG-3")}, {"DFG-1", "DFG-3"}),
        ({"replaced": {"TILE": "TRAY"}}, {"DFG-2"}),
    ]
    assert [(selection, set(foreseen(url, **selection))) for selection, _ in meant] == meant


# ---- the preview ---------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_the_preview_foresees_what_the_run_does_and_changes_nothing(url: str) -> None:
    case_at(url, "price", reference="DFG-1", route="call_off")
    case_at(url, "tender", reference="DFG-2", route="call_off")
    case_at(url, "approve", reference="DFG-3")
    case_at(url, "works", reference="DFG-4", route="call_off")
    case_at(url, "price", reference="DFG-5", route="quotes")
    new_version(url, SCHEDULE.replace("LIGHT |", "LAMP  |"), **DEARER)
    before = contents(url)
    expected = foreseen(url)
    assert contents(url) == before
    repricing = asked_for(url)
    carried_out(repricing)
    told = outcomes(url, repricing)
    assert {name: one[:3] for name, one in told.items()} == {
        name: (
            one.outcome,
            one.before.total_pence if one.before else None,
            one.after.total_pence if one.after else None,
        )
        for name, one in expected.items()
    }


def test_the_preview_names_the_limits_that_a_case_would_pass(url: str) -> None:
    reference = case_at(url, "approve", tenure="rp_tenant")
    bring(
        url,
        "package_prices",
        PACKAGE_PRICES.replace("1600", "31000").replace("1550", "31000").replace("1700", "32000"),
    )
    told = foreseen(url)[reference]
    assert told.difference_pence == 31_000_00 - 1_600_00
    expense, permitted = told.passes
    assert expense == "the expense of £31,000.00 passes the maximum grant of £30,000.00 (s.33(4))"
    assert permitted.endswith("passes the £2,000.00 that the landlord's pre-permission covers")
    carried_out(asked_for(url, by=MIA))
    assert steps(url, reference)["consent"].revision == 2, "and the run opens the consent again"


@pytest.mark.sqlite
def test_a_delegated_limit_that_nobody_in_the_authority_reaches_is_named(url: str) -> None:
    reference = in_warwick(url, reference="DFG-1")
    act(url, reference, ConfirmPrice(), by=WENDY)
    bring(url, "officers", LOWER)
    bring(
        url,
        "package_prices",
        PACKAGE_PRICES.replace("1600", "2600").replace("1550", "2600").replace("1700", "2700"),
    )
    assert foreseen(url)[reference].passes == (
        "the grant of £2,600.00 is above £2,500.00, the highest limit held in WDC (s.34)",
    )


LOWER = """
email            | name       | role              | authorities | approval_limit
wim@wdc.example  | Wim Warden | approving_officer | WDC         | 2500
"""
