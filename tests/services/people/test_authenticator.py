"""The authenticator app: what is kept of it gives nothing away, and each code works once."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from adapters.settings import settings
from models.base import AnyRow
from models.database import reading, writing
from models.tables.people import SignIn
from rules.errors import StorageError
from services.people.authenticator import CODES, secret_of, set_app, takes_code
from services.people.passwords import set_password
from services.people.sign_in import kept_of
from services.ready import prepare
from tests.looking import rows
from tests.small_service import ADA, FINN

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = pyotp.random_base32()


def with_app(url: str, email: str = ADA) -> Sequence[str]:
    with writing(url) as conn:
        set_password(conn, email=email, password_hash="x", now=NOW)  # noqa: S106 - of nobody
        return set_app(conn, email=email, secret=SECRET, step=0)


def taken(url: str, code: str, at: datetime = NOW, email: str = ADA) -> bool:
    with writing(url) as conn:
        kept = kept_of(conn, email=email)
        assert kept is not None
        return takes_code(conn, kept=kept, code=code, now=at)


def held(url: str, email: str = ADA) -> AnyRow:
    with reading(url) as conn:
        return kept_of(conn, email=email) or pytest.fail("no row")


@pytest.mark.sqlite
def test_the_database_alone_gives_neither_secret_nor_codes(url: str) -> None:
    codes = with_app(url)
    kept = repr(rows(url, SignIn))
    assert SECRET not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    assert secret_of(held(url)) == SECRET
    key = settings().resolved_home / "sign-in.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not [one for one in key.parent.iterdir() if one.name.startswith(".sign-in.key")]


@pytest.mark.sqlite
def test_each_code_works_once_the_apps_and_those_for_a_lost_telephone(url: str) -> None:
    first, second, *_ = with_app(url)
    code = pyotp.TOTP(SECRET).at(NOW)
    assert [taken(url, code), taken(url, code)] == [True, False]
    assert not taken(url, pyotp.TOTP(SECRET).at(NOW - timedelta(seconds=30)))  # one before it
    assert not taken(url, "")
    assert [taken(url, first.lower().replace("-", " ")), taken(url, first)] == [True, False]
    assert len(held(url).recovery_codes.split()) == CODES - 1
    with_app(url)
    assert not taken(url, second)  # others were given
    assert not taken(url, with_app(url, FINN)[0])  # somebody else's


def test_two_who_send_one_code_at_the_same_time_are_not_both_let_in(url: str) -> None:
    first, *_ = with_app(url)
    before = held(url)
    app = pyotp.TOTP(SECRET).at(NOW)
    for code in (first, app):
        let_in = []
        for _ in range(2):  # both have read the row before either wrote
            with writing(url) as conn:
                let_in.append(takes_code(conn, kept=before, code=code, now=NOW))
        assert let_in == [True, False]


def test_secrets_of_an_earlier_version_work_and_are_sealed_when_the_service_is_made_ready(
    url: str,
) -> None:
    with_app(url)
    with writing(url) as conn:
        conn.execute(sa.update(SignIn).values(totp_secret=SECRET))
    assert taken(url, pyotp.TOTP(SECRET).at(NOW))
    for _ in range(2):
        prepare(url)
        kept = held(url)
        assert kept.totp_secret.startswith("sealed:")
        assert secret_of(kept) == SECRET
    assert not taken(url, pyotp.TOTP(SECRET).at(NOW))


@pytest.mark.sqlite
def test_without_the_key_nobody_gets_in_by_an_app_and_no_other_key_is_made(url: str) -> None:
    with_app(url)
    code, key = pyotp.TOTP(SECRET).at(NOW), settings().resolved_home / "sign-in.key"
    right = key.read_bytes()
    key.unlink()
    with pytest.raises(StorageError, match="Put the key back"):
        taken(url, code)
    assert not key.exists()
    for wrong in (b"x" * 32, b"short"):
        key.write_bytes(wrong)
        with pytest.raises(StorageError):
            taken(url, code)
    key.write_bytes(right)
    assert taken(url, code)


def test_a_secret_moved_beside_another_name_is_not_read(url: str) -> None:
    with_app(url)
    with_app(url, FINN)
    with writing(url) as conn:
        conn.execute(sa.update(SignIn).values(totp_secret=held(url).totp_secret))
    with pytest.raises(StorageError, match="another key"):
        secret_of(held(url, FINN))
