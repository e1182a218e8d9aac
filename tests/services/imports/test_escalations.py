"""Importing ladders: whole, in order, and told of at once by the clocks that run."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from models.database import reading
from models.tables.cases import Case
from models.tables.clocks import Clock, Escalation
from services.verification.clocks import reckoned_again
from tests.factories import case_at
from tests.services.imports.importing import bring, contents, refused, rows, said
from tests.small_service import AUTHORITIES

LADDER = "authority | rung | role | days\n"


@pytest.fixture
def known(sqlite_url: str) -> str:
    """Give a database with two authorities."""
    bring(sqlite_url, "authorities", AUTHORITIES)
    return sqlite_url


def test_a_ladder_is_whole_and_imported_once(known: str) -> None:
    text = f"{LADDER} | 3 | manager | 4\n | 4 | administrator | 9\nWDC | 3 | manager | 2"
    assert bring(known, "escalations", text).added == 3
    before = contents(known)
    assert bring(known, "escalations", text).unchanged == 3
    assert contents(known) == before
    report = bring(known, "escalations", f"{LADDER} | 3 | manager | 4")
    assert (report.removed, report.unchanged) == (1, 1)
    assert [(row["authority"], row["rung"]) for row in rows(known, Escalation)] == [
        ("", 3),
        ("WDC", 3),
    ]


def test_every_problem_of_a_ladder_is_told_at_once(known: str) -> None:
    problems = refused(
        known,
        "escalations",
        LADDER
        + "\n".join(
            (
                " | 4 | manager | 9",
                "RBC | 3 | manager | 9",
                "RBC | 4 | administrator | 9",
                "WDC | 2 | manager | 5",
                "WDC | 3 | contractor | 0",
                "XYZ | 3 | manager | 5",
            )
        ),
    )
    assert [(row, column) for row, column, _ in said(problems)] == [
        (2, "rung"),
        (4, "rung"),
        (5, "rung"),
        (6, "role"),
        (6, "days"),
        (7, "authority"),
    ]
    assert problems[0].wrong.startswith("A ladder has rung 3")
    assert "not later than the 9 of rung 3" in problems[1].wrong


def test_running_clocks_are_told_of_by_the_new_ladder(url: str) -> None:
    case_at(url, "specify", reference="DFG-1")
    case_at(url, "specify", reference="DFG-2", authority="WDC")
    assert escalations(url) == {
        "DFG-1": (date(2026, 6, 22), None),
        "DFG-2": (date(2026, 6, 22), None),
    }
    trial = f"{LADDER} | 3 | manager | 1"
    bring(url, "escalations", trial, dry_run=True)
    bring(url, "escalations", f"{LADDER}RBC | 3 | manager | 2\nRBC | 4 | administrator | 3")
    assert escalations(url) == {
        "DFG-1": (date(2026, 6, 17), date(2026, 6, 18)),
        "DFG-2": (date(2026, 6, 22), None),
    }
    bring(url, "escalations", trial)
    assert escalations(url)["DFG-2"] == (date(2026, 6, 16), None)
    assert escalations(url)["DFG-1"] == (date(2026, 6, 17), date(2026, 6, 18))
    due = {row["due_on"] for row in rows(url, Clock) if row["name"] == "specify"}
    assert due == {date(2026, 6, 15)}, "what was promised stays"
    with reading(url) as conn:
        assert list(reckoned_again(conn)) == []


def escalations(url: str) -> dict[str, tuple[date | None, date | None]]:
    query = (
        sa.select(Case.reference, Clock.escalate_on, Clock.escalate_again_on)
        .join(Clock, Clock.case_id == Case.id)
        .where(Clock.name == "specify")
    )
    with reading(url) as conn:
        return {row.reference: (row[1], row[2]) for row in conn.execute(query)}
