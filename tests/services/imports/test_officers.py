"""Officers: brought in by known people only, nobody raises themselves, and new powers are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.settings import settings
from models.database import writing
from models.tables.record import Audit, Outbox
from rules.errors import (
    HandrailError,
    ImportProblemsError,
    InvalidDecisionError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.documents.delivery import deliver_due
from services.imports import first_administrator, run_import
from tests.looking import contents, rows
from tests.mail import parsed
from tests.served import url
from tests.services.imports.importing import NOW, sheet
from tests.small_service import ADA, ADAM, AUDREY, AVON, FINN, MIA, TESS

__all__ = ["url"]

HEAD = "email | name | role | authorities | approval_limit | last_day"
FORGED = f"{HEAD}\nme@here.example | Me | approving_officer | | 9999999 |"
EVE = "eve@rbc.example"


def bring(url: str, text: str, *, by: str, kind: str = "officers") -> None:
    with writing(url) as conn:
        run_import(conn, kind=kind, sheet=sheet(text), now=NOW, actor=by)


def new_mail() -> list[Path]:
    return [*(settings().maildir / "new").iterdir()]


def refused(url: str, text: str, *, by: str, kind: str = "officers") -> HandrailError:
    before = contents(url)
    with pytest.raises(HandrailError) as caught, writing(url) as conn:
        run_import(conn, kind=kind, sheet=sheet(text), now=NOW, actor=by)
    assert contents(url) == before
    return caught.value


@pytest.mark.sqlite
def test_nobody_at_all_imports_nothing_into_a_new_service_or_an_old_one(
    database_url: str, url: str
) -> None:
    for place in (database_url, url):
        for kind, text in (("officers", FORGED), ("authorities", "authority | name\nX | Y")):
            error = refused(place, text, by="nobody-at-all", kind=kind)
            assert isinstance(error, UnknownReferenceError)


@pytest.mark.sqlite
@pytest.mark.parametrize("by", [MIA, ADA, FINN, TESS, AUDREY, AVON])
def test_officers_are_brought_in_by_administrators_only(url: str, by: str) -> None:
    error = refused(url, FORGED, by=by)
    assert isinstance(error, NotPermittedError)
    assert "Ask an administrator" in error.next_step


@pytest.mark.sqlite
@pytest.mark.parametrize("by", [AUDREY, AVON])
def test_auditors_and_firms_bring_in_nothing(url: str, by: str) -> None:
    error = refused(url, "authority | name\nX | Y", by=by, kind="authorities")
    assert isinstance(error, NotPermittedError)


@pytest.mark.sqlite
def test_whoever_has_left_brings_in_nothing(url: str) -> None:
    bring(url, f"{HEAD}\n{MIA} | Mia Manage | manager | | | 2026-05-31", by=ADAM)
    error = refused(url, "authority | name\nX | Y", by=MIA, kind="authorities")
    assert "has left: their last day was 31 May 2026" in error.what
    bring(url, f"{HEAD}\n{MIA} | Mia Manage | manager | | | 2026-06-01", by=ADAM)
    bring(url, "authority | name\nX | Y", by=MIA, kind="authorities")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("row", "more"),
    [
        ("manager | | |", "the role manager"),
        ("administrator | | 500 |", "approvals up to £500.00"),
    ],
)
def test_nobody_gives_themselves_more(url: str, row: str, more: str) -> None:
    before = contents(url)
    with pytest.raises(HandrailError) as caught:
        bring(url, f"{HEAD}\n{ADAM} | Adam Admin | {row}", by=ADAM)
    assert isinstance(caught.value, ImportProblemsError)
    (problem,) = caught.value.problems
    assert problem.wrong == f"you would give yourself more: {more}"
    assert contents(url) == before


@pytest.mark.sqlite
def test_new_powers_are_told_to_every_administrator_and_are_on_record(url: str) -> None:
    bring(url, f"{HEAD}\n{EVE} | Eve Extra | administrator | | |", by=ADAM)
    assert [one["payload"]["to"] for one in rows(url, Outbox)] == [ADAM, EVE]
    bring(url, f"{HEAD}\n{ADA} | Ada Able | approving_officer | RBC | 50000 |", by=EVE)
    told = [one["payload"] for one in rows(url, Outbox)][2:]
    assert [one["to"] for one in told] == [ADAM, EVE]
    words = "Ada Able (ada@rbc.example): approvals up to £50,000.00, before £30,000.00"
    assert {tuple(one["context"]["powers"]) for one in told} == {(words,)}
    (changed,) = rows(url, Audit)[-2]["detail"]["changed"]
    assert (rows(url, Audit)[-2]["actor"], changed["from"]["approval_limit_pence"]) == (
        EVE,
        30_000_00,
    )
    assert changed["to"]["approval_limit_pence"] == 50_000_00
    assert deliver_due().failed == 0
    letters = [parsed(file.read_bytes()).get_content() for file in new_mail()]
    assert sum(words in letter for letter in letters) == 2
    assert sum("in the name of Eve Extra (eve@rbc.example)" in letter for letter in letters) == 2


def test_less_power_and_a_new_assessor_are_told_to_nobody(url: str) -> None:
    less = (
        f"{HEAD}\n{ADA} | Ada Able | approving_officer | RBC | 20000 |\n{EVE} | E | assessor | | |"
    )
    bring(url, less, by=ADAM)
    assert rows(url, Outbox) == []


@pytest.mark.sqlite
def test_an_administrator_whose_role_is_taken_is_told_of_what_others_gain(url: str) -> None:
    bring(url, f"{HEAD}\n{EVE} | Eve Extra | administrator | | |", by=ADAM)
    both = f"{HEAD}\n{ADAM} | A | auditor | | |\n{ADA} | Ada | approving_officer | RBC | 50000 |"
    bring(url, both, by=EVE)
    assert [one["payload"]["to"] for one in rows(url, Outbox)][2:] == [ADAM, EVE]


@pytest.mark.sqlite
def test_the_first_administrator_is_made_once_and_sets_the_service_up(database_url: str) -> None:
    with writing(database_url) as conn:
        assert first_administrator(conn, email="ADAM@rbc.example", name="Adam", now=NOW)
        assert not first_administrator(conn, email=ADAM, name="Adam", now=NOW)
        with pytest.raises(InvalidDecisionError, match="has an administrator already: Adam"):
            first_administrator(conn, email=EVE, name="Eve", now=NOW)
        with pytest.raises(InvalidDecisionError, match="cannot be made"):
            first_administrator(conn, email="no address", name="Eve", now=NOW)
    bring(database_url, f"{HEAD}\n{EVE} | Eve | manager | | |", by=ADAM)
    assert rows(database_url, Outbox) == [], "there was nobody else to tell"
    bring(database_url, f"{HEAD}\n{FINN} | Finn | finance | | |", by=ADAM)
    assert [one["payload"]["to"] for one in rows(database_url, Outbox)] == [ADAM]


@pytest.mark.sqlite
def test_a_service_whose_administrators_have_all_left_is_given_one(url: str) -> None:
    bring(url, f"{HEAD}\n{ADAM} | Adam Admin | administrator | | | 2026-05-31", by=ADAM)
    refused(url, FORGED, by=ADAM)
    with writing(url) as conn:
        assert first_administrator(conn, email=MIA, name="Mia Manage", now=NOW)
    assert "first administrator" in rows(url, Audit)[-1]["action"]
    bring(url, FORGED, by=MIA)
