"""Who somebody is by an account of the council's own: whom claims tell of, and whom they do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules.council_account import Account, account_of, check_shown_lately, is_one_provider
from rules.errors import SignInRefusedError

TENANT = "8b0b8c2e-1111-4c4c-9d9d-000000000001"
ENTRA = f"https://login.microsoftonline.com/{TENANT}/v2.0"
CLAIMS = {
    "iss": ENTRA,
    "tid": TENANT,
    "oid": "o-1",
    "sub": "s-1",
    "preferred_username": "tess@rbc.example",
    "email": "ada@rbc.example",
    "auth_time": 1_780_000_000,
}
NOW = datetime.fromtimestamp(1_780_000_000, UTC)


@pytest.mark.parametrize(
    ("issuer", "right"),
    [
        (ENTRA, True),
        ("https://id.council.example", True),
        ("http://127.0.0.1:9400", True),
        ("http://id.council.example", False),
        ("https://login.microsoftonline.com/common/v2.0", False),
        ("https://login.microsoftonline.com/organizations/v2.0", False),
        ("https://id.council.example/?x=1", False),
        ("https://", False),
    ],
)
def test_one_tenant_by_tls_may_say_who_somebody_is(issuer: str, right: bool) -> None:
    assert is_one_provider(issuer) is right


def test_an_account_is_known_by_what_is_never_given_anew_and_never_by_email() -> None:
    assert account_of(CLAIMS) == Account(ENTRA, "o-1", "tess@rbc.example", NOW)
    elsewhere = {"iss": "https://id", "sub": "s-1", "email": "tess@rbc.example"}
    assert account_of(elsewhere) == Account("https://id", "s-1", "", None)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"acct": 1}, "guest"),
        ({"idp": "https://sts.windows.net/another-tenant/"}, "guest"),
        ({"idp": "live.com"}, "guest"),
        ({"oid": 7}, "did not say who you are"),
        ({"oid": "", "sub": ""}, "did not say who you are"),
        ({"preferred_username": ["a"]}, "did not say who you are"),
    ],
)
def test_a_guest_or_a_riddle_is_nobody(claims: dict[str, Any], words: str) -> None:
    with pytest.raises(SignInRefusedError, match=words):
        account_of(CLAIMS | claims)


def test_a_member_stays_one_whatever_of_our_own_tenant_is_named() -> None:
    assert account_of(CLAIMS | {"acct": 0, "idp": f"https://sts.windows.net/{TENANT}/"}).subject


@pytest.mark.parametrize(
    ("ago", "right"), [(0, True), (599, True), (600, False), (-120, True), (-121, False)]
)
def test_who_somebody_is_was_shown_lately_by_the_providers_own_word(ago: int, right: bool) -> None:
    within, now = timedelta(minutes=10), NOW + timedelta(seconds=ago)
    if right:
        shown = check_shown_lately(account_of(CLAIMS), now=now, within=within)
        assert shown == min(NOW, now)
        return
    with pytest.raises(SignInRefusedError, match="just now"):
        check_shown_lately(account_of(CLAIMS), now=now, within=within)


@pytest.mark.parametrize("said", [None, True, "yesterday", -1, 1 << 60])
def test_without_the_providers_word_it_was_not_shown_lately(said: Any) -> None:
    with pytest.raises(SignInRefusedError, match="auth_time"):
        check_shown_lately(account_of(CLAIMS | {"auth_time": said}), now=NOW, within=NOW - NOW)
