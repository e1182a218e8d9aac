"""What an authority has settled of its grants, from a day on: the sum, and who is consulted."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.asked import reference_rows
from models.base import AnyRow
from models.case_queries import approval_of
from models.tables.funding import GrantTerms
from rules.grants.arithmetic import EARLIER, SHIPPED, WORDS, Arithmetic

_TERMS: Final = (
    select(*GrantTerms.__table__.c)
    .where(GrantTerms.authority.in_((bindparam("authority"), "")))
    .order_by(GrantTerms.authority.desc(), GrantTerms.valid_from.desc())
)


def arithmetic_on(conn: Connection, *, authority: str, on: date) -> Arithmetic:
    """Return the order that an authority has named for a day; its own goes before everybody's."""
    for row in reference_rows(conn, _TERMS, authority=authority):
        if row.valid_from <= on:
            return Arithmetic(row.arithmetic)
    return SHIPPED


def consulted_on_works(conn: Connection, *, authority: str, on: date) -> str:
    """Return the social services authority to be consulted on a day; empty where none need be."""
    for row in reference_rows(conn, _TERMS, authority=authority):
        if row.valid_from <= on:
            return row.consults or ""
    return ""


def arithmetic_of(approval: AnyRow) -> Arithmetic:
    """Return the order that a grant was decided by."""
    return EARLIER if approval.arithmetic is None else Arithmetic(approval.arithmetic)


def arithmetic_for(conn: Connection, *, case: AnyRow, today: date) -> Arithmetic:
    """Return the order of a case's grant: as it was approved once, else that of the day."""
    decided = approval_of(conn, case_id=case.id)
    if decided is not None and decided.outcome == "approved":
        return arithmetic_of(decided)
    return arithmetic_on(conn, authority=case.authority, on=today)


def arithmetic_words(
    conn: Connection, *, authority: str, arithmetic: Arithmetic, today: date
) -> str:
    """Return an order in words; one that the authority has left since says that it stays."""
    if arithmetic is arithmetic_on(conn, authority=authority, on=today):
        return WORDS[arithmetic]
    return (
        f"{WORDS[arithmetic]} The grant was first decided in this order, and stays decided so; "
        "grants decided now are worked out in another."
    )
