"""Batch awards proposed: the cheapest beside the rule, within today's room, or why not."""

from __future__ import annotations

import pytest

from models.audit import SERVICE
from models.tables.record import Outbox
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from services.batches.batches import run_key
from services.batches.propose import NOBODY_WAITS, propose_batch
from services.competitions.direction import Direct
from tests.batch_awards import (
    TWO,
    asked,
    batch,
    capacity,
    not_accepted,
    proposed,
    waiting,
)
from tests.factories import bring, case_at, decide
from tests.looking import contents, rows, trail
from tests.small_service import (
    AVON,
    BRIAR,
    CEDAR,
    FINN,
    WENDY,
)


@pytest.mark.sqlite
def test_a_proposal_is_the_cheapest_beside_what_the_rule_gives_one_by_one(url: str) -> None:
    capacity(url, BRIAR=1)
    waiting(url, *TWO)
    number = asked(url)
    assert [row["key"] for row in rows(url, Outbox)][-1] == run_key(number)
    assert trail(url, SERVICE)[-1] == "batch award: asked for"
    found = propose_batch(number)
    assert (found.status, found.cases) == ("proposed", 2)
    made, cases = batch(url, number)
    assert (made.rule_pence, made.batch_pence) == (3_150_00, 3_150_00)
    assert made.method.startswith("The cheapest there is, proved by HiGHS")
    assert made.bounds == {
        "least_percent": "0",
        "most_percent": "100",
        "room": {
            AVON: {"orders": None, "value_pence": None},
            BRIAR: {"orders": 1, "value_pence": None},
            CEDAR: {"orders": None, "value_pence": None},
        },
    }
    assert {ref: (row.rule_contractor, row.contractor) for ref, row in cases.items()} == {
        "DFG-1": (AVON, AVON),
        "DFG-2": (BRIAR, BRIAR),
    }
    assert cases["DFG-1"].explanation == (
        "AVON at £1,600.00, as by rotation; BRIAR is cheaper (£1,550.00) but has no room for a "
        "further order beside its 1 of this batch."
    )


@pytest.mark.sqlite
def test_a_proposal_saves_where_there_is_room(url: str) -> None:
    waiting(url, *TWO)
    made, cases = batch(url, proposed(url))
    assert made.finding == (
        "Saves £50.00 of £3,150.00 (1.6 %) against the rule. 1 of 2 cases goes to another "
        "contractor than by the rule. Shares of the value, by the rule → by the batch: "
        "AVON 50.8 % → 0 %; BRIAR 49.2 % → 100 %; CEDAR 0 % → 0 %."
    )
    assert cases["DFG-1"].explanation == (
        "BRIAR at £1,550.00 instead of AVON at £1,600.00 by rotation: £50.00 less."
    )


@pytest.mark.sqlite
def test_fair_shares_bind_the_proposal(url: str) -> None:
    waiting(url, *TWO)
    _, cases = batch(url, proposed(url, most="60"))
    assert sorted(row.contractor for row in cases.values()) == [AVON, BRIAR]


@pytest.mark.sqlite
def test_a_proposal_that_cannot_be_says_which_bound_forbids_it(url: str) -> None:
    capacity(url, AVON=0, BRIAR=1, CEDAR=0)
    waiting(url, "DFG-1")
    capacity(url, AVON=0, BRIAR=0, CEDAR=0)
    number = asked(url)
    found = propose_batch(number)
    assert found.status == "impossible"
    assert found.finding.startswith("Nobody that may do the works of DFG-1 has room (BRIAR).")
    error = not_accepted(url, number, StepNotOpenError)
    assert error.why == found.finding


@pytest.mark.sqlite
def test_working_it_out_again_changes_nothing(url: str) -> None:
    waiting(url, "DFG-1")
    number = proposed(url)
    before = contents(url)
    waiting_still = propose_batch(number)
    assert (waiting_still.status, waiting_still.cases) == ("proposed", 1)
    assert contents(url) == before


@pytest.mark.sqlite
def test_a_case_directed_before_it_is_worked_out_is_left_out(url: str) -> None:
    waiting(url, "DFG-1")
    number = asked(url)
    decide(url, "DFG-1", Direct())
    found = propose_batch(number)
    assert (found.status, found.finding) == ("impossible", NOBODY_WAITS)


def test_a_contractor_that_may_no_longer_do_the_works_is_left_out(url: str) -> None:
    waiting(url, "DFG-1")
    header = "contractor|document|valid_from|valid_to"
    bring(url, "contractor_documents", f"{header}\n{BRIAR}|trustmark|2026-01-01|2026-05-31")
    _, cases = batch(url, proposed(url))
    assert cases["DFG-1"].contractor == AVON
    assert cases["DFG-1"].explanation == "AVON at £1,600.00, as by rotation."


@pytest.mark.sqlite
def test_works_on_hand_take_room(url: str) -> None:
    capacity(url, BRIAR=1)
    case_at(url, "assign", reference="ROUND-1")  # AVON
    case_at(url, "assign", reference="ROUND-2")  # BRIAR
    waiting(url, "DFG-1")
    made, cases = batch(url, proposed(url))
    assert made.bounds["room"] == {
        AVON: {"orders": None, "value_pence": None},
        CEDAR: {"orders": None, "value_pence": None},
    }
    assert cases["DFG-1"].contractor == AVON


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"by": FINN}, NotPermittedError, "may not record a batch award"),
        ({"lot": "NOPE"}, UnknownReferenceError, "There is no lot NOPE."),
        ({"lot": "NO\x00PE"}, UnknownReferenceError, "There is no lot"),
        ({"lot": "BUILD"}, InvalidDecisionError, "Lot BUILD is awarded by mini-competition."),
        ({"lot": "RAILS"}, InvalidDecisionError, "No case of lot RAILS waits for its direction in"),
        ({"by": WENDY}, InvalidDecisionError, "waits for its direction in WDC."),
        ({"least": "70", "most": "50"}, InvalidDecisionError, "The least share, 70 %, is above"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    sqlite_service: str, options: dict[str, str], error: type[HandrailError], words: str
) -> None:
    waiting(sqlite_service, "DFG-1")
    before = contents(sqlite_service)
    with pytest.raises(error) as caught:
        asked(sqlite_service, **options)
    assert words in caught.value.what
    assert contents(sqlite_service) == before
