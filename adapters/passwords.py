"""Passwords and codes: hashed with argon2, and reckoned as authenticator apps do (RFC 6238)."""

from datetime import datetime
from typing import Final

import pyotp
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from rules.sign_in import as_typed_anywhere

STEP_SECONDS: Final = 30
_DRIFT: Final = (0, -1, 1)
"""A code of the step before or after is taken too: telephones' clocks differ."""

# OWASP's least for argon2id: 19 MiB, two passes, one lane.
_ARGON2: Final = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$djtKvj6aSlECf9i3UG5gjA"
    "$Oi2PMc3P7vVGodgZ5DokIBMktNLhQVPM4MoDUH+rPnY"
)
"""A hash as ours are, of a password that was thrown away: compared with where there is none."""


def hashed(password: str) -> str:
    """Return what may be kept of a password."""
    return _ARGON2.hash(as_typed_anywhere(password))


def fits(password: str, kept: str) -> bool:
    """Say whether a password is the one whose hash was kept; without one, no, as slowly."""
    return _ARGON2.verify(as_typed_anywhere(password), kept or NOBODYS) and bool(kept)


def fresh_secret() -> str:
    """Return a secret that an authenticator app can be given."""
    return pyotp.random_base32()


def secret_address(secret: str, *, email: str) -> str:
    """Return the ``otpauth://`` address of a secret, as an app on the same machine opens it."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Handrail")


def fresh_recovery_code() -> str:
    """Return a code to be kept for a lost telephone: 60 random bits, in three groups of four."""
    drawn = pyotp.random_base32()
    return "-".join(drawn[at : at + 4] for at in (0, 4, 8))


def plain_code(code: str) -> str:
    """Return a code as it is compared, however it was typed."""
    return "".join(one for one in code.upper() if one.isalnum())


def step_of_code(code: str, *, secret: str, now: datetime, after: int) -> int | None:
    """Return the time step that a code belongs to, or None where it is none of now.

    Args:
        after: The step of the last code that was taken; that one and earlier ones are used up.
    """
    plain = "".join(code.split())
    step = int(now.timestamp()) // STEP_SECONDS
    if not (secret and plain.isascii() and plain.isdigit()):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    near = (step + drift for drift in _DRIFT)
    fitting = (one for one in near if pyotp.utils.strings_equal(totp.generate_otp(one), plain))
    found = next(fitting, None)
    return found if found is not None and found > after else None
