"""Batch awards at the desk: worked out, looked at, accepted whole or not at all."""

from __future__ import annotations

from desk.verification.commands import verify_all
from models.database import reading
from services.batches.propose import propose_batch
from tests.batch_awards import LOT, TWO, waiting
from tests.desk.web.desk import Desk
from tests.looking import contents
from tests.served import sqlite_service
from tests.small_service import AUDREY, PLAN, REASON, TESS

__all__ = ["sqlite_service"]

SAID = {
    "proportionate": PLAN.proportionate,
    "legal": PLAN.legal,
    "auditable": PLAN.auditable,
    "necessary": PLAN.necessary,
}


def proposed(desk: Desk) -> str:
    """Ask for a batch award and have it worked out; return its address."""
    asked = desk.send("/batches", lot=LOT, least="0", most="100")
    assert asked.status_code == 303, asked.text
    place = str(asked.headers["location"])
    assert "as soon as Handrail runs" in desk.get(place).text
    assert propose_batch(int(place.rpartition("/")[2])).status == "proposed"
    return place


def test_a_proposal_is_looked_at_and_accepted_once(sqlite_service: str) -> None:
    waiting(sqlite_service, *TWO)
    desk = Desk(TESS)
    place = proposed(desk)
    page = desk.get(place).text
    for words in (*TWO, "Award every case as proposed"):
        assert words in page
    refused = desk.send(place, do="accept", reason=REASON)  # without its PLAN
    assert refused.status_code == 422
    assert REASON in refused.text
    assert desk.send(place, do="accept", reason=REASON, **SAID).status_code == 303
    assert "Accepted" in desk.get(place).text
    assert "Award every case" not in desk.get(place).text
    again = desk.send(place, do="accept", reason=REASON, **SAID)
    assert again.status_code in {409, 422}
    with reading(sqlite_service) as conn:
        assert list(verify_all(conn)) == []


def test_a_proposal_is_turned_down(sqlite_service: str) -> None:
    waiting(sqlite_service, *TWO)
    desk = Desk(TESS)
    place = proposed(desk)
    assert desk.send(place, do="reject", reason=REASON).status_code == 303
    assert "Rejected" in desk.get(place).text


def test_what_cannot_be_is_said_and_who_may_not_is_told(sqlite_service: str) -> None:
    desk, auditor = Desk(TESS), Desk(AUDREY)
    before = contents(sqlite_service)
    assert "No case of lot" in desk.send("/batches", lot=LOT, least="0", most="100").text
    assert desk.send("/batches", lot=LOT, least="x", most="100").status_code == 422
    assert auditor.get("/batches").status_code == 403
    assert auditor.send("/batches", lot=LOT, least="0", most="100").status_code == 403
    assert desk.get("/batches/99").status_code == 404
    assert contents(sqlite_service) == before
