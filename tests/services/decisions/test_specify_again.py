"""Works specified again: what rested on them is set aside, and made anew for the new lines."""

from __future__ import annotations

import pytest

from desk.verification.commands import verify_all
from models.case_queries import award_in_force, newest_price
from models.database import reading
from rules.errors import ImportProblemsError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from services.cases.sweep import request_left_behind
from services.decisions.specification import SpecifyAgain
from tests.factories import act, bring, case_at, decide, go, later, pass_step, refused, runs_ended
from tests.looking import case, messages, step_of, steps
from tests.small_service import REFERENCE

LARGER = f"""
case        | line | code | quantity
{REFERENCE} | 1    | TRAY | 1
{REFERENCE} | 2    | TILE | 11
"""


def estimated(url: str) -> int:
    """Return the net of the newest estimate, in pence."""
    with reading(url) as conn:
        price = newest_price(conn, case_id=case(url, REFERENCE).id, kind="estimate")
    assert price is not None
    return int(price.net_pence)


def broken(url: str) -> list[str]:
    """Return what ``verify`` finds broken."""
    with reading(url) as conn:
        return [found.sentence for found in verify_all(conn) if found.severity == "error"]


@pytest.mark.sqlite
@pytest.mark.parametrize("step", ["price", "tender", "approve"])
def test_what_was_made_of_the_works_is_made_again_for_new_ones(url: str, step: str) -> None:
    case_at(url, step, tenure="rp_tenant")
    before = estimated(url)
    decide(url, REFERENCE, SpecifyAgain(), reason="a larger wet room")
    bring(url, "works", LARGER)
    pass_step(url, REFERENCE, StepName.SPECIFY)
    for name in (StepName.PRICE, StepName.TENDER, StepName.CONSENT):
        pass_step(url, REFERENCE, name)
    assert estimated(url) == before + 3 * 60_50
    with reading(url) as conn:
        award = award_in_force(conn, case_id=case(url, REFERENCE).id)
        tendered = newest_price(conn, case_id=award.case_id, kind="tender")
    assert tendered is not None
    assert (tendered.id, award.direction != "") == (award.price_id, True)
    assert tendered.net_pence == 1_600_00 + 3 * 60_50, "the package, and the tiles added to it"
    assert {name: row.status for name, row in steps(url, REFERENCE).items()} == {
        "specify": StepStatus.DONE,
        "price": StepStatus.DONE,
        "tender": StepStatus.DONE,
        "consent": StepStatus.DONE,
        "certificates": steps(url, REFERENCE)["certificates"].status,
        **({"approve": StepStatus.WAITING} if step == "approve" else {}),
    }
    assert broken(url) == []


@pytest.mark.sqlite
def test_nothing_runs_on_works_that_are_being_changed(url: str) -> None:
    case_at(url, "approve")
    runs_ended()
    decide(url, REFERENCE, SpecifyAgain())
    standing = go(REFERENCE)
    assert standing.ready == ()
    assert [name for name, _ in standing.waiting] == ["specify", "approve"]
    runs_ended()
    later(hours=1)
    assert request_left_behind() == (), "the sweep must not ask for what cannot be done yet"
    assert step_of(url, REFERENCE, "price").revision == 2


@pytest.mark.sqlite
def test_lines_change_only_while_the_works_are_being_specified(url: str) -> None:
    case_at(url, "tender")
    with pytest.raises(ImportProblemsError) as refusal:
        bring(url, "works", LARGER)
    assert "specify-again" in refusal.value.problems[0].right
    decide(url, REFERENCE, SpecifyAgain())
    bring(url, "works", LARGER)


def test_a_competition_for_the_earlier_works_is_cancelled_and_told_once(url: str) -> None:
    case_at(url, "tender", route="quotes")
    act(url, REFERENCE, SpecifyAgain())
    told = [message["kind"] for message in messages(url)]
    invited = told.count("invitation_to_quote")
    assert told.count("competition_cancelled") == invited
    pass_step(url, REFERENCE, StepName.SPECIFY)
    pass_step(url, REFERENCE, StepName.PRICE)
    assert step_of(url, REFERENCE, "tender").status is StepStatus.WAITING
    assert [m["kind"] for m in messages(url)].count("invitation_to_quote") == 2 * invited
    assert broken(url) == []


@pytest.mark.sqlite
def test_it_is_refused_before_there_is_a_specification_and_after_the_grant_is_decided(
    url: str,
) -> None:
    case_at(url, "specify")
    error = refused(url, REFERENCE, SpecifyAgain(), StepNotOpenError)
    assert "may change now" in error.what
    for step in ("specify", "price", "tender", "certificates", "approve"):
        pass_step(url, REFERENCE, StepName(step))
    error = refused(url, REFERENCE, SpecifyAgain(), StepNotOpenError)
    assert "decided" in error.what
