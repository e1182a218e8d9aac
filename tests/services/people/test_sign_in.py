"""Signing in on each kind of database: what is counted, and what is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from adapters.passwords import hashed
from models.database import reading, writing
from models.tables.people import SignInTries
from rules.errors import SignInRefusedError, TooManyTriesError
from services.people import sign_in, tries
from services.people.passwords import set_password
from tests.looking import rows
from tests.small_service import TESS

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "three quiet otters"  # noqa: S105 - of nobody
HASH = hashed(PASSWORD)


def tried(
    password: str, *, at: datetime = NOW, email: str = TESS, address: str = "10.0.0.1"
) -> str:
    try:
        sign_in.sign_in(email=email, password=password, code="", address=address, agent="", now=at)
    except (SignInRefusedError, TooManyTriesError) as error:
        return type(error).__name__
    return "in"


def test_wrong_passwords_wait_longer_each_time_and_a_right_one_clears_the_account(url: str) -> None:
    with writing(url) as conn:
        set_password(conn, email=TESS, password_hash=HASH, now=NOW)
    assert [tried("wrong") for _ in range(5)] == ["SignInRefusedError"] * 5
    assert tried(PASSWORD) == "TooManyTriesError"
    assert tried(PASSWORD, at=NOW + timedelta(seconds=59)) == "TooManyTriesError"
    assert tried("wrong", at=NOW + timedelta(seconds=60)) == "SignInRefusedError"
    assert tried(PASSWORD, at=NOW + timedelta(seconds=179)) == "TooManyTriesError"
    assert tried(PASSWORD, at=NOW + timedelta(seconds=180)) == "in"
    assert [row["failures"] for row in rows(url, SignInTries)] == [6]  # of the address alone
    assert TESS not in repr(rows(url, SignInTries))


@pytest.mark.sqlite
def test_many_accounts_tried_from_one_address_wait_too(url: str) -> None:
    for number in range(20):
        assert tried("wrong", email=f"nobody{number}@rbc.example") == "SignInRefusedError"
    assert tried("wrong", email="another@rbc.example") == "TooManyTriesError"
    assert tried("wrong", email="another@rbc.example", address="10.0.0.2") == "SignInRefusedError"
    after = NOW + timedelta(hours=1, seconds=1)
    assert tried("wrong", email="another@rbc.example", at=after) == "SignInRefusedError"
    assert {row["failures"] for row in rows(url, SignInTries) if row["last_at"] == after} == {1}


def test_no_more_are_let_through_because_all_come_first(url: str) -> None:
    against, together = tries.counted(email=TESS, address=""), Barrier(12)

    def let_through(_: int) -> bool:
        together.wait()
        try:
            with writing(url) as conn:
                tries.count(conn, against=against, now=NOW)
        except TooManyTriesError:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(let_through, range(12))) == 5


def test_tries_made_at_the_same_time_are_all_counted(url: str) -> None:
    against = tries.counted(email=TESS, address="")

    def one(_: int) -> None:
        with writing(url) as conn:
            tries.count(conn, against=against, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(5)))
    assert [row["failures"] for row in rows(url, SignInTries)] == [5]
    with pytest.raises(TooManyTriesError, match="Try again at 09:01"), writing(url) as conn:
        tries.count(conn, against=against, now=NOW)
    with reading(url) as conn:
        assert not sign_in.has_password(conn, email=TESS)
