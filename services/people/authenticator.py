"""The authenticator app as second factor: its secret, codes that work once, and those for a loss.

A secret is sealed with a key outside the database, and of the codes for a lost telephone there is
only what that key makes of them: a copy of the database gives neither away.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from adapters import clock
from adapters.passwords import fresh_recovery_code, plain_code, step_of_code
from adapters.sealing import MARK, digest, sealed, sign_in_key, unsealed
from models.audit import note_service
from models.base import AnyRow
from models.tables.people import SignIn
from rules.errors import StorageError

CODES: Final = 8
"""How many codes for a lost telephone there are."""

_OF: Final = update(SignIn).where(SignIn.email == bindparam("of_email"))
_TAKE_STEP: Final = _OF.where(SignIn.totp_step < bindparam("step")).values(
    totp_step=bindparam("step")
)
_USE_UP: Final = _OF.where(SignIn.recovery_codes == bindparam("before")).values(
    recovery_codes=bindparam("left")
)
_PLAIN: Final = select(SignIn.email, SignIn.totp_secret).where(
    SignIn.totp_secret != "", SignIn.totp_secret.not_like(f"{MARK}%")
)
_SEAL: Final = _OF.where(SignIn.totp_secret == bindparam("before")).values(
    totp_secret=bindparam("after")
)


def set_app(conn: Connection, *, email: str, secret: str, step: int) -> tuple[str, ...]:
    """Keep an app's secret in place of any before; return new codes for a lost telephone.

    Args:
        step: Of the code that showed that the app has it; that one is used up.
    """
    codes = tuple(fresh_recovery_code() for _ in range(CODES))
    values = {
        "of_email": email,
        "totp_secret": _sealed(secret, email),
        "totp_step": step,
        "recovery_codes": " ".join(_of_code(code, email) for code in codes),
    }
    conn.execute(_OF, values)
    _note(conn, email=email, action="authenticator app on", left=CODES)
    return codes


def let_app_go(conn: Connection, *, email: str) -> None:
    """Let an app go with its codes, as where the telephone is lost."""
    conn.execute(_OF, {"of_email": email, "totp_secret": "", "totp_step": 0, "recovery_codes": ""})


def takes_code(conn: Connection, *, kept: AnyRow, code: str, now: datetime) -> bool:
    """Use a code up, the app's or one for a lost telephone; say whether it was one.

    Raises:
        StorageError: The secret cannot be read with the key that is here.
    """
    secret = secret_of(kept)
    step = step_of_code(code, secret=secret, now=now, after=kept.totp_step)
    if step is not None:
        return bool(conn.execute(_TAKE_STEP, {"of_email": kept.email, "step": step}).rowcount)
    return _takes_recovery_code(conn, kept=kept, code=code)


def _takes_recovery_code(conn: Connection, *, kept: AnyRow, code: str) -> bool:
    held, given = kept.recovery_codes.split(), _of_code(code, kept.email)
    if given not in held:
        return False
    left = " ".join(one for one in held if one != given)
    values = {"of_email": kept.email, "before": kept.recovery_codes, "left": left}
    if not conn.execute(_USE_UP, values).rowcount:
        return False  # somebody was first with it
    _note(conn, email=kept.email, action="code for a lost telephone used", left=len(held) - 1)
    return True


def secret_of(kept: AnyRow) -> str:
    """Return an app's secret; one of an earlier version may still be as it was.

    Raises:
        StorageError: It was sealed with another key than the one that is here.
    """
    if not kept.totp_secret.startswith(MARK):
        return str(kept.totp_secret)
    key = sign_in_key(first=False)
    found = unsealed(kept.totp_secret, key=key, about=_about(kept.email))
    if found is None:
        raise StorageError(
            "The code of your app cannot be checked on this machine.",
            why="What is kept of the app was sealed with another key than the one here.",
            next_step="Have the key put back that HANDRAIL_SIGN_IN_KEY names, or ask an "
            "administrator to invite you again: you set up the app anew then.",
        )
    return found.decode()


def seal_plain_secrets(conn: Connection) -> int:
    """Seal the secrets that an earlier version kept as they were; return how many."""
    plain: Sequence[AnyRow] = conn.execute(_PLAIN).all()
    return sum(
        conn.execute(
            _SEAL,
            {
                "of_email": row.email,
                "before": row.totp_secret,
                "after": _sealed(row.totp_secret, row.email),
            },
        ).rowcount
        for row in plain
    )


def _sealed(secret: str, email: str) -> str:
    return sealed(secret.encode(), key=sign_in_key(), about=_about(email))


def _of_code(code: str, email: str) -> str:
    return digest(f"{_about(email)} {plain_code(code)}", key=sign_in_key())


def _about(email: str) -> str:
    return f"authenticator app of {email}"


def _note(conn: Connection, *, email: str, action: str, left: int) -> None:
    note_service(
        conn,
        now=clock.now(),
        actor=email,
        action=f"sign-in: {action}",
        reason="by themselves",
        detail={"codes_left": left},
    )
