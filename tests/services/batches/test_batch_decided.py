"""Batch awards decided: accepted whole or not at all, or rejected, and in any case once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from adapters import clock
from models.database import writing
from models.tables.many_cases import BatchAward
from models.tables.prices import Award, Offer, Price, Turn
from models.tables.record import Decision
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NoLongerStandsError,
    NotPermittedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.pathway import StepName, StepStatus
from services.assignment.decide import AnswerOffer
from services.batches.decide import AwardBatch
from services.batches.propose import propose_batch
from services.competitions.direction import Direct
from services.decisions.batch_proposals import reject
from services.decisions.specification import Specify
from services.pricing.works import ConfirmPrice
from tests.batch_awards import (
    TWO,
    accepted,
    asked,
    batch,
    capacity,
    not_accepted,
    proposed,
    waiting,
)
from tests.factories import act, bring, case_at, decide, go, new_case, pass_step, refused
from tests.looking import rows, status_of, step_of
from tests.small_service import (
    AVON,
    BRIAR,
    CEDAR,
    MIA,
    PACKAGE_PRICES,
    REASON,
    TESS,
    TOBY,
    WENDY,
)

WAIT = 20.0  # seconds before a thread that should go on counts as stuck


@pytest.mark.sqlite
def test_accepting_awards_each_case_at_its_frozen_price_with_its_own_direction(url: str) -> None:
    waiting(url, *TWO)
    number = proposed(url)
    dearer = PACKAGE_PRICES.replace("1550", "9999")
    bring(url, "package_prices", dearer)  # what was frozen stands
    assert [one.reference for one in accepted(url, number)] == list(TWO)
    made = rows(url, Award)[-2:]
    assert [(row["contractor"], row["version"]) for row in made] == [(BRIAR, 2), (BRIAR, 2)]
    assert all("in this particular case" in row["direction"] for row in made)
    assert all(f"batch award {number}: {REASON}" in row["direction"] for row in made)
    assert made[0]["reasons"][-1].startswith(f"Batch award {number}: BRIAR at £1,550.00 instead")
    prices = {row["id"]: row for row in rows(url, Price)}
    assert {prices[row["price_id"]]["net_pence"] for row in made} == {1_550_00}
    (first, second) = [row for row in rows(url, Decision) if row["kind"] == "award-batch"]
    assert first["facts"]["by_rule"] == AVON
    assert (first["closes"], second["actor"]) == (True, TESS)
    assert batch(url, number)[0].status == "accepted"
    for reference in TWO:
        assert go(reference).state_name != "NeedsAttention"
        assert status_of(url, reference, "tender") is StepStatus.DONE


@pytest.mark.sqlite
def test_an_offer_of_a_batch_is_a_turn_and_rolls_on_at_frozen_prices(url: str) -> None:
    waiting(url, "DFG-1")
    accepted(url, proposed(url))
    bring(url, "package_prices", PACKAGE_PRICES.replace("1600", "1500"))
    go("DFG-1")
    for step in (StepName.CONSENT, StepName.CERTIFICATES, StepName.APPROVE):
        pass_step(url, "DFG-1", step)
    assert [(row["contractor"], row["net_pence"]) for row in rows(url, Turn)] == [(BRIAR, 1_550_00)]
    act(url, "DFG-1", AnswerOffer(accepted=False))
    # AVON, next in the frozen order, asked £1,600 then: more than was approved
    assert "AVON is next; its £1,600.00" in step_of(url, "DFG-1", "assign").waiting_for
    pass_step(url, "DFG-1", StepName.APPROVE)
    assert [row["contractor"] for row in rows(url, Offer)] == [BRIAR, AVON]


def test_a_dearer_contractor_than_the_rule_s_may_pass_a_pre_permission(url: str) -> None:
    bring(url, "package_prices", PACKAGE_PRICES.replace("1700", "2100"))
    references = ("DFG-1", "DFG-2", "DFG-3")
    for reference in references:
        case_at(url, "tender", reference=reference, tenure="rp_tenant")
    capacity(url, AVON=1, BRIAR=1)
    number = proposed(url, least="20")
    _, cases = batch(url, number)
    assert sorted(row.contractor for row in cases.values()) == [AVON, BRIAR, CEDAR]
    accepted(url, number)
    for reference in references:
        go(reference)
        revision = 2 if cases[reference].contractor == CEDAR else 1
        assert step_of(url, reference, "consent").revision == revision


@pytest.mark.sqlite
def test_a_batch_that_no_longer_stands_is_not_accepted_and_every_such_case_is_named(
    url: str,
) -> None:
    waiting(url, "DFG-1", "DFG-2", "DFG-3")
    number = proposed(url)
    decide(url, "DFG-1", Direct())
    go("DFG-1")
    header = "contractor|name|email|trades|authorities|suspended"
    bring(url, "contractors", f"{header}\nBRIAR|Briar|b@b.example|plumbing;tiling|RBC|yes")
    error = not_accepted(url, number, NoLongerStandsError)
    assert "3 cases no longer stand as proposed (DFG-1, DFG-2, DFG-3)" in error.what
    assert "Step “tender” of DFG-1 is already decided." in error.why
    assert "DFG-2 may no longer go to BRIAR: it is suspended." in error.why
    assert batch(url, number)[0].status == "proposed"


@pytest.mark.sqlite
def test_room_lowered_meanwhile_is_room_for_all_of_the_contractor_s_cases_or_none(url: str) -> None:
    waiting(url, *TWO)
    number = proposed(url)
    capacity(url, BRIAR=1)
    error = not_accepted(url, number, NoLongerStandsError)
    assert "DFG-1: BRIAR has room for 1 further order, not 2." in error.why
    assert "(DFG-1, DFG-2)" in error.what
    capacity(url, BRIAR=2)
    assert len(accepted(url, number)) == 2


@pytest.mark.sqlite
def test_a_case_tendered_again_since_is_named(url: str) -> None:
    waiting(url, "DFG-1")
    first, second = proposed(url), proposed(url)
    assert len(accepted(url, first)) == 1
    error = not_accepted(url, second, NoLongerStandsError)
    assert "(DFG-1)" in error.what


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"by": MIA}, NotPermittedError, "is a manager and may not record “award-batch”"),
        ({"by": WENDY}, NotPermittedError, "does not serve authority RBC"),
        ({"reason": " "}, MissingReasonError, "“award-batch” needs a reason"),
        ({"plan": None}, MissingReasonError, "needs the PLAN sentence “proportionate”"),
        ({"by": "nobody"}, UnknownReferenceError, "Nobody is known as “nobody”."),
    ],
)
def test_who_accepts_is_a_technical_officer_of_every_case_who_says_why(
    sqlite_service: str, options: dict[str, Any], error: type[HandrailError], words: str
) -> None:
    waiting(sqlite_service, "DFG-1")
    number = proposed(sqlite_service)
    assert words in not_accepted(sqlite_service, number, error, **options).what


def test_a_batch_over_two_authorities_needs_somebody_who_serves_both(sqlite_service: str) -> None:
    waiting(sqlite_service, "DFG-1")
    new_case(sqlite_service, reference="DFG-2", authority="WDC")
    go("DFG-2")
    for decision in (Specify(), ConfirmPrice()):
        act(sqlite_service, "DFG-2", decision, by=WENDY)
    number = proposed(sqlite_service, by=MIA)
    assert set(batch(sqlite_service, number)[1]) == set(TWO)
    for officer in (TESS, WENDY):
        not_accepted(sqlite_service, number, NotPermittedError, by=officer)
    assert set(batch(sqlite_service, proposed(sqlite_service, by=TESS))[1]) == {"DFG-1"}


def test_an_unknown_batch_is_said_to_be_unknown(sqlite_service: str) -> None:
    for number in (0, 9, 2**64):
        error = not_accepted(sqlite_service, number, UnknownReferenceError)
        assert error.what == f"There is no batch award {number}."


def test_an_award_of_a_batch_is_never_recorded_by_itself(sqlite_service: str) -> None:
    waiting(sqlite_service, "DFG-1")
    number = proposed(sqlite_service)
    for contractor in (BRIAR, AVON):
        error = refused(
            sqlite_service, "DFG-1", AwardBatch(number, contractor), InvalidDecisionError
        )
        assert error.what == f"No accepted batch award {number} gives DFG-1 to {contractor}."


# ---- once


def test_a_status_that_is_none_is_refused_by_the_database(url: str) -> None:
    waiting(url, "DFG-1")
    asked(url)
    with pytest.raises(IntegrityError) as caught, writing(url) as conn:
        conn.execute(update(BatchAward).values(status="perhaps"))
    assert "batch_award_status_known" in str(caught.value.orig)


def rejected(url: str, number: int, *, by: str = TOBY, reason: str = "prices will fall") -> None:
    with writing(url) as conn:
        reject(conn, batch_id=number, by=by, reason=reason, now=clock.now())


@pytest.mark.sqlite
def test_a_rejected_batch_leaves_its_cases_as_they_were(url: str) -> None:
    waiting(url, "DFG-1")
    number = asked(url)
    with pytest.raises(StepNotOpenError, match="not worked out yet"):
        rejected(url, number)
    propose_batch(number)
    with pytest.raises(MissingReasonError):
        rejected(url, number, reason="")
    with pytest.raises(InvalidDecisionError, match="control characters"):
        rejected(url, number, reason="as no\x00 men")
    awards = rows(url, Award)
    rejected(url, number)
    made, _ = batch(url, number)
    assert (made.status, made.decided_by, made.reason) == ("rejected", TOBY, "prices will fall")
    assert rows(url, Award) == awards
    error = not_accepted(url, number, AlreadyDecidedError)
    assert error.what == f"Batch award {number} is already rejected."
    assert TOBY in error.why
    decide(url, "DFG-1", Direct())


def test_of_two_that_decide_at_once_one_wins(url: str) -> None:
    waiting(url, *TWO)
    number = proposed(url)
    together = Barrier(2)

    def decide_on(officer: str) -> str:
        together.wait(WAIT)
        try:
            return f"{len(accepted(url, number, by=officer))} awarded"
        except AlreadyDecidedError as error:
            return error.what

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(decide_on, (TESS, TOBY)))
    assert said == ["2 awarded", f"Batch award {number} is already accepted."]
    assert len([row for row in rows(url, Decision) if row["kind"] == "award-batch"]) == 2


def test_two_batches_over_the_same_cases_are_accepted_one_only(url: str) -> None:
    waiting(url, *TWO)
    numbers = (proposed(url), proposed(url))
    together = Barrier(2)

    def accept_one(number: int) -> str:
        together.wait(WAIT)
        try:
            return f"{len(accepted(url, number))} awarded"
        except NoLongerStandsError as error:
            return error.what.partition(":")[0].partition(" cannot")[2]

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(accept_one, numbers)) == [" be accepted", "2 awarded"]
    assert [row["version"] for row in rows(url, Award)] == [1, 1, 2, 2]
