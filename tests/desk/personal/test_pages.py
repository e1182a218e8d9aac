"""`/retention`: looked at, held back, decided with the password, and by managers alone."""

from __future__ import annotations

import pytest

from models.database import reading
from services.cases.file import file_of
from services.decisions.history import case_history
from services.personal.proposals import propose_erasures
from tests.desk.web.desk import Desk
from tests.personal import REASON, SECRETS, closed_long_ago, erased, proposed
from tests.small_service import ADAM, AUDREY, FINN, MIA, TESS


def test_a_manager_looks_holds_back_and_has_the_rest_erased(sqlite_service: str) -> None:
    closed_long_ago(sqlite_service)
    manager = Desk(MIA)
    assert "Nothing has been proposed." in manager.get("/retention").text
    proposed()
    assert 'href="/retention/1"' in manager.get("/retention").text
    shown = manager.get("/retention/1").text
    assert "Access and vulnerability notes (1)" in shown
    assert "reg. 13" in shown
    assert not [secret for secret in SECRETS[2:] if secret in shown]

    refused = manager.send("/retention/holds", reference="DFG-1", reason="a complaint is open")
    assert (refused.status_code, "a complaint is open" in refused.text) == (422, True)
    held = {"reference": "dfg-1", "ground": "complaint", "reason": "a complaint is open"}
    assert manager.send("/retention/holds", **held).headers["location"] == "/retention"
    assert "it stays whole" in manager.get("/retention/1").text
    lifted = manager.send("/retention/holds/lift", reference="DFG-1", reason="it was answered")
    assert lifted.status_code == 303

    thin = manager.send("/retention/1", do="accept", reason="ok")
    assert thin.status_code == 422
    assert "There is a problem" in thin.text
    done = manager.send("/retention/1", do="accept", reason=REASON)
    assert (done.status_code, done.headers["location"]) == (303, "/retention/1")
    assert "It is being erased" in manager.get("/retention/1").text
    again = manager.send("/retention/1", do="reject", reason=REASON)
    assert (again.status_code, "is decided already" in again.text) == (422, True)
    assert erased(1) == {"erased": 1}
    assert "Done on " in manager.get("/retention/1").text

    officer = Desk(TESS)
    page = officer.get("/cases/DFG-1").text
    assert "under the retention decision" in page
    for path in ("/documents/1/x.html", "/cases/DFG-1/received/1"):
        gone = officer.browser.get(path, follow_redirects=True)
        assert gone.status_code == 404
        assert "was erased under the retention decision" in gone.text
    with reading(sqlite_service) as conn:
        assert file_of(conn, reference="DFG-1")["notes"][0].words.startswith("Erased on ")
        said = case_history(conn, reference="DFG-1")[-1]["said"]
    assert said.startswith("Personal data erased under the retention decision: notes (3), ")


@pytest.mark.parametrize("who", [TESS, FINN, AUDREY])
def test_nobody_else_looks_or_decides(sqlite_service: str, who: str) -> None:
    closed_long_ago(sqlite_service)
    propose_erasures()
    desk = Desk(who)
    assert 'href="/retention"' not in desk.get("/account").text
    held = {"reference": "DFG-1", "ground": "claim", "reason": "a claim is open"}
    answers = (
        desk.get("/retention"),
        desk.get("/retention/1"),
        desk.send("/retention/1", do="accept", reason=REASON),
        desk.send("/retention/holds", **held),
        desk.send("/retention/holds/lift", reference="DFG-1", reason=REASON),
    )
    assert [one.status_code for one in answers] == [403] * 5


def test_what_is_no_proposal_and_no_case_is_not_found(sqlite_service: str) -> None:
    desk = Desk(ADAM)
    assert desk.get("/retention/7").status_code == 404
    held = {"reference": "DFG-77", "ground": "claim", "reason": "a claim is open"}
    assert desk.send("/retention/holds", **held).status_code == 404
    assert desk.post("/retention/holds", data=held).status_code == 403
