"""`handrail batch`: a lot's waiting cases proposed, looked at, accepted or rejected, in words."""

from __future__ import annotations

import csv
import io
import time
from threading import Thread

from models.tables.many_cases import BatchAward
from services.batches.propose import propose_batch
from tests.factories import case_at, go
from tests.journeys.commands import asked, handrail, refused, refused_as_json, typed
from tests.looking import contents, rows, status_of
from tests.small_service import FINN, TESS, TOBY

PLAN = (
    *("--proportionate", "small works", "--legal", "s.2(2)(b)"),
    *("--auditable", "prices are frozen", "--necessary", "they wait"),
)
OF_TESS = ("--by", TESS, "--reason", "the cheapest within everybody's room")
AT_ONCE = ("--wait", "0")
SAVES = "Saves £50.00 of £3,150.00 (1.6 %) against the rule. 1 of 2 cases goes to another"


def two_waiting(url: str) -> None:
    for reference in ("DFG-1", "DFG-2"):
        case_at(url, "tender", reference=reference)


def test_a_batch_is_proposed_shown_and_accepted(sqlite_service: str) -> None:
    two_waiting(sqlite_service)
    said = handrail("batch", "propose", "SHOWERS", "--by", TESS, *AT_ONCE)
    assert "Batch 1 · lot SHOWERS · asked" in said
    assert "`handrail batch show 1` shows it." in said
    assert "is not worked out yet" in refused("batch", "accept", "1", *OF_TESS, *PLAN)
    propose_batch(1)

    shown = handrail("batch", "show", "1")
    assert SAVES in shown
    assert "The cheapest there is, proved by HiGHS" in shown
    assert "BRIAR at £1,550.00 instead of AVON at £1,600.00 by rotation: £50.00 less." in shown
    assert "`handrail batch accept 1` awards every case as proposed" in shown
    view = asked("batch", "show", "1")
    assert (view["rule_pence"], view["batch_pence"], view["case_count"]) == (3_150_00, 3_100_00, 2)
    first, second = view["cases"]
    assert (first["rule_contractor"], first["contractor"]) == ("AVON", "BRIAR")
    assert (first["difference_pence"], second["difference_pence"]) == (-50_00, 0)
    rows = list(csv.DictReader(io.StringIO(handrail("batch", "show", "1", "--csv"))))
    assert [(row["reference"], row["difference_pence"]) for row in rows] == [
        ("DFG-1", "-5000"),
        ("DFG-2", "0"),
    ]

    assert "2 cases are awarded as proposed" in handrail("batch", "accept", "1", *OF_TESS, *PLAN)
    assert f"Accepted by {TESS}: the cheapest within" in handrail("batch", "show", "1")
    (row,) = asked("batch", "list")
    assert (row["status"], row["decided_by"]) == ("accepted", TESS)
    assert "accepted" in handrail("batch", "list")
    assert "1,SHOWERS,accepted,2,315000,310000" in handrail("batch", "list", "--csv")
    for reference in ("DFG-1", "DFG-2"):
        last = asked("case", "history", reference)[-1]
        assert (last["actor"], last["action"]) == (TESS, "tender: award-batch")
        go(reference)
        assert status_of(sqlite_service, reference, "tender") == "done"
        assert asked("case", "show", reference)["total_pence"] == 1_550_00
    assert asked("verify") == {"sound": True, "findings": []}


def proposed_once_asked(url: str) -> None:
    """Work out the first batch award as soon as it is asked for."""
    until = time.monotonic() + 15
    while not rows(url, BatchAward) and time.monotonic() < until:
        time.sleep(0.05)
    propose_batch(1)


def test_the_command_waits_for_the_proposal(sqlite_service: str) -> None:
    two_waiting(sqlite_service)
    run = Thread(target=proposed_once_asked, args=(sqlite_service,))  # as its run does meanwhile
    run.start()
    words = ("batch", "propose", "SHOWERS", "--by", TESS, "--most-share", "60")
    view = asked(*words, "--wait", "20")
    run.join()
    assert view["status"] == "proposed"
    assert view["bounds"]["most_percent"] == "60"
    assert sorted(case["contractor"] for case in view["cases"]) == ["AVON", "BRIAR"]


def test_a_batch_that_cannot_be_says_why(sqlite_service: str) -> None:
    two_waiting(sqlite_service)
    handrail("batch", "propose", "SHOWERS", "--by", TESS, "--most-share", "40", *AT_ONCE)
    propose_batch(1)
    shown = handrail("batch", "show", "1")
    assert "Batch 1 · lot SHOWERS · impossible" in shown
    assert "DFG-1 alone is more than the most share of whoever has it." in shown
    assert "accept 1`" not in shown
    assert "Batch award 1 proposes nothing." in refused("batch", "reject", "1", *OF_TESS)


def test_a_rejected_batch_stays_as_it_is(sqlite_service: str) -> None:
    two_waiting(sqlite_service)
    handrail("batch", "propose", "SHOWERS", "--by", TESS, *AT_ONCE)
    propose_batch(1)
    words = ("--by", TOBY, "--reason", "prices will fall")
    assert "wait for their directions as before" in handrail("batch", "reject", "1", *words)
    assert f"Rejected by {TOBY}: prices will fall" in handrail("batch", "show", "1")
    error = refused_as_json("batch", "accept", "1", *OF_TESS, *PLAN)
    assert (error["error"], error["what"]) == (
        "AlreadyDecided",
        "Batch award 1 is already rejected.",
    )


def test_what_may_not_be_is_said_and_nothing_is_changed(sqlite_service: str) -> None:
    two_waiting(sqlite_service)
    handrail("batch", "propose", "SHOWERS", "--by", TESS, *AT_ONCE)
    propose_batch(1)
    before = contents(sqlite_service)
    showers = ("batch", "propose", "SHOWERS", "--by")
    for words, expected in (
        ((*showers, FINN), "may not record a batch award"),
        ((*showers, TESS, "--least-share", "101"), "A least share is 0 to 100 per cent"),
        ((*showers, TESS, "--most-share", "Infinity"), "A most share is 0 to 100 per cent"),
        (("batch", "propose", "LIFTS", "--by", TESS), "There is no lot LIFTS."),
        (("batch", "show", "7"), "There is no batch award 7."),
        (("batch", "accept", "1", *OF_TESS), "“award-batch” needs the PLAN sentence"),
        (("batch", "accept", "1", "--by", FINN, "--reason", "as agreed", *PLAN), "may not record"),
        (("batch", "reject", "1", "--by", TESS, "--reason", " "), "needs a reason"),
    ):
        assert expected in refused(*words)
    assert typed(*showers, TESS, "--least-share", "many").status == 2
    assert contents(sqlite_service) == before
