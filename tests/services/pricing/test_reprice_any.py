"""Whatever changes: the preview is what the run does, orders stand, and awards can be replayed."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.tables.prices import Award
from rules.pathway import StepName
from rules.tenders.tendering import from_plain, tender
from tests.factories import bring, case_at
from tests.looking import case, rows, status_of
from tests.repricing import asked_for, carried_out, foreseen, new_version, outcomes, prices_of
from tests.small_service import LOT_CONTRACTORS, MIA, PACKAGE_PRICES, SCHEDULE

ORDERED = ("DFG-5", "DFG-6")

CHANGES = st.fixed_dictionaries(
    {
        "index": st.decimals(-10, 25, places=2),
        "percentage": st.decimals(-20, 20, places=1),
        "package_price": st.integers(1_000, 31_000),
        "rate": st.decimals("0.01", 900, places=2),
    }
)


@pytest.fixture
def standing(sqlite_service: str) -> str:
    """Give cases at every stage that a repricing may find them at."""
    case_at(sqlite_service, "price", reference="DFG-1", route="call_off")
    case_at(sqlite_service, "tender", reference="DFG-2")
    case_at(sqlite_service, "approve", reference="DFG-3", route="call_off", tenure="rp_tenant")
    case_at(sqlite_service, "tender", reference="DFG-4", route="quotes")
    case_at(sqlite_service, "assign", reference="DFG-5")
    case_at(sqlite_service, "works", reference="DFG-6", route="call_off")
    return sqlite_service


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=CHANGES)
def test_whatever_changes_the_run_does_what_was_foreseen_and_orders_stand(
    standing: str, change: dict[str, object]
) -> None:
    ordered = {name: prices_of(standing, case(standing, name).id) for name in ORDERED}
    schedule = SCHEDULE.replace("| 95.25 |", f"| {change['rate']} |")
    new_version(standing, schedule, index=str(change["index"]))
    percentage = f"AVON | 1 | {change['percentage']}"
    bring(standing, "lot_contractors", LOT_CONTRACTORS.replace("AVON | 1 | 0", percentage))
    price = f"AVON       | {change['package_price']}"
    bring(standing, "package_prices", PACKAGE_PRICES.replace("AVON       | 1600", price))

    expected = {
        name: (one.outcome, one.before and one.before.total_pence, one.after)
        for name, one in foreseen(standing).items()
    }
    repricing = asked_for(standing, by=MIA)
    carried_out(repricing)

    told = outcomes(standing, repricing)
    assert {name: one[:3] for name, one in told.items()} == {
        name: (outcome, before, after and after.total_pence)
        for name, (outcome, before, after) in expected.items()
    }
    assert {name: prices_of(standing, case(standing, name).id) for name in ORDERED} == ordered
    assert {name for name, one in told.items() if one[0] == "left"} == {"DFG-4", *ORDERED}
    for name, one in told.items():
        if one[0] == "repriced" and one[1] != one[2] and name != "DFG-1":
            assert status_of(standing, name, StepName.TENDER) == "waiting"
    for made in rows(standing, Award):
        if made["route"] != "quotes":
            again = tender(from_plain(made["inputs"])).award.placings
            assert [asdict(one) | {"reasons": list(one.reasons)} for one in again] == (
                made["placings"]
            )
