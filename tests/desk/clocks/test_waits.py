"""`handrail decide REF pause …` and `handrail case waits`, as officers type and read them."""

from __future__ import annotations

import pytest

from desk import output
from services.decisions.specification import Specify
from tests.factories import act, case_at, later
from tests.journeys.commands import asked, handrail, refused, refused_as_json
from tests.small_service import OTTO, TESS

HELD = "specify the works (technical officer)"
WHY = ("--by", TESS, "--reason", "her daughter rang")


def pause(*words: str) -> str:
    return handrail("decide", "DFG-1", "pause", *WHY, *words)


def test_a_pause_is_recorded_ended_and_shown_with_what_it_moved(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    said = pause("--cause", "hospital", "--from", "2026-06-01", "--evidence", "note of 1 June")
    assert said.startswith("Recorded on DFG-1.")
    assert "It is pause 1, to be looked at again on 29 June 2026. Standing still until" in said
    assert "specify the works (was due 15 June 2026)" in said
    later(days=9)
    said = handrail(*("decide", "DFG-1", "end-pause", *WHY, "--on", "05/06/2026"))
    assert "specify the works, now due 22 June 2026" in said
    act(sqlite_service, "DFG-1", Specify())
    said = handrail("case", "waits", "DFG-1")
    assert said.startswith(
        "The client has waited 70 days since 1 April 2026 (46 working days). "
        "Our controllable time is 41 working days: those outside every pause.\n"
    )
    rows = [line.split("│")[1:-1] for line in said.splitlines() if line.startswith("│ 2026")]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["2026-04-02", "2026-04-15", "assessor", "recommendation", "14", "20 %"],
        ["2026-04-16", "2026-05-31", "council", "before the first step", "46", "66 %"],
        ["2026-06-01", "2026-06-05", "client", "pause 1: hospital", "5", "7 %"],
        ["2026-06-06", "2026-06-10", "council", HELD, "5", "7 %"],
    ]
    assert "By party: council 51 days (73 %), assessor 14 days (20 %), client 5 days (7 %)." in said
    assert "Pause 1 · hospital · client: paused 1 to 5 June 2026. Evidence: note of 1 June." in said
    assert (
        "specify the works: stood still, due 15 June 2026 until then: paused since 1 June 2026 "
        "(on 1 June 2026)." in said
    )
    assert (
        "specify the works: went on, due 22 June 2026: paused 1 to 5 June 2026 (on 10 June 2026)."
        in said
    )


def test_for_a_machine_everything_is_there(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    pause("--cause", "away", "--from", "2026-05-04", "--to", "2026-05-08", "--evidence", "e-mail")
    handrail(
        *("decide", "DFG-1", "correct-pause", *WHY, "--number", "1", "--to", "2026-05-12"),
        *("--owner", "contractor", "--cause", "building_safety", "--evidence", "HSE letter"),
    )
    found = asked("case", "waits", "DFG-1")
    assert found["real_wait_days"] == sum(part["days"] for part in found["stretches"]) == 61
    assert found["real_wait_working_days"] == sum(p["working_days"] for p in found["parties"]) == 39
    assert found["controllable_working_days"] == 33
    assert (found["contact_on"], found["until"], found["over"]) == (
        "2026-04-01",
        "2026-06-01",
        False,
    )
    contractors = [part for part in found["stretches"] if part["party"] == "contractor"]
    assert contractors == [
        {
            "from": "2026-05-04",
            "to": "2026-05-12",
            "party": "contractor",
            "owner": "contractor",
            "what": "pause 1: building safety",
            "step": None,
            "days": 9,
            "working_days": 6,
        }
    ]
    (held,) = found["pauses"]
    assert (held["number"], held["cause"], held["evidence"]) == (
        1,
        "building_safety",
        "HSE letter",
    )
    assert (held["ended_on"], held["withdrawn"], held["recorded_at"]) == (
        "2026-05-12",
        False,
        "2026-06-01T09:00:00Z",
    )
    moved = [move for move in found["due_dates_moved"] if move["clock"] == "contact_to_completion"]
    assert [move["why"] for move in moved] == [
        "paused 4 to 8 May 2026",
        "pause 1 corrected: paused 4 to 12 May 2026",
    ]
    assert moved[0]["to_due"] == moved[1]["from_due"]


def test_a_withdrawn_pause_and_one_under_way_say_so(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    said = pause("--cause", "away", "--from", "4/5/2026", "--to", "4/5/2026", "--evidence", "note")
    assert "It is pause 1. No due date moved." in said  # it was a bank holiday, closed anyway
    handrail("decide", "DFG-1", "correct-pause", *WHY, "--number", "1", "--to", "2026-05-05")
    said = handrail("decide", "DFG-1", "correct-pause", *WHY, "--number", "1", "--withdraw")
    assert "Pause 1 counts no longer; it stays on record. Due dates moved: " in said
    pause("--cause", "client_choice", "--from", "2026-06-01", "--evidence", "letter")
    said = handrail("case", "waits", "DFG-1")
    assert "Pause 1 · away · client: withdrawn; it had said paused 4 to 5 May 2026." in said
    assert "Pause 2 · client's choice · client: paused since 1 June 2026. Evidence: letter." in said
    assert "To be looked at again on 29 June 2026." in said
    assert "contact to completion: moved from " in said


def test_what_cannot_be_is_refused_in_sentences(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    said = refused(
        *("decide", "DFG-1", "pause", *WHY, "--cause", "away", "--from", "2027-01-01"),
        *("--to", "2026-12-01", "--evidence", " "),
    )
    assert "It starts on 1 January 2027; a pause starts today or before." in said
    assert "It ends on 1 December 2026, before it starts on 1 January 2027." in said
    assert "Say what shows it" in said
    said = refused(
        "decide", "DFG-1", "end-pause", "--by", OTTO, "--reason", "as agreed", "--on", "1/6/2026"
    )
    assert "No pause is under way on DFG-1." in said
    assert refused_as_json("case", "waits", "DFG-9")["what"] == "There is no case DFG-9."


def test_the_tables_can_be_read_on_a_narrow_screen(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_at(sqlite_service, "sign-off")
    later(days=20)
    pause("--cause", "building_safety", "--from", "2026-06-05", "--evidence", "letter")
    monkeypatch.setattr(output.out, "width", 80)
    said = handrail("case", "waits", "DFG-1")
    rows = [line for line in said.splitlines() if line.startswith(("│", "┃", "┏", "└"))]
    assert max(map(len, rows)) <= 80
    assert any(line.startswith("│ 2026-06-05 │ 2026-06-21 │ client") for line in rows)
