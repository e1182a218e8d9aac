"""`handrail delivery`: a plan listed, rehearsed and carried out from the command line."""

from __future__ import annotations

from models.tables.cases import Case
from models.tables.delivery import CarriedPlan
from tests.factories import bring, live_at, new_case
from tests.journeys.commands import asked, handrail, refused
from tests.looking import rows
from tests.services.delivery.merging import DAY, planned
from tests.small_service import ADAM, MIA

BY = ("--by", ADAM)


def test_a_plan_is_previewed_and_carried_out_with_the_same_figures(sqlite_service: str) -> None:
    bring(sqlite_service, "budgets", "authority | year | amount\nRBC | 2026 | 100\nWDC | 2026 | 20")
    new_case(sqlite_service)
    assert handrail("delivery", "list").startswith("There is no plan.")
    planned(sqlite_service)
    listed = handrail("delivery", "list")
    assert "UNITARY" in listed
    assert "planned" in listed
    shown = handrail("delivery", "preview", "unitary", *BY)
    assert "Nothing was changed." in shown
    assert "May approve for WU: Ada Able up to £30,000.00, Amos Able up to £1,000.00." in shown
    rehearsal = asked("delivery", "carry-out", "UNITARY", "--rehearse", *BY)
    assert rows(sqlite_service, CarriedPlan) == []
    assert "begins on 1 July 2026" in refused("delivery", "carry-out", "UNITARY", *BY)
    live_at(DAY)
    assert asked("delivery", "carry-out", "UNITARY", *BY) == rehearsal["outcome"]
    assert [row["authority"] for row in rows(sqlite_service, Case)] == ["WU"]
    (plan,) = asked("delivery", "list")
    assert plan["ended_at"].startswith("2026-07-01")
    again = handrail("delivery", "carry-out", "UNITARY", *BY)
    assert "0 open cases" in again
    assert "£120.00" in again


def test_a_manager_rehearses_and_carries_out_nothing(sqlite_service: str) -> None:
    planned(sqlite_service)
    assert "Mia Manage" in refused("delivery", "preview", "UNITARY", "--by", MIA)
    assert "There is no plan ODD." in refused("delivery", "preview", "ODD", *BY)
