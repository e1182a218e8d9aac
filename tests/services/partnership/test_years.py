"""A partnership's year as it is imported: agreed, checked, restated whole; never half a year."""

from __future__ import annotations

import pytest

from models.database import reading
from models.tables.partnership import PartnershipCapital, PartnershipTerms
from rules.errors import ImportProblemsError, UnknownReferenceError
from rules.partnership.contributions import contributions
from services.partnership.years import agreed_year, checked_tables, years
from tests.factories import bring
from tests.looking import rows
from tests.partnering import partnered


@pytest.fixture
def recorded(url: str) -> str:
    return partnered(url)


def test_what_was_imported_is_worked_out_and_held_to_what_is_printed(recorded: str) -> None:
    with reading(recorded) as conn:
        assert years(conn) == (("WORKS", 2026),)
        agreed = agreed_year(conn, partnership="works")
        (checked,) = checked_tables(conn)
    found = contributions(agreed)
    rugby, warwick = found.partners
    assert (rugby.partner.name, rugby.fee_pence) == ("Rugby Borough Council", 500_00)
    assert warwick.fee_pence == 90_00
    assert found.residual_pence == 310_00
    assert found.total_pence == 1_000_00
    table, findings = checked
    assert table.of == ("WORKS", 2026)
    assert [(one.cell, one.check, one.by) for one in findings] == [
        ("B1", "printed", ""),
        ("B1", "formula", "£1"),
        ("B3", "down", "-£1"),
    ]


def test_a_file_restates_its_year_whole_and_no_other(recorded: str) -> None:
    other = "partnership | year | partner | local\nWORKS | 2027 | RBC | 5"
    bring(recorded, "partnership_capital", other)
    bring(recorded, "partnership_capital", other.replace("2027", "2026"))
    held = {(row["year"], row["partner"]): row for row in rows(recorded, PartnershipCapital)}
    assert held.keys() == {(2026, "RBC"), (2027, "RBC")}
    assert held[2026, "RBC"]["dfg_grant_pence"] == 3_000_00  # a column that the file has not
    assert held[2027, "RBC"]["dfg_grant_pence"] is None


def test_nothing_recorded_is_told(url: str) -> None:
    with reading(url) as conn:
        with pytest.raises(UnknownReferenceError) as refused:
            agreed_year(conn, partnership="HEART", year=2016)
        what = "Nothing is recorded of a partnership’s year: HEART, 2016-17."
        assert refused.value.what == what
        with pytest.raises(UnknownReferenceError, match="Nothing is recorded"):
            agreed_year(conn)


WRONG = [
    ("| XYZ | 5 |  |  | why", "there is no authority 'XYZ'"),
    ("| RBC |  |  |  |", "a fee or a fixed sum"),
    ("| RBC | 5 |  | 5 | why", "a fee or a fixed sum"),
    ("| RBC | 5 |  |  |", "it is empty"),
    ("|  |  |  | 5 |", "it is empty"),
    ("| County |  | 1 | 5 |", "there is no fee to take it off"),
]


@pytest.mark.parametrize(("line", "wrong"), WRONG)
def test_terms_that_cannot_stand_change_nothing(sqlite_service: str, line: str, wrong: str) -> None:
    head = "partnership | year | who | fee | less | fixed | because"
    with pytest.raises(ImportProblemsError) as refused:
        bring(sqlite_service, "partnership_terms", f"{head}\nWORKS | 2026 {line}")
    assert wrong in refused.value.problems[0].wrong
    assert rows(sqlite_service, PartnershipTerms) == []


def test_everything_wrong_with_a_printed_table_is_told_at_once(sqlite_service: str) -> None:
    text = """
        table_code|title|partnership|year|cell|row_title|column_title|printed|row_is|column_is|figure
        T|One|WORKS||B1|Rugby|Fee|no data|line|figure|
        T|One|||3B|Rugby|Fee|1|line|figure|fee
        T|One|||B2|Warwick|Other|2|line|total|
        T|One|||C1|Other|Sum|2|line|total|
    """
    with pytest.raises(ImportProblemsError) as refused:
        bring(sqlite_service, "printed_tables", text)
    told = {(one.column, one.wrong) for one in refused.value.problems}
    assert ("printed", "it prints no number") in told
    assert ("cell", "it is no place in a table") in told
    assert ("year", "partnership and year belong together") in told
    assert ("figure", "the table is about no partnership") in told
    assert ("column_title", "row 2 says 'Fee' of the same column") in told
    assert ("column_is", "row 2 says 'figure' of the same column") in told
    assert ("row_title", "row 2 says 'Rugby' of the same row") in told
