"""Whose a case is: taken, given, handed over, and who answers for it while they are away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from models.case_queries import case_row
from models.contacts import authority_of, officer_at
from models.database import reading, writing
from models.tables.record import Decision
from models.tables.reference import Absence, Officer
from rules.errors import (
    HandrailError,
    ImportProblemsError,
    InvalidDecisionError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.cases.absences import absences_view, end_absence, record_absence
from services.cases.officers import AssignAssessor, AssignOfficer
from services.cases.people import people_view
from services.decisions.hand_over import hand_over
from services.decisions.history import case_history
from services.decisions.specification import Specify
from services.imports import run_import
from services.reports.case_list import case_list
from services.reports.case_view import case_view
from services.verification.verify import findings
from tests.factories import bring, case_at, decide, new_case, refused
from tests.looking import case, contents, rows
from tests.services.imports.importing import sheet
from tests.small_service import ADAM, AVON, MIA, NOW, OTTO, REASON, TESS, TOBY, WENDY

TODAY = NOW.date()
DAY = timedelta(days=1)


def leave(url: str, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "officer": TESS,
        "covered_by": TOBY,
        "first_day": TODAY,
        "last_day": TODAY + 7 * DAY,
        "by": TESS,
        "reason": "on annual leave",
    } | changes
    with writing(url) as conn:
        return record_absence(conn, now=clock.now(), **given)


def listed(url: str, *, on: date = TODAY, **asked: Any) -> list[str]:
    with reading(url) as conn:
        return [row["reference"] for row in case_list(conn, today=on, **asked)]


def to_call(url: str, on: date = TODAY) -> str:
    with reading(url) as conn:
        row = case_row(conn, reference="DFG-1")
        authority = authority_of(conn, case=row)
        return officer_at(conn, case=row, authority=authority, on=on).email


def test_an_officer_takes_a_case_that_is_nobodys_and_a_manager_hands_it_on(url: str) -> None:
    new_case(url)
    assert listed(url, nobodys=True) == ["DFG-1"]
    other = refused(url, "DFG-1", AssignOfficer(TESS), NotPermittedError, by=TOBY)
    assert "may take DFG-1, and not give it away" in other.what
    decide(url, "DFG-1", AssignOfficer("TOBY@rbc.example"), by=TOBY)
    assert case(url, "DFG-1").officer == TOBY
    held = refused(url, "DFG-1", AssignOfficer(TESS), NotPermittedError, by=TESS)
    assert held.what == "DFG-1 has an officer: Toby Tiler."
    for giver, to in ((MIA, TESS), (ADAM, TOBY)):
        decide(url, "DFG-1", AssignOfficer(to), by=giver)
    decide(url, "DFG-1", AssignAssessor(OTTO), by=OTTO)
    with reading(url) as conn:
        said = [row["said"] for row in case_history(conn, reference="DFG-1")]
        view = case_view(conn, reference="DFG-1", today=TODAY)
        left = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    assert said[-2:] == [
        "The case’s officer is Toby Tiler. Before: Tess Tyler.",
        "The case’s assessor is Otto Therapy.",
    ]
    assert (view["officer_name"], view["assessor_name"]) == ("Toby Tiler", "Otto Therapy")
    assert {step["holder"] for step in view["steps"] if step["step"] == "specify"} == {"Toby Tiler"}
    assert left == []


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (AssignOfficer(WENDY), "Wendy Wick does not serve authority RBC."),
        (AssignOfficer(OTTO), "Otto Therapy is assessor."),
        (AssignAssessor(TESS), "Tess Tyler is technical officer."),
    ],
    ids=repr,
)
def test_only_who_serves_there_in_that_role_is_given_a_case(
    sqlite_service: str, decision: Any, words: str
) -> None:
    new_case(sqlite_service)
    error = refused(sqlite_service, "DFG-1", decision, InvalidDecisionError, by=MIA)
    assert words in error.why
    decide(sqlite_service, "DFG-1", AssignOfficer(TESS), by=MIA)
    again = AssignOfficer(TESS)
    assert "says that already" in refused(
        sqlite_service, "DFG-1", again, InvalidDecisionError, by=MIA
    ).what  # fmt: skip
    unknown = AssignOfficer("x@rbc.example")
    refused(sqlite_service, "DFG-1", unknown, UnknownReferenceError, by=MIA)


def test_who_specifies_a_case_that_is_nobodys_has_it_from_then_on(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    decide(sqlite_service, "DFG-1", Specify(), by=TOBY)
    assert case(sqlite_service, "DFG-1").officer == TOBY
    assert rows(sqlite_service, Decision)[-1]["facts"]["officer"] == TOBY


def test_a_case_whose_officer_has_left_is_nobodys_and_may_be_taken(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "price")
    gone = sa.update(Officer).where(Officer.email == TESS)
    with writing(url) as conn:
        conn.execute(gone.values(last_day=TODAY - DAY))
    assert listed(url, nobodys=True) == ["DFG-1"]
    assert to_call(url) == TOBY
    decide(url, "DFG-1", AssignOfficer(TOBY), by=TOBY)
    assert listed(url, nobodys=True) == []


@pytest.mark.sqlite
def test_the_cases_of_a_leaver_go_to_another_all_of_them_or_none(url: str) -> None:
    for reference in ("DFG-1", "DFG-2"):
        case_at(url, "price", reference=reference)
    new_case(url, reference="DFG-3")
    decide(url, "DFG-3", AssignOfficer(TOBY), by=TOBY)
    before = contents(url)
    with pytest.raises(InvalidDecisionError) as error, writing(url) as conn:
        hand_over(conn, leaver=TESS, to=WENDY, by=MIA, reason=REASON, now=clock.now())
    assert "2 cases of tess@rbc.example" in error.value.what
    assert "DFG-1" in error.value.why
    assert "DFG-2" in error.value.why
    with pytest.raises(InvalidDecisionError, match="has an officer"), writing(url) as conn:
        hand_over(conn, leaver=TESS, to=TOBY, by=TOBY, reason=REASON, now=clock.now())
    assert contents(url) == before
    with writing(url) as conn:
        done = hand_over(conn, leaver=TESS.upper(), to=TOBY, by=MIA, reason=REASON, now=clock.now())
    assert [receipt.reference for receipt in done] == ["DFG-1", "DFG-2"]
    assert listed(url, officer=TOBY) == ["DFG-1", "DFG-2", "DFG-3"]
    with reading(url) as conn:
        held = {one.email: one.open_cases for one in people_view(conn, today=TODAY)}
    assert (held[TESS], held[TOBY]) == (0, 3)


def test_a_stand_in_answers_while_somebody_is_away_and_the_case_stays_theirs(url: str) -> None:
    case_at(url, "price")
    away = leave(url)
    assert (away.covered_by_name, away.last_day) == ("Toby Tiler", TODAY + 7 * DAY)
    assert [to_call(url, TODAY + n * DAY) for n in (0, 7, 8)] == [TOBY, TOBY, TESS]
    assert listed(url, mine=TOBY) == ["DFG-1"]
    assert listed(url, mine=TESS) == ["DFG-1"], "it is still hers"
    assert listed(url, officer=TOBY) == []
    with reading(url) as conn:
        (row,) = case_list(conn, today=TODAY)
        shown = {one.email: one for one in people_view(conn, today=TODAY)}
    assert (row["officer_name"], row["answers"]) == ("Tess Tyler", "Toby Tiler")
    assert {wait["holder"] for wait in row["open_steps"] if wait["step"] == "price"} == {
        "Toby Tiler"
    }
    assert shown[TESS].covered_by == "Toby Tiler"
    with writing(url) as conn:
        end_absence(
            conn, number=1, last_day=TODAY + DAY, by=TESS, reason="back early", now=clock.now()
        )
    assert to_call(url, TODAY + 2 * DAY) == TESS
    with writing(url) as conn:
        end_absence(conn, number=1, last_day=None, by=MIA, reason="not away", now=clock.now())
    assert to_call(url) == TESS
    with reading(url) as conn:
        assert absences_view(conn, today=TODAY) == []
        left = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    assert left == []
    assert len(rows(url, Absence)) == 1, "withdrawn, and still on record"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"by": TOBY}, "may not record another's absence"),
        ({"covered_by": TESS}, "Somebody else stands in."),
        ({"covered_by": OTTO}, "Otto Therapy is assessor, and Tess Tyler technical officer."),
        ({"covered_by": WENDY}, "Wendy Wick does not serve RBC."),
        ({"last_day": TODAY - DAY}, "Its last day is before its first. It is over already."),
        ({"reason": " "}, "An absence needs a reason."),
        ({"covered_by": AVON}, "Avon Access Ltd is contractor"),
        ({"officer": "x@rbc.example"}, "Nobody is known as"),
    ],
    ids=str,
)
def test_an_absence_that_will_not_do_is_refused_in_words(
    sqlite_service: str, changes: dict[str, Any], words: str
) -> None:
    before = contents(sqlite_service)
    with pytest.raises(HandrailError, match=words):
        leave(sqlite_service, **changes)
    assert contents(sqlite_service) == before


def test_nobody_is_away_twice_at_once_or_stands_in_while_away(sqlite_service: str) -> None:
    leave(sqlite_service)
    with pytest.raises(HandrailError, match="away from 1 June 2026 to 8 June 2026 already"):
        leave(sqlite_service, first_day=TODAY + 7 * DAY, last_day=TODAY + 9 * DAY)
    with pytest.raises(HandrailError, match="Tess Tyler is away"):
        leave(sqlite_service, officer=TOBY, covered_by=TESS, by=TOBY)


HEAD = "reference|authority|client_name|address|postcode|tenure|work_type|urgent|complexity"
ROW = "DFG-1|RBC|Mrs Ashby|14 Hill Road, Rugby|CV22 5AA|owner|level_access_shower|no|simple"


def file_of(officer: str, authority: str = "RBC") -> str:
    row = ROW.replace("RBC", authority)
    return f"{HEAD}|contact_on|officer\n{row}|2026-04-01|{officer}"


def test_a_file_of_cases_may_say_whose_they_are(sqlite_service: str) -> None:
    url = sqlite_service
    bring(url, "cases", file_of(TESS))
    assert case(url, "DFG-1").officer == TESS
    bring(url, "cases", file_of(""))
    assert case(url, "DFG-1").officer == TESS, "an empty cell takes it from nobody"
    bring(url, "cases", file_of(TOBY))
    assert case(url, "DFG-1").officer == TOBY
    assert unfit(url, OTTO) == [f"{OTTO} is no technical officer"]
    assert unfit(url, WENDY) == ["Wendy Wick does not serve authority RBC"]
    assert unfit(url, TESS, by=TESS) == [f"the case is {TOBY}’s"], "an import is no way round"


def unfit(url: str, officer: str, *, by: str = ADAM) -> list[str]:
    """Import a case with an officer that will not do, and return what is said of it."""
    before = contents(url)
    with pytest.raises(ImportProblemsError) as error, writing(url) as conn:
        run_import(
            conn,
            kind="cases",
            sheet=sheet(file_of(officer), file="cases.csv"),
            now=clock.now(),
            actor=by,
            schedule=None,
            dry_run=False,
        )
    assert contents(url) == before
    return [one.wrong for one in error.value.problems]
