"""The two findings of s.24(3), and what is missing before the grant is decided."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from adapters import clock
from desk.cli import app
from models.case_queries import approval_in_force, case_row
from models.database import reading, writing
from models.tables.works import Approval
from rules.errors import HandrailError, InvalidDecisionError, NotPermittedError, StatuteError
from rules.pathway import PATHWAY, StepName, StepStatus
from services.cases.take import take
from services.decisions.specification import Specify, SpecifyAgain
from services.grants.approve import Approve
from services.grants.consulting import Consult, View
from services.grants.findings import FindNecessary, FindPracticable, Stood, findings_of
from services.grants.missing import Missing, missing_on
from tests.factories import act, bring, case_at, decide, find, new_case, pass_step, refused
from tests.looking import status_of
from tests.services.grants.test_payers import sound
from tests.small_service import ADA, NOW, OTTO, TESS

NEEDED, FITS = FindNecessary(necessary=True), FindPracticable(practicable=True)
YES, NO = Approve(approved=True), Approve(approved=False)


def to_approve(url: str, **particulars: str) -> str:
    """Bring a case to its approval with nothing found."""
    reference = case_at(url, "certificates", **particulars)
    for step in ("price", "tender", "consent", "certificates"):
        pass_step(url, reference, StepName(step))
    assert status_of(url, reference, "approve") is StepStatus.WAITING
    return reference


def lacks(url: str, reference: str) -> tuple[Missing, ...]:
    """Return what is missing on a case."""
    with reading(url) as conn:
        return missing_on(take(conn, reference=reference, now=clock.now(), to_change=False))


@pytest.mark.sqlite
def test_no_grant_is_approved_before_both_findings_and_all_that_lacks_is_said(url: str) -> None:
    reference = to_approve(url)
    error = refused(url, reference, YES, StatuteError)
    assert error.section == "s.24(3)(a); s.24(3)(b)"
    assert "necessary and appropriate. Nobody has found" in error.what
    for kind in ("find-necessary", "find-practicable"):
        assert f"`handrail decide DFG-1 {kind}`" in error.next_step
    decide(url, reference, NEEDED, reason="she cannot step over the bath")
    assert refused(url, reference, YES, StatuteError).section == "s.24(3)(b)"
    decide(url, reference, FITS)
    with reading(url) as conn:
        found = findings_of(conn, case=case_row(conn, reference=reference), today=NOW.date())
    assert found.necessary is not None
    assert (found.necessary.recorded_by, found.necessary.reason) == (
        OTTO,
        "she cannot step over the bath",
    )
    act(url, reference, YES)
    with reading(url) as conn:
        approval = approval_in_force(conn, case_id=case_row(conn, reference=reference).id)
        assert approval.necessary_id == found.necessary.id
        assert approval.practicable_id is not None
    assert sound(url) == []


@pytest.mark.parametrize(
    ("negative", "section"),
    [
        (FindNecessary(necessary=False), "s.24(3)(a)"),
        (FindPracticable(practicable=False), "s.24(3)(b)"),
    ],
)
def test_a_negative_finding_leads_to_refusal_or_other_works_never_to_approval(
    sqlite_service: str, negative: Any, section: str
) -> None:
    url, reference = sqlite_service, to_approve(sqlite_service)
    find(url, reference)
    decide(url, reference, negative)
    error = refused(url, reference, YES, StatuteError)
    assert (error.section, "are not" in error.what) == (section, True)
    act(url, reference, SpecifyAgain())
    act(url, reference, Specify())
    for step in ("price", "tender", "consent", "certificates"):
        pass_step(url, reference, StepName(step))
    assert refused(url, reference, YES, StatuteError).section == "s.24(3)(a); s.24(3)(b)"
    find(url, reference)
    decide(url, reference, negative)
    act(url, reference, NO, reason="the stair is too narrow")
    assert status_of(url, reference, "approve") is StepStatus.DONE


def test_the_assessors_finding_is_theirs_whoever_types_it(sqlite_service: str) -> None:
    url, reference = sqlite_service, to_approve(sqlite_service)
    assert "--found-by" in refused(url, reference, NEEDED, InvalidDecisionError, by=TESS).next_step
    decide(url, reference, FindNecessary(necessary=True, found_by="Otto Therapy"), by=TESS)
    refused(url, reference, FITS, NotPermittedError, by=OTTO)
    refused(url, reference, NEEDED, NotPermittedError, by=ADA)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (FindPracticable(practicable=True, works=Stood.BEGUN), "for a good reason only (s.29)"),
        (FindPracticable(practicable=True, good_reason="a fall"), "works that had begun"),
        (FindNecessary(necessary=True, found_by="x" * 121), "120 characters at most"),
    ],
)
def test_what_a_finding_cannot_say(found: Any, words: str) -> None:
    assert words in " ".join(found.problems())


def test_works_begun_with_good_reason_are_approved_and_completed_ones_are_not(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, to_approve(sqlite_service)
    decide(url, reference, NEEDED)
    decide(url, reference, FindPracticable(practicable=True, works=Stood.COMPLETED))
    assert refused(url, reference, YES, StatuteError).section == "s.29"
    begun = FindPracticable(practicable=True, works=Stood.BEGUN, good_reason="she fell")
    decide(url, reference, begun)
    act(url, reference, YES)
    assert status_of(url, reference, "approve") is StepStatus.DONE


def test_where_a_county_is_consulted_its_view_is_the_finding(sqlite_service: str) -> None:
    url = sqlite_service
    head = "authority|valid_from|arithmetic|consults\n"
    bring(url, "grant_terms", head + "RBC|2026-01-01|maximum_then_contribution|The County")
    reference = to_approve(url)
    assert "The County is consulted" in refused(url, reference, NEEDED, InvalidDecisionError).what
    decide(url, reference, FITS)
    decide(url, reference, Consult(NOW.date(), View.NOT_NECESSARY_OR_APPROPRIATE))
    assert "The County found on 1 June 2026" in refused(url, reference, YES, StatuteError).what
    decide(url, reference, Consult(NOW.date(), View.NECESSARY_AND_APPROPRIATE))
    act(url, reference, YES)


def test_a_case_approved_before_stays_sound(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(Approval).values(necessary_id=None, practicable_id=None))
    assert not [sentence for sentence in sound(sqlite_service) if "finding" in sentence]
    assert lacks(sqlite_service, reference) == ()


@pytest.mark.sqlite
def test_what_is_missing_is_said_by_section_before_anybody_decides(url: str) -> None:
    reference = new_case(url, tenure="private_tenant", applied_on="", recommended_on="")
    found = {(one.section, one.blocks) for one in lacks(url, reference)}
    assert found == {
        *((", ".join(PATHWAY[one].sections), True) for one in PATHWAY if one in _STEPS),
        *((one, True) for one in ("s.22", "s.22(3)", "s.24(3)(a)", "s.24(3)(b)", "s.2, s.34(1)")),
        ("s.30", False),
    }
    ready = case_at(url, "approve", reference="DFG-2")
    assert [(one.section, one.blocks) for one in lacks(url, ready)] == [("s.30", False)]
    act(url, ready, YES)
    assert lacks(url, ready) == ()


_STEPS = (StepName.SPECIFY, StepName.PRICE, StepName.TENDER, StepName.CONSENT)


def test_nothing_else_is_missing_where_the_approval_goes_through(sqlite_service: str) -> None:
    reference = to_approve(sqlite_service)
    while blocking := [one for one in lacks(sqlite_service, reference) if one.blocks]:
        with pytest.raises(HandrailError):
            decide(sqlite_service, reference, YES)
        decide(sqlite_service, reference, NEEDED if "(a)" in blocking[0].section else FITS)
    act(sqlite_service, reference, YES)


def test_the_command_says_what_is_missing_until_it_is_there(sqlite_service: str) -> None:
    reference = to_approve(sqlite_service)
    asked = ["case", "missing", reference]
    shown = CliRunner().invoke(app, asked)
    assert "s.24(3)(a)" in shown.output
    assert "find-practicable" in CliRunner().invoke(app, [*asked, "--json"]).output
    find(sqlite_service, reference)
    found = CliRunner().invoke(app, asked).output
    assert "s.24" not in found
    assert "It holds nothing up." in " ".join(found.replace("│", " ").split())
