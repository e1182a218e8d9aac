"""One case as a page: what stands at the top for whom, every section, and what others typed."""

from __future__ import annotations

import re

import pytest

from services.completion.inspecting import InspectLines
from services.decisions.specification import Specify
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, decide, go, new_case
from tests.looking import contents, statements
from tests.small_service import ADA, AUDREY, FINN, REFERENCE, TESS, WENDY

PAGE = f"/cases/{REFERENCE}"
HOSTILE = "<script>alert(1)</script>\"'&"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;"
MOST_BYTES = 60_000
MOST_STATEMENTS = 12


def links(html: str) -> set[str]:
    """Return the kinds of decision that a page offers."""
    return set(re.findall(rf'href="{PAGE}/decide/([a-z-]+)"', html))


def test_an_officer_is_offered_what_waits_for_them_with_the_arithmetic_of_its_clock(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify")
    page = Desk(TESS).get(PAGE)
    assert page.status_code == 200
    assert "specify" in links(page.text)
    assert "10 working days from 1 June 2026: due 15 June 2026." in page.text
    assert "With the <strong>technical officer</strong> since 1 June 2026" in page.text


@pytest.mark.parametrize(
    ("step", "who", "offered"),
    [
        ("approve", ADA, {"approve"}),
        ("approve", FINN, set()),
        ("approve", AUDREY, set()),
        ("pay", AUDREY, set()),
    ],
)
def test_each_role_is_offered_its_own_decisions_and_no_other(
    sqlite_service: str, step: str, who: str, offered: set[str]
) -> None:
    case_at(sqlite_service, step)
    page = Desk(who).get(PAGE)
    assert page.status_code == 200
    assert links(page.text) & {"approve", "invoice", "release", "certify"} == offered
    if who == AUDREY:
        assert "There is nothing on this case for you to decide now." in page.text


def test_what_may_not_be_decided_is_told_with_the_reason_and_without_commands(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify")
    page = Desk(TESS).get(PAGE).text
    folded = page.partition("What you may not decide now")[2].partition("</details>")[0]
    assert "specify-again" not in links(page)
    assert "The works of DFG-1 are not specified yet, so their lines may change now." in folded
    assert "<dt>Specify</dt>" not in folded
    assert "<dt>Confirm price</dt>" not in folded  # its step is not open: nobody wonders
    assert "handrail " not in page


def test_a_case_of_another_authority_is_not_there_and_neither_is_one_without_a_case(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify")
    wendy = Desk(WENDY)
    theirs, none = (wendy.get(path) for path in (PAGE, "/cases/DFG-404"))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert "Mrs Ashby" not in theirs.text
    assert theirs.text == none.text


def test_a_reference_typed_in_another_way_leads_to_the_one_on_record(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    answer = Desk(TESS).get("/cases/dfg-1")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


def test_nobody_who_is_not_signed_in_sees_a_case(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    answer = Desk().get(PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_what_others_typed_is_shown_as_text(sqlite_service: str) -> None:
    new_case(
        sqlite_service,
        route="quotes",
        client_name=HOSTILE,
        address=HOSTILE,
        landlord=HOSTILE,
        tenure="private_tenant",
    )
    go(REFERENCE)
    decide(sqlite_service, REFERENCE, Specify(), reason=f"as seen {HOSTILE}")
    page = Desk(TESS).get(PAGE).text
    assert "<script>alert" not in page
    assert page.count(SHOWN) >= 4  # the name twice, the address, the landlord, the reason


def test_a_closed_case_is_whole_within_its_bytes_and_its_statements(sqlite_service: str) -> None:
    case_at(sqlite_service, "aftercare", route="call_off")
    desk = Desk(TESS)
    desk.get(PAGE)  # what is kept of reference data is read once for each state of it
    with statements() as asked:
        page = desk.get(PAGE)
    assert len(page.content) <= MOST_BYTES
    assert len(asked) <= MOST_STATEMENTS, asked
    for words in (
        *("Line", "Grab rail", "£45.00", "Total with VAT", "Avon Access Ltd"),
        *("WO-2026-00001, version 1", "Lines of the price", "How the grant is worked out"),
        *("Electrical certificate", "Invoice INV-DFG-1", "Work order WO-2026-00001"),
        *("Approval to client", "Clocks that run", "Whose the days were"),
    ):
        assert words in page.text, words


def test_looking_at_a_case_changes_nothing(sqlite_service: str) -> None:
    case_at(sqlite_service, "pay")
    desk = Desk(TESS)
    desk.get(PAGE)
    before = contents(sqlite_service)
    desk.get(PAGE)
    assert contents(sqlite_service) == before


def test_a_snag_stands_with_its_words_until_it_is_cleared(sqlite_service: str) -> None:
    case_at(sqlite_service, "sign-off")
    act(sqlite_service, REFERENCE, InspectLines(passed=(1,), snags={2: "a tile is loose"}))
    page = Desk(TESS).get(PAGE).text
    found = page.partition("Inspection and snags</h2>")[2].partition("<dl")[0]
    assert re.search(r">2</th><td><strong class=\"tag wrong\">Snag</strong>", found)
    assert "a tile is loose" in found


def test_the_history_tells_who_decided_what_and_why_with_plan(sqlite_service: str) -> None:
    case_at(sqlite_service, "certificates", route="pre_priced")
    page = Desk(TESS).get(PAGE).text
    history = page.partition('<h2 id="history">')[2]
    assert "tess@rbc.example" in history
    assert "The works are specified: 2 lines; purposes f." in history
    assert "Why: As agreed at the visit." in history
    assert "a proportionate sum" in history  # of the s.2(2)(b) direction
