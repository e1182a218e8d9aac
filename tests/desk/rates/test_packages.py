"""`handrail case package`: a case's works made from a package, its own quantities and all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from models.database import reading
from models.tables.cases import WorksLine
from services.decisions.specification import Specify
from tests.factories import act, bring, go, new_case
from tests.journeys.commands import asked, handrail, refused
from tests.looking import case, contents, trail
from tests.services.imports.importing import VERSION
from tests.services.imports.importing import bring as bring_version
from tests.small_service import AUDREY, NOW, REFERENCE, SCHEDULE, TESS, WENDY

MADE = "works: made from package LAS"


def lines(url: str, reference: str = REFERENCE) -> list[tuple[int, str | None, str, str]]:
    query = (
        select(WorksLine.line, WorksLine.code, WorksLine.quantity, WorksLine.location)
        .where(WorksLine.case_id == case(url, reference).id)
        .order_by(WorksLine.line)
    )
    with reading(url) as conn:
        return [
            (row.line, row.code, f"{row.quantity:f}", row.location) for row in conn.execute(query)
        ]


def made(*words: str, reference: str = REFERENCE) -> tuple[str, ...]:
    return ("case", "package", reference, "LAS", "--by", TESS, *words)


def test_the_works_are_the_basket_s_and_the_case_says_so(sqlite_service: str) -> None:
    new_case(sqlite_service)
    done = asked(*made("--location", "Bathroom"))
    assert (done["package"], done["changed"]) == ("LAS", True)
    assert lines(sqlite_service) == [
        (1, "TILE", "8", "Bathroom"),
        (2, "TRAY", "1", "Bathroom"),
    ]
    assert case(sqlite_service, REFERENCE).package == "LAS"
    assert trail(sqlite_service, REFERENCE)[-2:] == ["works: lines imported", MADE]
    before = contents(sqlite_service)
    assert asked(*made("--location", "Bathroom"))["changed"] is False
    assert "are those of package LAS already" in handrail(*made())  # the places stay
    assert contents(sqlite_service) == before
    assert asked("verify")["sound"]


def test_quantities_additions_and_omissions(sqlite_service: str) -> None:
    new_case(sqlite_service)
    said = handrail(
        *made("--quantity", "TILE=10.5", "--add", "RAIL=2", "--add", "LIGHT=1", "--omit", "TRAY")
    )
    assert "made from package LAS: 3 lines" in said
    assert lines(sqlite_service) == [
        (1, "TILE", "10.5", ""),
        (2, "RAIL", "2", ""),
        (3, "LIGHT", "1", ""),
    ]


def test_an_import_and_a_typed_line_keep_the_package(sqlite_service: str) -> None:
    new_case(sqlite_service)
    handrail(*made())
    handrail("case", "line", REFERENCE, "1", "--code", "TILE", "--quantity", "9", "--by", TESS)
    assert case(sqlite_service, REFERENCE).package == "LAS"
    new_case(sqlite_service, client_name="Mrs Ashby-Cole")
    assert case(sqlite_service, REFERENCE).package == "LAS"
    assert case(sqlite_service, REFERENCE).client_name == "Mrs Ashby-Cole"


def test_lines_that_would_be_lost_are_named_first(sqlite_service: str) -> None:
    new_case(sqlite_service)
    more = "case|line|code|quantity|description|unit\n" + "\n".join(
        f"{REFERENCE}|{line}"
        for line in ("1|TRAY|1||", "2|RAIL|2||", "3||1|Move a door|item", "4|TRAY|1||")
    )
    bring(sqlite_service, "works", more)
    before = contents(sqlite_service)
    said = refused(*made())
    assert "lines 2 (RAIL), 3 (Move a door), 4 (TRAY) would be lost" in said
    assert contents(sqlite_service) == before
    handrail(*made("--replace"))
    assert [code for _, code, _, _ in lines(sqlite_service)] == ["TILE", "TRAY"]


def test_every_problem_is_told_at_once_and_nothing_changes(sqlite_service: str) -> None:
    new_case(sqlite_service, route="call_off")
    before = contents(sqlite_service)
    said = refused(
        *made("--quantity", "TILE=-1", "--add", "GONE=2", "--add", "R\x00=1", "--omit", "X"),
        "--replace",
    )
    for words in (
        "it is a package for level_access_shower, and the case is grab_rails",
        "--quantity TILE: '-1': a quantity may not be zero or negative",
        "--omit X: it is not in the package",
        "GONE is in no schedule in force on 1 June 2026 (No schedule has ever had it.",
        "is in no schedule in force",
    ):
        assert words in said
    assert contents(sqlite_service) == before


def test_a_withdrawn_code_is_refused_with_its_last_version(sqlite_service: str) -> None:
    new_case(sqlite_service)
    without = "\n".join(row for row in SCHEDULE.splitlines() if not row.startswith("TILE"))
    bring_version(
        sqlite_service, "schedule", without, schedule=replace(VERSION, valid_from=NOW.date())
    )
    said = refused(*made())
    assert "TILE is in no schedule in force on 1 June 2026" in said
    assert "BASE (from 1 January 2026) had it until 31 May 2026." in said
    handrail(*made("--omit", "TILE"))
    assert lines(sqlite_service) == [(1, "TRAY", "1", "")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("case", "package", "DFG-404", "LAS", "--by", TESS), "There is no case DFG-404."),
        (("case", "package", REFERENCE, "NONE", "--by", TESS), "There is no package NONE."),
        (("case", "package", REFERENCE, "N\x00", "--by", TESS), "There is no package"),
        (("case", "package", REFERENCE, "LAS", "--by", AUDREY), "is an auditor and may not"),
        (("case", "package", REFERENCE, "LAS", "--by", WENDY), "does not serve authority RBC"),
        (("case", "package", REFERENCE, "LAS", "--by", "x"), "Nobody is known as “x”."),
        (made("--omit", "TRAY", "--omit", "TILE"), "everything is omitted"),
    ],
)
def test_what_cannot_be_done_is_said(
    sqlite_service: str, words: tuple[str, ...], sentence: str
) -> None:
    new_case(sqlite_service)
    before = contents(sqlite_service)
    assert sentence in refused(*words)
    assert contents(sqlite_service) == before


def test_specified_works_are_made_from_no_package_any_more(sqlite_service: str) -> None:
    new_case(sqlite_service)
    in_its_order = f"case|line|code|quantity\n{REFERENCE}|1|TILE|8\n{REFERENCE}|2|TRAY|1"
    bring(sqlite_service, "works", in_its_order)
    go(REFERENCE)
    act(sqlite_service, REFERENCE, Specify())
    before = contents(sqlite_service)
    assert "2 problems found" in refused(*made("--quantity", "TILE=9", "--quantity", "TRAY=2"))
    assert "specified already, and not from package LAS" in refused(*made())
    assert contents(sqlite_service) == before


def test_specified_works_keep_the_package_they_were_made_from(sqlite_service: str) -> None:
    new_case(sqlite_service)
    handrail(*made())
    go(REFERENCE)
    act(sqlite_service, REFERENCE, Specify())
    before = contents(sqlite_service)
    assert asked(*made())["changed"] is False
    assert contents(sqlite_service) == before
