"""What is agreed for a partnership's year, and what in printed tables does not add up."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from models.tables.reference import Authority
from rules.errors import UnknownReferenceError
from rules.grants.budgets import year_words
from rules.partnership.agreed import Agreed
from rules.partnership.check import Finding
from rules.partnership.checked import check_tables
from rules.partnership.printed import Table
from rules.partnership.records import Records, Row, agreed_of
from services.imports.records import rows_of

_NAMES: Final = select(Authority.code, Authority.name)


def years(conn: Connection) -> tuple[tuple[str, int], ...]:
    """Return every partnership's years of which anything is recorded, the newest first."""
    return _records(conn).years()


def agreed_year(conn: Connection, *, partnership: str = "", year: int | None = None) -> Agreed:
    """Return what is agreed for a year; the newest of those that are meant.

    Args:
        partnership: Its code, in any case; empty: any.
        year: The year of its 1 April; None: any.

    Raises:
        UnknownReferenceError: Nothing of it is recorded.
    """
    records = _records(conn)
    of = next(
        (
            one
            for one in records.years()
            if partnership.casefold() in ("", one[0].casefold()) and year in (None, one[1])
        ),
        None,
    )
    if of is None:
        about = ", ".join(filter(None, (partnership, year_words(year) if year else "")))
        raise UnknownReferenceError(
            f"Nothing is recorded of a partnership’s year{f': {about}' if about else ''}.",
            next_step="Import partnership_budget, partnership_capital and partnership_terms.",
        )
    return agreed_of(records, of=of, names=_names(conn))


def checked_tables(conn: Connection) -> tuple[tuple[Table, tuple[Finding, ...]], ...]:
    """Return every printed table on record, each with what in it does not add up."""
    return tuple(check_tables(_rows(conn, "printed_tables"), _records(conn)))


def _records(conn: Connection) -> Records:
    return Records(*(_rows(conn, f"partnership_{of}") for of in ("budget", "capital", "terms")))


def _rows(conn: Connection, kind: str) -> tuple[Row, ...]:
    query, _ = rows_of(kind)
    return tuple(dict(row._mapping) for row in conn.execute(query))


def _names(conn: Connection) -> dict[str, str]:
    return {row.code: row.name for row in conn.execute(_NAMES)}
