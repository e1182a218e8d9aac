"""What is held on somebody, given to them: all of theirs, nothing of others, and on record."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from desk.personal.bundle import as_json, bundle
from models.database import reading, writing
from models.people import actor_for
from models.tables.people import CouncilAccount
from models.tables.record import Outbox, ReturnedMail
from models.tables.reference import OwnLetter
from rules.cases import Reached
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.cases.contacts import ChangeContact
from services.cases.looked import record_look
from services.people import sessions
from services.people.invitations import invite
from services.people.passwords import set_password
from services.people.tokens import hash_of
from services.personal.access import GivenOut, cases_of, give_out
from services.personal.officer import held_on_officer
from tests.factories import case_at, decide
from tests.looking import case, contents, trail
from tests.personal import SECRETS, accepted, closed_long_ago, erased, proposed, with_file
from tests.small_service import ADAM, AUDREY, FINN, MIA, OTTO, TESS, TOBY

REASON = "she asked for it on 2 June"
OTHERS = ("niece@other.example", "07700 900999", "Nora Niece", "Mr Else", "2 Elm Way", TESS, MIA)


def given(
    url: str, *references: str, by: str = MIA, reason: str = REASON, roles: bool = False
) -> GivenOut:
    with writing(url) as conn:
        actor = actor_for(conn, identity=by)
        return give_out(
            conn,
            references=references,
            by=actor,
            reason=reason,
            roles=roles,
            now=clock.now(),
        )


def found(url: str, *, by: str = MIA, **asked: Any) -> list[str]:
    with reading(url) as conn:
        viewer = actor_for(conn, identity=by)
        return [row.reference for row in cases_of(conn, viewer=viewer, **asked)]


def two_people(url: str) -> None:
    with_file(url)
    decide(
        url,
        "DFG-1",
        ChangeContact(
            Reached.ALTERNATIVE,
            name="Nora Niece",
            relation="niece",
            phone="07700 900999",
            email="niece@other.example",
        ),
    )
    others = {"client_name": "Mr Else", "address": "2 Elm Way", "email": "else@home.example"}
    case_at(url, "price", reference="DFG-2", **others)
    with reading(url) as conn:
        record_look(conn, case_id=case(url, "DFG-1").id, officer=OTTO, now=clock.now())


@pytest.mark.sqlite
def test_all_that_is_theirs_is_given_and_nothing_of_others_and_it_is_on_record(url: str) -> None:
    two_people(url)
    made = zipfile.ZipFile(BytesIO(bundle(given(url, "dfg-1"))))
    index, data = (made.read(name).decode() for name in ("index.html", "data.json"))
    assert [secret for secret in SECRETS if secret not in index or secret not in data] == []
    assert [other for other in OTHERS if other in index or other in data] == []
    assert "Tess Tyler" in data
    (held,) = json.loads(data)["cases"]
    assert held["contacts"]["alternative"] == {
        "relation": "niece",
        "details": "left out: it is somebody else’s",
    }
    assert held["who_looked"] == [{"day": "2026-06-01", "who": "Otto Therapy"}]
    documents = held["documents_sent"] + held["documents_received"]
    assert len(documents) > 3
    assert all(made.read(one["file"]) for one in documents)
    assert any("The case" in row["what"] or "Note" in row["what"] for row in _done(held))
    assert trail(url, "DFG-1")[-1] == "personal data: given out"
    assert "personal data: given out" not in trail(url, "DFG-2")
    roles = as_json(given(url, "DFG-1", roles=True).held)
    assert "Tess Tyler" not in roles
    assert "technical officer" in roles


def _done(held: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = held["what_was_decided_and_done"]
    return rows


def test_whose_it_is_is_found_by_reference_by_name_and_birth_or_by_address(url: str) -> None:
    two_people(url)
    assert found(url, reference="dfg-1") == ["DFG-1"]
    assert found(url, name="mrs ashby", born=date(1941, 8, 17)) == ["DFG-1"]
    assert found(url, email="ELSE@home.example") == ["DFG-2"]
    for asked in ({"name": "Mrs Ashby", "born": date(1941, 8, 18)}, {"email": "x@home.example"}):
        with pytest.raises(UnknownReferenceError):
            found(url, **asked)
    with pytest.raises(InvalidDecisionError, match="several people"):
        found(url, name="Mrs Ashby")


@pytest.mark.sqlite
def test_what_may_not_be_given_out_is_not_and_nothing_is_recorded(url: str) -> None:
    two_people(url)
    before = contents(url)
    refused: list[tuple[type[HandrailError], tuple[str, ...], dict[str, Any]]] = [
        (NotPermittedError, ("DFG-1",), {"by": TESS}),
        (NotPermittedError, ("DFG-1",), {"by": FINN}),
        (NotPermittedError, ("DFG-1",), {"by": AUDREY}),
        (MissingReasonError, ("DFG-1",), {"reason": "ok"}),
        (InvalidDecisionError, ("DFG-1", "DFG-2"), {}),
        (InvalidDecisionError, (), {}),
        (UnknownReferenceError, ("DFG-7",), {}),
    ]
    for error, references, how in refused:
        with pytest.raises(error):
            given(url, *references, **how)
    assert contents(url) == before


def test_what_was_erased_is_said_to_be(url: str) -> None:
    closed_long_ago(url)
    number = proposed()
    accepted(url, number)
    erased(number)
    found_ = given(url, "DFG-1")
    assert found_.files == {}
    assert found_.missing
    assert all("was erased under the retention decision" in one for one in found_.missing)
    assert "Erased on " in as_json(found_.held)


def test_an_officer_is_told_how_they_sign_in_and_nothing_that_lets_anybody_in(url: str) -> None:
    two_people(url)
    tess, at = {"email": TESS}, clock.now()
    with writing(url) as conn:
        actor, adam = (actor_for(conn, identity=one) for one in (TESS, ADAM))
        invite(conn, by=adam, email=TESS, now=at)
        token, session = sessions.begin(conn, actor=actor, now=at, address="10.0.0.7", agent="Fox")
        set_password(conn, email=TESS, password_hash="a hash", now=at, but=session)  # noqa: S106 - no hash
        account = {**tess, "issuer": "https://id.example", "subject": "oid-7", "known_since": at}
        conn.execute(sa.insert(CouncilAccount).values(**account))
        letter = {"authority": "RBC", "version": 9, "words": {}, "made_by": TESS, "made_at": at}
        conn.execute(sa.insert(OwnLetter).values(**letter, reason="a new crest"))
        message = sa.select(Outbox.id).where(Outbox.case_id == 1, Outbox.kind == "message")
        back = {"status": "5.1.1", "words": "no such mailbox", "reported_by": "", "reported_at": at}
        settled = {"settled_at": at, "settled_by": TESS, "settled_why": "she was told by telephone"}
        row = {"outbox_id": message.limit(1).scalar_subquery(), **back, **settled}
        conn.execute(sa.insert(ReturnedMail).values(**row))
        held = held_on_officer(conn, email=TESS, by=actor, reason=REASON, now=at)
    assert [row["subject"] for row in held["council_account"]] == ["oid-7"]
    assert [row["address"] for row in held["signed_in"]] == ["10.0.0.7"]
    assert [row["made_by"] for row in held["links_to_sign_in"]] == [ADAM]
    assert [row["version"] for row in held["letters_worded"]] == [9]
    assert [row["reference"] for row in held["messages_that_did_not_arrive"]] == ["DFG-1"]
    said = as_json(held)
    assert [one for one in (token, hash_of(token), session.csrf, "a hash") if one in said] == []
    assert "she was told by telephone" not in said  # it may be about the client
    assert "no such mailbox" in as_json(given(url, "DFG-1").held)  # whose it is


@pytest.mark.sqlite
def test_an_officer_s_own_data_names_no_client(url: str) -> None:
    two_people(url)
    with writing(url) as conn:
        own = actor_for(conn, identity=OTTO)
        held = held_on_officer(conn, email=OTTO, by=own, reason=REASON, now=clock.now())
        adam = actor_for(conn, identity=ADAM)
        tess = held_on_officer(conn, email=TESS, by=adam, reason=REASON, now=clock.now())
        toby = actor_for(conn, identity=TOBY)
        with pytest.raises(NotPermittedError):
            held_on_officer(conn, email=TESS, by=toby, reason=REASON, now=clock.now())
    assert [row["reference"] for row in held["cases_looked_at"]] == ["DFG-1"]
    assert tess["officer"][0]["name"] == "Tess Tyler"
    assert {row["kind"] for row in tess["decisions"]} >= {"record-note", "confirm-price"}
    assert "Ashby" not in as_json([held, tess])
    assert trail(url, "service")[-2:] == ["personal data: given out"] * 2
