"""Erasing what closed cases need no longer: decided, once, on record, and nothing beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock, signing
from adapters.settings import settings
from models.base import Base
from models.case_queries import case_row
from models.database import engine_for, reading, writing
from models.people import actor_for
from models.tables.record import Document
from rules.errors import AlreadyDecidedError, MissingReasonError, NotPermittedError
from services.cases.file import file_of
from services.documents.sent import message
from services.personal import erase
from services.personal.erase import cases_to_erase, decide_erasure, erase_case
from services.personal.holds import Ground, hold_back, holds, lift_hold
from services.personal.proposals import proposal_view, propose_erasures
from services.verification.against_seal import against_seal
from services.verification.seal import sealed_now
from services.verification.verify import findings
from tests.factories import case_at, later
from tests.looking import case, contents, trail
from tests.personal import REASON, SECRETS, accepted, closed_long_ago, erased, proposed
from tests.small_service import ADAM, FINN, MIA, TESS

GONE = "Erased on "


def broken(url: str) -> list[str]:
    def hashed(path: str) -> str | None:
        file = settings().documents_folder / path
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None

    with reading(url) as conn:
        return [one.sentence for one in findings(conn, hashed, now=clock.now())]


def view(url: str, number: int) -> dict[str, Any]:
    with reading(url) as conn:
        return proposal_view(conn, number=number, viewer=actor_for(conn, identity=MIA))


def everything(url: str) -> str:
    """Return all that any row of any table says."""
    said = []
    with reading(url) as conn:
        for table in Base.metadata.sorted_tables:
            said += [str(tuple(row)) for row in conn.execute(sa.select(table))]
    return "\n".join(said)


def files() -> list[Path]:
    return [one for one in settings().documents_folder.rglob("*") if one.is_file()]


def hold(url: str, *, by: str = MIA, reason: str = "the Ombudsman asks for the file") -> None:
    with writing(url) as conn:
        actor = actor_for(conn, identity=by)
        hold_back(
            conn,
            reference="DFG-1",
            ground=Ground.OMBUDSMAN,
            reason=reason,
            by=actor,
            now=clock.now(),
        )


def test_what_was_decided_is_erased_once_and_verify_holds_before_and_after(url: str) -> None:
    closed_long_ago(url)
    others = {"client_name": "Mr Else", "address": "2 Elm Way", "email": "else@home.example"}
    other = case_at(url, "price", reference="DFG-2", **others)
    assert broken(url) == []
    number = proposed()
    assert proposed() == number, "an open proposal is not made again"
    (shown,) = view(url, number)["cases"]
    assert shown["reference"] == "DFG-1"
    assert "name, date of birth and home" not in " ".join(shown["going"])
    assert "reg. 13" in " ".join(shown["staying"])
    assert (kept := everything(url)).count("the key safe is 4711") > 0
    assert len(files()) > 3
    accepted(url, number)
    assert broken(url) == []
    assert "the key safe is 4711" in kept
    money = {one: contents(url)[one] for one in ("price", "price_line", "payment", "approval")}
    assert erased(number) == {"erased": 1}
    assert broken(url) == []
    after = everything(url)
    left = [secret for secret in SECRETS if secret in after]
    assert left == ["Mrs Ashby", "14 Hill Road"], "name and home stay for a later grant"
    assert {one: contents(url)[one] for one in money} == money
    assert trail(url, "DFG-1")[-1] == "retention: erased"
    assert erased(number) == {"erased": 1}
    assert trail(url, "DFG-1").count("retention: erased") == 1
    assert view(url, number)["status"] == "done"
    assert case(url, other).client_name == "Mr Else"
    with reading(url) as conn:
        notes = file_of(conn, reference="DFG-1")
        kept_of = case_row(conn, reference="DFG-1").id
        its = sa.select(Document.path, Document.sha256).where(Document.case_id == kept_of)
        paths = conn.execute(its).all()
        sent = conn.execute(
            sa.text("SELECT id FROM outbox WHERE kind = 'message' AND case_id IS NOT NULL")
        ).scalars()
        shown_message = message(conn, message_id=min(sent), viewer=actor_for(conn, identity=TESS))
    assert shown_message.body.startswith(GONE)
    assert notes["notes"][0].words.startswith(GONE)
    assert {bool(row.path) for row in paths} == {False} != {bool(row.sha256) for row in paths}


def test_name_and_home_go_once_no_later_grant_can_count_them(url: str) -> None:
    closed_long_ago(url)
    first = proposed()
    accepted(url, first)
    erased(first)
    later(days=365 * 4)
    second = proposed()
    (shown,) = view(url, second)["cases"]
    assert shown["going"] == ["name, date of birth and home (1)"]
    accepted(url, second)
    assert erased(second) == {"erased": 1}
    assert [secret for secret in SECRETS if secret in everything(url)] == []
    assert case(url, "DFG-1").client_name.startswith(GONE)
    assert broken(url) == []
    assert proposed() == second, "nothing is left to propose"


@pytest.mark.sqlite
def test_a_run_killed_anywhere_goes_on_where_it_stopped(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_long_ago(url)
    number = proposed()
    accepted(url, number)
    asked = cases_to_erase(number)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for step in ("erase_messages", "remove_files"):
        with monkeypatch.context() as patched:
            patched.setattr(erase, step, killed)
            with pytest.raises(KeyboardInterrupt):
                erase_case("DFG-1", asked)
        done = step == "remove_files"
        assert ("the key safe is 4711" in everything(url)) is not done
        assert len(files()) > 3
        expected = ["Files of what was erased by retention proposal 1 are still to be removed."]
        assert broken(url) == (expected if done else [])
    later(days=1)
    before = len(contents(url)["outbox"])
    propose_erasures()
    assert len(contents(url)["outbox"]) == before + 1, "the run is asked for again"
    assert erased(number) == {"erased": 1}
    assert (files(), broken(url)) == ([], [])


def test_a_held_case_is_left_until_the_hold_is_lifted(url: str) -> None:
    closed_long_ago(url)
    number = proposed()
    accepted(url, number)
    hold(url)
    with pytest.raises(AlreadyDecidedError, match="held back already: ombudsman"):
        hold(url)
    assert erased(number) == {"held": 1}
    assert "the key safe is 4711" in everything(url)
    assert proposed() == number, "a held case is not proposed"
    with writing(url) as conn:
        adam = actor_for(conn, identity=ADAM)
        assert [one["reference"] for one in holds(conn, viewer=adam)] == ["DFG-1"]
        lift_hold(
            conn, reference="dfg-1", reason="the complaint is closed", by=adam, now=clock.now()
        )
        assert holds(conn, viewer=adam) == []
    second = proposed()
    accepted(url, second)
    assert erased(second) == {"erased": 1}
    assert broken(url) == []


def test_only_managers_and_administrators_decide_and_say_why(url: str) -> None:
    closed_long_ago(url)
    number = proposed()
    for who in (TESS, FINN):
        with pytest.raises(NotPermittedError):
            accepted(url, number, by=who)
        with pytest.raises(NotPermittedError):
            hold(url, by=who)
    with pytest.raises(MissingReasonError):
        hold(url, reason="ok")
    with pytest.raises(MissingReasonError):
        accepted(url, number, reason="")
    with writing(url) as conn:
        actor = actor_for(conn, identity=MIA)
        decide_erasure(conn, number=number, accept=False, by=actor, reason=REASON, now=clock.now())
    with pytest.raises(AlreadyDecidedError, match="is rejected already"):
        accepted(url, number)
    assert erased(number) == {"proposed": 1}
    assert "the key safe is 4711" in everything(url)


FORGED = (
    "INSERT INTO retention_case SELECT 1, id, '{}', '{}', 'erased', '', '{}', ended_at, '[]' "
    "FROM \"case\" WHERE reference = 'DFG-2'"
)
DISGUISED = (
    (
        "UPDATE case_note SET words = 'Erased on 2 June 2026 under the retention decision'",
        "Case note ",
    ),
    ("UPDATE document SET path = '', html_path = ''", "The document "),
    ("UPDATE award SET inputs = '{}'", "Award "),
    (FORGED, "What was erased at "),
    (
        "UPDATE \"case\" SET client_name = 'Erased on 2 June 2026 under the retention decision'",
        "Case ",
    ),
)


@pytest.mark.parametrize(("edit", "said"), DISGUISED)
def test_an_edit_disguised_as_an_erasure_is_told(url: str, edit: str, said: str) -> None:
    closed_long_ago(url)
    proposed()
    case_at(url, "price", reference="DFG-2")
    if "ended_at" in edit:
        edit = edit.replace("ended_at", f"'{clock.now():%Y-%m-%d %H:%M:%S+00:00}'")
    assert broken(url) == []
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql(edit)
    assert any(one.startswith(said) for one in broken(url)), broken(url)


def test_an_edit_after_a_lawful_erasure_is_told_and_a_seal_from_before_knows_the_erasure(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_SEAL_KEY", str(tmp_path / "kept" / "seal.key"))
    settings.cache_clear()
    closed_long_ago(url)
    sealed = sealed_now()
    number = proposed()
    accepted(url, number)
    erased(number)
    with reading(url) as conn:
        found, after = against_seal(conn, sealed, known_key=signing.known_key())
    assert found == []
    assert "DFG-1: case note was erased, as was decided." in after
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("UPDATE case_note SET words = 'Nothing was promised.'")
        conn.exec_driver_sql("UPDATE approval SET reason = 'another'")
    told = broken(url)
    assert any(one.startswith("Case note ") for one in told)
    with reading(url) as conn:
        found, _ = against_seal(conn, sealed, known_key=signing.known_key())
    assert [one.sentence for one in found] == [
        "1 rows of approval were changed since they were sealed."
    ]
