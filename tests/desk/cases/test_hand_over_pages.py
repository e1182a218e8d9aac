"""Cases taken and handed over on pages: shown first, all or none, by those who may."""

from __future__ import annotations

import re

import pytest

from tests.desk.web.desk import Desk
from tests.factories import case_at, new_case
from tests.looking import case, contents
from tests.small_service import ADAM, AUDREY, FINN, MIA, OTTO, TESS, TOBY, WENDY

TWO = "/hand-over?case=DFG-1&case=DFG-2"
CHOSEN = ["DFG-1", "DFG-2"]
HOSTILE = "leaves <script>alert(1)</script> in June"


@pytest.fixture
def two(sqlite_service: str) -> str:
    """Two cases of Tess's, and one that is nobody's."""
    for reference in CHOSEN:
        case_at(sqlite_service, "price", reference=reference)
    new_case(sqlite_service, reference="DFG-3")
    return sqlite_service


def seen(text: str) -> str:
    return str(re.findall(r'name="seen" value="(\w+)"', text)[0])


def test_several_are_chosen_from_the_list_shown_and_handed_over_with_a_reason(two: str) -> None:
    desk = Desk(MIA)
    assert 'form="chosen" name="case" value="DFG-1"' in desk.get("/?tab=all").text
    shown = desk.get(TWO)
    assert shown.text.count("Tess Tyler") >= 2
    assert "Wendy Wick" not in shown.text  # she serves another authority
    before = contents(two)
    preview = desk.send("/hand-over", case=CHOSEN, to=TOBY, reason=HOSTILE, do="preview")
    assert contents(two) == before
    assert preview.text.count("<strong>Toby Tiler</strong>") == 2
    assert HOSTILE not in preview.text
    fields = {"case": CHOSEN, "to": TOBY, "reason": HOSTILE, "seen": seen(preview.text)}
    answer = desk.send("/hand-over", **fields, do="record")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?tab=all")
    assert [case(two, one).officer for one in CHOSEN] == [TOBY, TOBY]
    after = contents(two)
    assert desk.send("/hand-over", **fields, do="record").status_code == 303  # sent twice
    assert contents(two) == after
    assert "Before: Tess Tyler" in desk.get("/cases/DFG-1").text


def test_all_of_them_or_none_and_what_was_typed_is_kept(two: str) -> None:
    desk = Desk(MIA)
    token = seen(desk.get(TWO).text)
    before = contents(two)
    wrong = [
        ({"to": WENDY}, "does not serve authority RBC"),
        ({"to": TOBY, "reason": ""}, "reason"),
        ({"to": ""}, "Nobody is known"),
        ({"to": TESS}, "says that already"),
    ]
    for fields, words in wrong:
        sent = {"case": CHOSEN, "seen": token, "reason": "as agreed on Monday", **fields}
        for do in ("preview", "record"):
            refused = desk.send("/hand-over", **sent, do=do)
            assert refused.status_code == 422
            assert words in refused.text
            assert "as agreed on Monday" in refused.text or not sent["reason"]
    assert contents(two) == before


def test_a_case_that_somebody_else_handed_on_meanwhile_is_told(two: str) -> None:
    desk, other = Desk(MIA), Desk(ADAM)
    token = seen(desk.get("/hand-over?case=DFG-3").text)
    fields = {"case": "DFG-3", "reason": "she has room for it", "do": "record"}
    assert other.send("/hand-over", **fields, to=TESS, seen=token).status_code == 303
    late = desk.send("/hand-over", **fields, to=TOBY, seen=token)
    assert late.status_code == 409
    assert "has changed since" in late.text
    assert "she has room for it" in late.text
    assert case(two, "DFG-3").officer == TESS


def test_an_officer_takes_what_is_nobody_s_and_gives_nothing_away(two: str) -> None:
    desk = Desk(TOBY)
    assert 'name="case" value="DFG-3"' in desk.get("/?tab=unassigned").text
    assert 'form="chosen"' not in desk.get("/?tab=all").text
    assert 'href="/hand-over?case=DFG-3">Take it' in desk.get("/cases/DFG-3").text
    assert "/hand-over" not in desk.get("/cases/DFG-1").text
    shown = desk.get("/hand-over?case=DFG-3").text
    fields = {"case": "DFG-3", "reason": "I take this case on.", "do": "record"}
    given = desk.send("/hand-over", **fields, to=TESS, seen=seen(shown))
    assert "may take DFG-3, and not give it away" in given.text
    taken = desk.send("/hand-over", **fields, to=TOBY, seen=seen(shown))
    assert taken.headers["location"] == "/cases/DFG-3"
    assert case(two, "DFG-3").officer == TOBY
    held = desk.send("/hand-over", **{**fields, "case": "DFG-1"}, to=TOBY,
                     seen=seen(desk.get("/hand-over?case=DFG-1").text))  # fmt: skip
    assert "has an officer: Tess Tyler" in held.text


def test_an_assessor_takes_the_assessor_s_part(two: str) -> None:
    desk = Desk(MIA)
    shown = desk.send("/hand-over", case="DFG-1", to=OTTO, reason="recommended it", do="preview")
    fields = {"case": "DFG-1", "to": OTTO, "reason": "recommended it", "seen": seen(shown.text)}
    assert desk.send("/hand-over", **fields, do="record").status_code == 303
    assert (case(two, "DFG-1").officer, case(two, "DFG-1").assessor) == (TESS, OTTO)


@pytest.mark.parametrize("who", [AUDREY, FINN])
def test_others_are_told_who_may(two: str, who: str) -> None:
    desk = Desk(who)
    assert desk.get(TWO).status_code == 403
    assert "may not record" in desk.get(TWO).text
    sent = {"case": CHOSEN, "to": TOBY, "reason": "as agreed on Monday", "do": "record"}
    assert desk.send("/hand-over", **sent).status_code == 403
    assert case(two, "DFG-1").officer == TESS


def test_another_authority_s_case_and_no_case_at_all(two: str) -> None:
    desk = Desk(WENDY)
    assert desk.get("/hand-over?case=DFG-3").status_code == 404
    sent = {"to": WENDY, "reason": "as agreed on Monday", "do": "record"}
    assert desk.send("/hand-over", case="DFG-3", **sent).status_code == 404
    assert desk.get("/hand-over?case=NO-SUCH").status_code == 404
    assert "Choose at least one case" in desk.get("/hand-over").text
    many = "&".join(f"case=X-{n}" for n in range(101))
    assert "at most 100" in desk.get(f"/hand-over?{many}").text


def test_the_form_of_the_decision_offers_who_may_have_the_case(two: str) -> None:
    shown = Desk(MIA).get("/cases/DFG-1/decide/assign-officer").text
    assert f'value="{TOBY}"' in shown
    assert WENDY not in shown
