"""`handrail forecast`: the likeliest to be late first, in words."""

from __future__ import annotations

from tests.journeys.commands import asked, handrail, refused
from tests.services.reports.test_forecast import history, running


def test_the_list_says_how_likely_and_why(sqlite_service: str) -> None:
    history(sqlite_service)
    running(sqlite_service, elapsed=6)
    running(sqlite_service, elapsed=20, first=91)
    found = asked("forecast", "list", "--authority", "RBC")
    (likely,) = found["clocks"]
    assert likely["case"] == "F-090"
    assert (likely["chance"], likely["elapsed"], likely["target"]) == ("0.629", 6, 15)
    assert (likely["likely_on"], found["late"]) == ("2026-07-03", 1)
    said = handrail("forecast", "list")
    assert "F-090" in said
    assert "1 are late already: `handrail sla` shows them." in said
    header, row = handrail("forecast", "list", "--csv").splitlines()
    assert header.startswith("case,authority,clock,holder,opened_on,due_on,elapsed,target,chance")
    assert row.startswith("F-090,RBC,consent,landlord,")
    assert "22 went past 15: about 63 in 100" in row


def test_nothing_known_is_said_and_an_unknown_authority_refused(sqlite_service: str) -> None:
    assert handrail("forecast", "list").startswith("No running clock can be forecast.")
    assert "There is no authority" in refused("forecast", "list", "--authority", "XYZ")
