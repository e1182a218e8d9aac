"""The secrets that contractors' own systems sign with: shown once, kept sealed, ended at a time."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from adapters import clock
from adapters.sealing import sealed, sign_in_key, unsealed
from models.asked import reference_row
from models.audit import note_service
from models.base import AnyRow, can_be_stored, rows_by
from models.spelling import as_recorded
from models.tables.contractors import Contractor
from models.tables.interchange import ContractorKey
from rules.errors import StepNotOpenError, UnknownReferenceError
from rules.interchange.signed import OVERLAP
from rules.people import Actor, check_administers
from services.people.tokens import fresh_token

_FIRM: Final = rows_by(Contractor, "code")
_KEY: Final = rows_by(ContractorKey, "key")
_OF_FIRM: Final = (
    select(ContractorKey.key, ContractorKey.made_by, ContractorKey.made_at, ContractorKey.ends_at)
    .where(ContractorKey.contractor == bindparam("code"))
    .order_by(ContractorKey.id.desc())
)
_MAKE: Final = insert(ContractorKey)
_END: Final = (
    update(ContractorKey)
    .where(
        ContractorKey.contractor == bindparam("code"),
        or_(ContractorKey.ends_at.is_(None), ContractorKey.ends_at > bindparam("at")),
    )
    .values(ends_at=bindparam("at"))
)
_WHAT: Final = "the secret of a contractor’s system"


class Made(NamedTuple):
    """A secret that was made, to be shown this once."""

    contractor: str
    key: str
    secret: str


def make_key(conn: Connection, *, code: str, by: Actor, at: datetime) -> Made:
    """Make a contractor a secret; one that it has already is taken for a day more.

    Args:
        at: By the real clock.

    Raises:
        NotPermittedError: They are no administrator.
        UnknownReferenceError: There is no such contractor.
    """
    check_administers(actor=by, what=_WHAT)
    code = _firm(conn, code)
    key, secret = f"k-{secrets.token_hex(8)}", fresh_token()
    conn.execute(_END, {"code": code, "at": at + OVERLAP})
    values = {
        "key": key,
        "contractor": code,
        "secret": sealed(secret.encode(), key=sign_in_key(), about=_about(code, key)),
        "made_by": by.identity,
        "made_at": at,
        "ends_at": None,
    }
    conn.execute(_MAKE, values)
    _note(conn, by, "secret made", contractor=code, key=key)
    return Made(code, key, secret)


def revoke_keys(conn: Connection, *, code: str, by: Actor, at: datetime) -> str:
    """End every secret of a contractor at once; return the contractor's code.

    Raises:
        NotPermittedError: They are no administrator.
        UnknownReferenceError: There is no such contractor.
        StepNotOpenError: It has none that is taken.
    """
    check_administers(actor=by, what=_WHAT)
    code = _firm(conn, code)
    if not conn.execute(_END, {"code": code, "at": at}).rowcount:
        raise StepNotOpenError(f"{code} has no secret that is taken.", next_step="Nothing changed.")
    _note(conn, by, "secrets revoked", contractor=code)
    return code


def keys_of(conn: Connection, *, code: str) -> Sequence[AnyRow]:
    """Return the secrets of a contractor, the newest first, each by its name alone.

    Raises:
        UnknownReferenceError: There is no such contractor.
    """
    return conn.execute(_OF_FIRM, {"code": _firm(conn, code)}).all()


def taken_at(key: AnyRow, at: datetime) -> bool:
    """Say whether what is signed with a secret is taken at an instant."""
    return key.ends_at is None or key.ends_at > at


def secret_of(conn: Connection, *, key: str, at: datetime) -> tuple[str, str] | None:
    """Return whose a secret is and what it is; None where it is not taken or cannot be unsealed."""
    row = conn.execute(_KEY, {"key": key}).one_or_none() if can_be_stored(key) else None
    if row is None or not taken_at(row, at):
        return None
    about = _about(row.contractor, row.key)
    held = unsealed(row.secret, key=sign_in_key(first=False), about=about)
    return None if held is None else (row.contractor, held.decode())


def _firm(conn: Connection, code: str) -> str:
    known = can_be_stored(code)
    row = (
        reference_row(conn, _FIRM, code=as_recorded(conn, Contractor.code, code)) if known else None
    )
    if row is None:
        raise UnknownReferenceError(
            f"There is no contractor {code}.", next_step="Look it up under Contractors."
        )
    return str(row.code)


def _about(code: str, key: str) -> str:
    return f"events of {code} by {key}"


def _note(conn: Connection, by: Actor, what: str, **detail: str) -> None:
    note_service(
        conn,
        now=clock.now(),
        actor=by.identity,
        action=f"interchange: {what}",
        reason="for the contractor’s own system",
        detail=detail,
    )
