"""Bank details of contractors: changed by one person, in force once another has confirmed them.

The contractor is told of either at the address on file, never at one that came with the change:
whoever pretends to be a contractor gives an address of their own.
"""

import json
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters.sealing import bank_key, sealed, unsealed
from models import outbox
from models.audit import note_service, take_turn
from models.base import AnyRow, rows_by
from models.contacts import contractor_called
from models.people import acting, name_of
from models.tables.payments import BankAccount
from models.tables.reference import Authority
from rules.clocks.dates import london_date
from rules.decisions.particulars import check_reason
from rules.errors import (
    AlreadyDecidedError,
    BrokenStateError,
    NotPermittedError,
    UnknownReferenceError,
)
from rules.paying import check_may_pay
from rules.payment_runs import Account, account_of
from rules.people import Actor

_AUTHORITIES: Final = select(Authority.code, Authority.name, Authority.email)
_OF: Final = rows_by(BankAccount, "contractor").order_by(BankAccount.id.desc())
_ONE: Final = rows_by(BankAccount, "id")
_KEEP: Final = insert(BankAccount).returning(BankAccount.id)
_LOOK: Final = (
    update(BankAccount)
    .where(BankAccount.id == bindparam("row_id"))
    .values(
        state=bindparam("found"), looked_by=bindparam("finder"), looked_at=bindparam("found_at")
    )
)


class Known(NamedTuple):
    """Bank details as people are shown them: never whole.

    Args:
        number: What they are known by.
        state: ``waiting``, ``confirmed`` or ``refused``.
        looked_by: Who looked at them, or an empty string.
    """

    number: int
    ending: str
    state: str
    changed_by: str
    changed_at: datetime
    looked_by: str


def accounts_of(conn: Connection, *, contractor: str) -> list[Known]:
    """Return a contractor's bank details, the newest first."""
    return [
        Known(
            row.id,
            row.ending,
            row.state,
            name_of(conn, row.changed_by),
            row.changed_at,
            name_of(conn, row.looked_by) if row.looked_by else "",
        )
        for row in conn.execute(_OF, {"contractor": contractor})
    ]


def in_force(conn: Connection, *, contractor: str) -> tuple[int, Account] | None:
    """Return the bank details that were confirmed last with their number, or None.

    Raises:
        BrokenStateError: They were sealed with another key.
    """
    found = conn.execute(_OF, {"contractor": contractor})
    row = next((one for one in found if one.state == "confirmed"), None)
    if row is None:
        return None
    return row.id, opened(row.details, about=contractor)


def closed(account: Account, *, about: str) -> str:
    """Return bank details as they are kept: sealed, with whose they are."""
    words = json.dumps([account.name, account.sort_code, account.number])
    return sealed(words.encode(), key=bank_key(), about=f"bank:{about}")


def opened(kept: str, *, about: str) -> Account:
    """Return bank details that were sealed.

    Raises:
        BrokenStateError: Another key sealed them, or they were somebody else's.
    """
    words = unsealed(kept, key=bank_key(), about=f"bank:{about}")
    if words is None:
        raise BrokenStateError(
            f"The bank details of {about} cannot be read.",
            why="They were sealed with another key, or for somebody else.",
            next_step="Put sign-in.key back from the back-up that goes with this database.",
        )
    return Account(*json.loads(words))


def change_account(
    conn: Connection,
    *,
    contractor: str,
    name: str,
    sort_code: str,
    number: str,
    by: str,
    reason: str,
    now: datetime,
) -> Known:
    """Record a contractor's new bank details; nothing is paid to them until another confirms them.

    Raises:
        HandrailError: The person, the reason or the details do not allow it; nothing is changed.
    """
    take_turn(conn)
    firm = contractor_called(conn, code=contractor)
    actor = acting(conn, identity=by, on=london_date(now))
    _check_may(actor, firm)
    account = account_of(name=name, sort_code=sort_code, number=number)
    check_reason(reason, what="A change of bank details")
    for row in conn.execute(_OF, {"contractor": firm.code}).all():
        if row.state == "waiting":
            raise AlreadyDecidedError(
                f"Bank details ending {row.ending} wait already to be confirmed.",
                next_step="Confirm or refuse those first.",
            )
    kept = {
        "contractor": firm.code,
        "details": closed(account, about=firm.code),
        "ending": account.ending,
        "state": "waiting",
        "changed_by": actor.identity,
        "changed_at": now,
    }
    kept["id"] = int(conn.execute(_KEEP, kept).scalar_one())
    _said(conn, firm, actor, kept, "changed", reason, now)
    return accounts_of(conn, contractor=firm.code)[0]


def look_at_account(
    conn: Connection, *, number: int, confirm: bool, by: str, reason: str, now: datetime
) -> Known:
    """Confirm or refuse new bank details, as somebody other than who recorded them.

    Raises:
        HandrailError: The person or the reason does not allow it, or somebody has done it.
    """
    take_turn(conn)
    row = conn.execute(_ONE, {"id": number}).one_or_none()
    if row is None:
        raise UnknownReferenceError(f"There are no bank details {number}.")
    firm = contractor_called(conn, code=row.contractor)
    actor = acting(conn, identity=by, on=london_date(now))
    _check_may(actor, firm)
    if row.state != "waiting":
        who = name_of(conn, row.looked_by)
        raise AlreadyDecidedError(
            f"Bank details ending {row.ending} were {row.state} by {who}.",
            next_step="Nothing was changed.",
        )
    if actor.identity == row.changed_by:
        raise NotPermittedError(
            f"{actor.name} recorded these bank details and may not look at them as well.",
            why="Two people see a change, so that no single letter or call diverts a payment.",
            next_step="Ask another officer of finance, who calls the contractor on a number that "
            "was on file before the change.",
        )
    check_reason(reason, what="What is found of bank details")
    state = "confirmed" if confirm else "refused"
    found = {"row_id": number, "found": state, "finder": actor.identity, "found_at": now}
    conn.execute(_LOOK, found)
    _said(conn, firm, actor, dict(row._mapping), state, reason, now)
    return next(one for one in accounts_of(conn, contractor=firm.code) if one.number == number)


def _check_may(actor: Actor, firm: AnyRow) -> None:
    theirs = [one for one in firm.authorities if one in actor.authorities]
    named = (*theirs, *firm.authorities, "")[0]
    check_may_pay(actor=actor, what="bank details", authority=named)


def _said(
    conn: Connection,
    firm: AnyRow,
    actor: Actor,
    row: dict[str, Any],
    what: str,
    reason: str,
    now: datetime,
) -> None:
    """Put a change on record, and tell the contractor at the address on file."""
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action=f"bank details: {what}",
        reason=reason,
        detail={"contractor": firm.code, "number": row["id"], "ending": row["ending"]},
    )
    known = {one.code: one for one in conn.execute(_AUTHORITIES)}
    authority = known[min(firm.authorities)]
    if not firm.email:
        return
    payload = {
        "kind": "bank_details_to_contractor",
        "to": firm.email,
        "by_post_to": "",
        "reply_to": authority.email,
        "context": {
            "contractor_name": firm.name,
            "ending": row["ending"],
            "what": what,
            "authority_name": authority.name,
            "authority_email": authority.email,
        },
        "attachments": [],
    }
    key = f"bank-details:{row['id']}:{what}"
    outbox.add(conn, [outbox.message_row(key=key, case_id=None, payload=payload, now=now)])
