"""How an authority's payment runs are written, by date: the ledger's columns, its own account."""

from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert

from models.audit import note_service, take_turn
from models.base import AnyRow, rows_by
from models.contacts import check_authority
from models.people import acting
from models.tables.payments import PayingTerms
from rules.cis import employer_reference_typed
from rules.clocks.dates import london_date
from rules.decisions.particulars import check_reason
from rules.errors import AlreadyDecidedError, InvalidTermsError
from rules.paying import check_may_pay
from rules.payment_runs import USUAL_COLUMNS, Account, columns_of
from rules.sources import USUAL_ORDER, order_of
from services.payments.accounts import closed, opened

_OF: Final = rows_by(PayingTerms, "authority").order_by(PayingTerms.valid_from.desc())
_KEEP: Final = insert(PayingTerms)


class Terms(NamedTuple):
    """How runs are written from a day on.

    Args:
        columns: Of the ledger's file: what each holds, and its heading.
    """

    columns: tuple[tuple[str, str], ...]
    row: AnyRow | None


def terms_on(conn: Connection, *, authority: str, on: date) -> Terms:
    """Return how an authority's runs are written on a day."""
    found = conn.execute(_OF, {"authority": authority})
    row = next((one for one in found if one.valid_from <= on), None)
    if row is None:
        return Terms(USUAL_COLUMNS, None)
    return Terms(tuple((one["holds"], one["heading"]) for one in row.columns), row)


def payers_on(conn: Connection, *, authority: str, on: date) -> tuple[str, ...]:
    """Return whose money an authority's payments are made of, the first first."""
    row = terms_on(conn, authority=authority, on=on).row
    return tuple(row.payers) if row is not None else USUAL_ORDER


def own_account(conn: Connection, *, authority: str, on: date) -> Account | None:
    """Return the account that an authority's money leaves, or None where it named none."""
    row = terms_on(conn, authority=authority, on=on).row
    return opened(row.account, about=authority) if row is not None and row.account else None


def employer_reference(conn: Connection, *, authority: str, on: date) -> str:
    """Return an authority's own PAYE reference with HMRC; empty where none is on record."""
    row = terms_on(conn, authority=authority, on=on).row
    return (row.employer_reference or "") if row is not None else ""


def set_terms(
    conn: Connection,
    *,
    authority: str,
    valid_from: date,
    columns: str,
    payers: str = "",
    account: Account | None,
    employer: str = "",
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Set how an authority's runs are written from a day on; those made stay as they are.

    Args:
        columns: ``Heading=field``, several with ``;`` between; empty for all the usual ones.
        payers: Whose money is used first, as ``rules.sources`` reads it; empty for the usual.
        account: The account that the money leaves; None for no file for the bank.
        employer: The authority's PAYE reference, as it stands on statements of CIS deductions.

    Raises:
        HandrailError: The person or what is given does not allow it; nothing is changed.
    """
    take_turn(conn)
    code = check_authority(conn, code=authority)
    actor = acting(conn, identity=by, on=london_date(now))
    check_may_pay(actor=actor, what="how payment runs are written", authority=code)
    check_reason(reason, what="How payment runs are written")
    found = columns_of(columns) if columns.strip() else USUAL_COLUMNS
    first = order_of(payers)
    paye = employer_reference_typed(employer)
    _check_day(conn, code, valid_from, today=london_date(now))
    said = {"authority": code, "payers": list(first)}
    conn.execute(
        _KEEP,
        {
            **said,
            "valid_from": valid_from,
            "columns": [{"holds": name, "heading": heading} for name, heading in found],
            "account": closed(account, about=code) if account else "",
            "employer_reference": paye or None,
            "set_by": actor.identity,
            "set_at": now,
        },
    )
    said |= {"valid_from": valid_from.isoformat(), "columns": [heading for _, heading in found]}
    said |= {"ending": account.ending if account else "", "employer_reference": paye}
    action = "paying terms"
    note_service(conn, now=now, actor=actor.identity, action=action, reason=reason, detail=said)


def _check_day(conn: Connection, authority: str, day: date, *, today: date) -> None:
    if day < today:
        raise InvalidTermsError(
            "Terms begin today or later.", why="What was sent was written as it was."
        )
    if any(row.valid_from == day for row in conn.execute(_OF, {"authority": authority})):
        raise AlreadyDecidedError(
            f"Terms of {authority} from {day:%-d %B %Y} are on record.",
            next_step="Give another day.",
        )
