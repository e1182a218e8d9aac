"""Which passwords somebody may choose: none that a stranger tries first, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from rules.errors import InvalidPasswordError
from services.people.passwords import usable_hash

EMAIL = "tess.winterbourne@rugby.example"


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "1q2w3e4r5t6y", "123qweasdzxc", "zaq12wsxcde3", "qwertyuiop[]"),
        *("unbelievable", "manchesterunited", "liverpoolfc1", "P@ssw0rdP@ssw0rd", "aaaaaaaaaaab"),
        *("iloveyou12345", "abcdefghijklm", "administrator1", "welcome-2026"),
        *("handrail-2026!", "CouncilCouncil1", "disabledgrants", "Contractor1234"),
        *("winterbourne1!", "rugby-tess-2026", "tess-winterbourne"),
    ],
)
def test_what_a_stranger_tries_first_is_refused(password: str) -> None:
    assert len(password) >= 12
    with pytest.raises(InvalidPasswordError, match="one of the first that anybody would try"):
        usable_hash(password, again=password, email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "three quiet otters",
        "blue kettle train",
        "gH7#kq92Lmzx",
        "tess mends her bicycle",
        "tri dyfrgi tawel ýn ý môr",
    ],
)
def test_three_words_or_what_a_password_manager_draws_will_do(password: str) -> None:
    assert usable_hash(password, again=password, email=EMAIL).startswith("$argon2id$")


def test_the_longest_is_reckoned_at_once() -> None:
    began = time.perf_counter()
    with pytest.raises(InvalidPasswordError, match="at most 200 characters"):
        usable_hash("pa55w0rd" * 100_000, again="pa55w0rd" * 100_000, email=EMAIL)
    assert time.perf_counter() - began < 1
