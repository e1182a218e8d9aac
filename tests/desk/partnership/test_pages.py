"""The partnership's pages: what is agreed, what would be, what printed tables get wrong."""

from __future__ import annotations

import csv
import html
import io
import re
from urllib.parse import urlencode

import pytest

from models.tables.partnership import PartnershipCapital, PartnershipTerms
from tests.desk.web.desk import Desk
from tests.factories import bring
from tests.looking import rows, statements
from tests.partnering import partnered
from tests.small_service import ADAM, AUDREY, FINN, MIA, TERMS, TESS

PAGE = "/partnership"
WHAT_IF = f"{PAGE}/what-if"


@pytest.fixture
def recorded(sqlite_service: str) -> str:
    return partnered(sqlite_service)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("path", [PAGE, WHAT_IF, f"{PAGE}/printed", f"{PAGE}.csv"])
def test_managers_finance_and_administrators_see_it_and_others_are_told(
    recorded: str, path: str
) -> None:
    assert recorded
    assert [Desk(who).get(path).status_code for who in (MIA, FINN, ADAM, AUDREY)] == [200] * 4
    refused = Desk(TESS).get(path)
    assert refused.status_code == 403
    assert "what partners have agreed" in words(refused.text)
    assert PAGE in Desk(FINN).get("/registers").text
    assert PAGE not in Desk(TESS).get("/registers").text


def test_a_year_is_shown_with_how_each_sum_comes_about(recorded: str) -> None:
    assert recorded
    desk = Desk(FINN)
    desk.get(PAGE)
    with statements() as asked_for:
        answer = desk.get(PAGE)
    assert len(asked_for) <= 12, asked_for
    shown = words(answer.text)
    assert "WORKS, 2026-27" in shown
    assert "Budget £1,000.00 − fixed contributions £100.00 − fees £590.00 = £310.00." in shown
    assert "£3,000.00 not recorded £1,000.00 £4,000.00 67 % (66.67 %)" in shown
    assert "5 % of £2,000.00 less £10.00 = £90.00 (a third of the work)" in shown
    assert "County £25.00 £25.00 £25.00 £25.00" in shown
    assert "£310.00 × £4,000.00 ÷ £6,000.00 = £206.67" in shown


def test_the_file_of_a_year_has_every_figure(recorded: str) -> None:
    assert recorded
    answer = Desk(FINN).get(f"{PAGE}.csv?partnership=works&year=2026")
    assert 'filename="WORKS-2026-27.csv"' in answer.headers["content-disposition"]
    held = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [one["who"] for one in held] == ["RBC", "WDC", "County"]
    assert (held[0]["local_pence"], held[1]["local_pence"]) == ("", "0")
    assert sum(int(one["contribution_pence"]) for one in held) == 1_000_00
    for one in held:
        four = sum(int(one[f"quarter_{number}_pence"]) for number in range(1, 5))
        assert four == int(one["contribution_pence"])


def test_half_a_year_is_no_year_and_says_what_is_missing(sqlite_service: str) -> None:
    bring(sqlite_service, "partnership_capital", TERMS["partnership_capital"])
    desk = Desk(FINN)
    shown = words(desk.get(PAGE).text)
    assert "cannot be worked out. Not recorded: no line of its budget" in shown
    assert "Total not recorded" in shown
    assert "£3,000.00 not recorded £1,000.00" in shown
    assert desk.get(f"{PAGE}.csv").status_code == 422
    assert "cannot be worked out" in desk.get(WHAT_IF).text


def test_nothing_recorded_is_said(sqlite_service: str) -> None:
    assert sqlite_service
    desk = Desk(FINN)
    for path in (PAGE, WHAT_IF):
        assert "Nothing is recorded of a partnership’s year." in words(desk.get(path).text)
    assert "None is recorded" in words(desk.get(f"{PAGE}/printed").text)
    assert desk.get(f"{PAGE}?year=2016").status_code == 200
    assert desk.get(f"{PAGE}.csv").status_code == 404


def test_another_year_is_chosen_by_its_address(recorded: str) -> None:
    bring(recorded, "partnership_capital", "partnership|year|partner|local\nWORKS|2027|RBC|5")
    desk = Desk(FINN)
    newest = desk.get(PAGE).text
    assert "WORKS, 2027-28" in newest
    assert "?partnership=WORKS&amp;year=2026" in newest
    assert "WORKS, 2026-27" in desk.get(f"{PAGE}?partnership=WORKS&year=2026").text
    assert desk.get(f"{PAGE}?partnership=OTHER").status_code == 404


def test_what_would_be_stands_beside_what_is_agreed_and_changes_nothing(recorded: str) -> None:
    before = [rows(recorded, model) for model in (PartnershipTerms, PartnershipCapital)]
    typed = {
        "rate": "10",
        "capital:RBC:local": "2000",
        "without:WDC": "yes",
        "new": "Solihull",
        "new:dfg_grant": "6,000",
        "fee:RBC": "",
    }
    answer = Desk(FINN).get(f"{WHAT_IF}?{urlencode(typed)}")
    shown = words(answer.text)
    assert answer.status_code == 200
    assert "DFG capital grant of Solihull, which joins: £6,000.00." in shown
    assert "Rugby Borough Council £706.67 £450.00 -£256.67" in shown
    assert "Warwick District £193.33 – -£193.33" in shown
    assert "Solihull – £450.00 £450.00" in shown
    assert "Total £1,000.00 £1,000.00 £0.00" in shown
    assert 'value="6,000"' in answer.text
    assert [rows(recorded, model) for model in (PartnershipTerms, PartnershipCapital)] == before


def test_what_cannot_be_read_is_told_at_its_field_and_kept(recorded: str) -> None:
    assert recorded
    typed = {"rate": "much", "new": "", "new:local": "5", "fee:XYZ": "3", "capital:RBC:local": "x"}
    answer = Desk(FINN).get(f"{WHAT_IF}?{urlencode(typed)}")
    assert answer.status_code == 422
    for name in ("rate", "new:local", "fee:XYZ", "capital:RBC:local"):
        assert f'<a href="#{name}">' in answer.text, name
    assert answer.text.count('<span class="unseen">Error: </span>') == 3
    assert 'value="much"' in answer.text
    assert "Would be" not in answer.text
    nobody = Desk(FINN).get(f"{WHAT_IF}?without:RBC=yes&without:WDC=yes")
    assert "no partner’s capital" in words(nobody.text)


def test_what_does_not_add_up_is_shown_and_given_as_a_file(recorded: str) -> None:
    assert recorded
    shown = words(Desk(FINN).get(f"{PAGE}/printed").text)
    assert "2 numbers of 1 table do not add up." in shown
    assert "Rugby, Fee (B1) £501 £500 £1 The formula gives £500.00." in shown
    text = Desk(FINN).get(f"{PAGE}/printed.csv").text.removeprefix("\ufeff")
    assert [one["cell"] for one in csv.DictReader(io.StringIO(text))] == ["B1", "B1", "B3"]
