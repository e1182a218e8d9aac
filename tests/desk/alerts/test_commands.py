"""`handrail alerts`: what stands, one with its arithmetic, answered, and whether the watch runs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import typer

from desk.cli import whole
from models.database import writing
from rules.pathway import StepName
from services.alerts.watch import raise_alerts
from services.alerts.watch_marks import WATCH, note_mark
from services.cases.runners import Runner
from tests.factories import case_at, live_at
from tests.journeys.commands import asked, handrail, refused, refused_as_json, typed
from tests.looking import contents
from tests.small_service import AUDREY, TESS

MONDAY = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def late(sqlite_service: str) -> str:
    """A case whose offer was to be answered by 18 June, on Monday 22 June."""
    live_at(MONDAY - timedelta(days=7))
    case_at(sqlite_service, "assign")
    live_at(MONDAY)
    raise_alerts()
    return sqlite_service


def number_of(what: str) -> str:
    """Return the number of the alert about something."""
    (alert,) = [one for one in asked("alerts", "list")["alerts"] if one["what"] == what]
    return str(alert["alert"])


def test_the_list_has_the_worst_first_and_says_who_holds_it(late: str) -> None:
    lines = handrail("alerts").splitlines()
    (offer,) = [line for line in lines if "answer the offer" in line]
    assert "Avon Access Ltd, 2026-06-15" in offer
    assert "2 working days late" in offer
    found = asked("alerts", "list")
    levels = [one["level"] for one in found["alerts"]]
    order = ["machine", "escalated", "late", "warning", "lapse"]
    assert levels == sorted(levels, key=order.index)
    assert (found["snoozed"], found["watch"]) == (0, None)


def test_it_is_asked_for_less_and_printed_for_machines(late: str) -> None:
    rows = list(csv.DictReader(io.StringIO(handrail("alerts", "list", "--csv", "--case", "DFG-1"))))
    (offer,) = [row for row in rows if row["what"] == "answer the offer"]
    assert offer["level"] == "late"
    assert offer["words"] == "Asked for by 18 June 2026."
    assert asked("alerts", "list", "--authority", "WDC")["alerts"] == []
    assert asked("alerts", "--case", "DFG-1") == asked("alerts", "list", "--case", "DFG-1")
    misplaced = typed("alerts", "--case", "DFG-1", "check")
    assert (misplaced.status, "options after `check`" in misplaced.err) == (2, True)
    for_avon = asked("alerts", "list", "--for", "AVON")["alerts"]
    assert {one["held_by"] for one in for_avon} == {"Avon Access Ltd"}
    assert "no authority XX" in refused("alerts", "list", "--authority", "XX")
    assert "no case" in refused("alerts", "list", "--case", "DFG-9")


def test_one_alert_is_shown_with_its_arithmetic_and_history(late: str) -> None:
    number = number_of("answer the offer")
    assert handrail("alerts", "show", number).splitlines() == [
        f"Alert {number}, late: DFG-1: answer the offer",
        "2 working days late.",
        "Asked for by 18 June 2026.",
        "With Avon Access Ltd since 15 June 2026.",
        (
            "Next: write to Avon Access Ltd at jobs@avon.example, then "
            "`handrail decide DFG-1 assign`. A reminder goes to them as well."
        ),
        "Raised on 22 June 2026.",
    ]
    assert "no alert 999" in refused("alerts", "show", "999")


def test_it_is_acknowledged_put_off_and_taken_back(late: str) -> None:
    number = number_of("answer the offer")
    why = ("--by", TESS, "--reason", "they rang")
    assert handrail("alerts", "ack", number, *why) == f"Alert {number} is acknowledged.\n"
    assert "they rang" in handrail("alerts", "show", number)
    off = handrail("alerts", "snooze", number, "--until", "2026-06-24", *why)
    assert off == f"Alert {number} is put off until 24 June 2026.\n"
    assert "1 more put off for now" in handrail("alerts")
    assert "answer the offer" not in handrail("alerts")
    assert "answer the offer" in handrail("alerts", "list", "--all")
    assert handrail("alerts", "unsnooze", number, "--by", TESS) == f"Alert {number} is back.\n"
    both = asked("alerts", "ack", "--case", "DFG-1", *why)
    assert both["cases"] == ["DFG-1"]
    assert len(both["alerts"]) > 1


def test_a_refusal_says_everything_and_changes_nothing(late: str) -> None:
    before = contents(late)
    number = number_of("answer the offer")
    off = ("alerts", "snooze", number, "--by", AUDREY, "--reason", "")
    said = refused(*off, "--until", "2026-09-01")
    assert "Audrey Audit is an auditor and may not answer alerts." in said
    assert "10 working days at most, until 6 July 2026" in said
    assert refused_as_json(*off, "--until", "2026-06-23")["error"] == "NotPermitted"
    assert "No alert is named" in refused("alerts", "ack", "--by", TESS, "--reason", "as agreed")
    assert contents(late) == before


def test_the_list_and_the_check_say_when_the_watch_does_not_run(late: str) -> None:
    runs = "The watch over the clocks runs, and nothing has stalled.\n"
    assert handrail("alerts", "check") == runs
    Runner("worker on atlas", kind="worker").sign(stopped=True)
    (shown,) = asked("alerts", "check")["runners"]
    assert (shown["name"], shown["stopped"]) == ("worker on atlas", True)
    live_at(MONDAY + timedelta(minutes=15, seconds=1))
    assert "The watch over the clocks last ran" in handrail("alerts")
    result = typed("alerts", "check")
    assert result.status == 1
    assert "it is to run every 5 minutes" in result.out
    assert asked("alerts", "list")["watch"].startswith("The watch over the clocks last ran")
    with writing(late) as conn:
        note_mark(conn, name=WATCH, now=MONDAY + timedelta(minutes=15))
    assert handrail("alerts", "check") == runs


def test_a_service_whose_watch_never_ran_says_so(sqlite_service: str) -> None:
    assert typed("alerts", "check").status == 1
    assert "has not run yet" in handrail("alerts")


def test_every_command_that_an_alert_names_is_there() -> None:
    decide = typer.main.get_command(whole()).commands["decide"].commands  # type: ignore[attr-defined]  # groups
    assert set(StepName) - set(decide) == {"order"}
