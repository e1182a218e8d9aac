"""Who is acting: found by what they type, or refused in words."""

from __future__ import annotations

import pytest

from models.database import reading
from models.people import actor_for, who_decided
from rules.errors import UnknownReferenceError
from rules.people import Actor, Role, check_may_close_days
from tests.factories import bring, case_at
from tests.looking import case
from tests.small_service import ADA, AVON, FINN, TESS


def actor(url: str, identity: str) -> Actor:
    with reading(url) as conn:
        return actor_for(conn, identity=identity)


def test_an_officer_is_known_by_the_address_however_it_is_typed(url: str) -> None:
    tess = Actor(TESS, "Tess Tyler", Role.TECHNICAL_OFFICER, frozenset({"RBC"}))
    assert actor(url, TESS) == actor(url, " Tess@RBC.example ") == tess
    assert actor(url, ADA).approval_limit_pence == 30_000_00
    assert actor(url, FINN).authorities == frozenset()


def test_who_serves_every_authority_there_is_may_act_for_all(url: str) -> None:
    bring(
        url,
        "officers",
        "email | name | role | authorities\nmo@rbc.example | Mo Manager | manager | RBC;WDC",
    )
    mo = actor(url, "mo@rbc.example")
    assert mo.authorities == frozenset()
    check_may_close_days(actor=mo, authority="")
    bring(url, "authorities", "authority | name\nNEW | A new district")
    assert actor(url, "mo@rbc.example").authorities == {"RBC", "WDC"}


def test_a_contractor_is_known_by_its_code_however_it_is_typed(url: str) -> None:
    avon = Actor(AVON, "Avon Access Ltd", Role.CONTRACTOR)
    assert actor(url, f" {AVON} ") == actor(url, "avon") == avon


@pytest.mark.parametrize(
    "identity",
    [
        "",
        "nobody@rbc.example",
        "tess",
        "' OR '1'='1",
        "%",
        "TESS\x00",
        "\udcff",
        "😀" * 999,
    ],
)
def test_nobody_is_known_by_anything_else(sqlite_service: str, identity: str) -> None:
    with pytest.raises(UnknownReferenceError) as refusal:
        actor(sqlite_service, identity)
    assert refusal.value.what == f"Nobody is known as “{identity}”."
    assert refusal.value.next_step.startswith("Give an officer's e-mail address")


def test_text_that_postgresql_cannot_hold_is_nobody_s_name(url: str) -> None:
    for identity in ("TESS\x00", "\udcff"):
        with pytest.raises(UnknownReferenceError):
            actor(url, identity)


def test_who_decided_what_is_remembered_by_person(url: str) -> None:
    reference = case_at(url, "assign")
    with reading(url) as conn:
        made = who_decided(
            conn, case_id=case(url, reference).id, kinds=("specify", "confirm-price", "approve")
        )
    assert made == {TESS: "confirm-price", ADA: "approve"}
