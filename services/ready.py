"""Making a database ready to use: migrated, with the working-day data every due date needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from adapters import clock
from adapters.bank_holidays import bank_holidays
from adapters.locks import one_at_a_time
from adapters.private import private_folder
from models.audit import AUTOMATIC
from models.covered_from import cover_from_here
from models.database import alone, writing
from models.migrate import check_version, migrate
from services.cases.clocks.calendar import known_years
from services.clocks.closures import add_closed_days, fill, note_load
from services.clocks.missing import start_missing
from services.people.authenticator import seal_plain_secrets
from services.session import reading

FIRST_YEAR: Final = 2010
LAST_YEAR: Final = 2035


def prepare(url: str) -> None:
    """Bring a database to the newest version and give it its bank holidays; safe to run again.

    Bank holidays announced since, which come with a newer ``holidays`` package, are added, also in
    years that were loaded by hand, and the service's chain says so. Due dates that they put off
    move, and open cases that have no clocks yet, as after an upgrade, are given them. Rows of an
    earlier version are taken into the ledger, and the secrets of its authenticator apps are sealed.

    Raises:
        BrokenStateError: The file is not a database Handrail can use.
    """
    with in_turn(url, what="make ready"):
        _prepare(url)


@contextmanager
def in_turn(url: str, *, what: str) -> Iterator[None]:
    """Do what only one may do at a time, after whoever is at it, on whichever machine.

    Args:
        what: What is done, the same words for all who do it.
    """
    file = make_url(url).database if url.startswith("sqlite") else None
    if file is None:
        with alone(url, what=what):
            yield
        return
    private_folder(Path(file).parent)
    with one_at_a_time(Path(file).parent):
        yield


def check_ready() -> None:
    """Make sure that the database in force is of the version that this Handrail works with.

    Raises:
        BrokenStateError: It is not made ready yet, or belongs to an earlier or a later version.
        DatabaseDownError: It does not answer.
    """
    with reading() as conn:
        check_version(conn)


def _prepare(url: str) -> None:
    migrate(url)
    with writing(url) as conn:
        cover_from_here(conn, now=clock.now())
        seal_plain_secrets(conn)
    with writing(url) as conn:
        held = known_years(conn)
        first, last = held or (FIRST_YEAR, LAST_YEAR)
        years = min(first, FIRST_YEAR), max(last, LAST_YEAR)
        days = bank_holidays(first_year=years[0], last_year=years[1])
        if held is None:  # a new database, in which no date was reckoned yet
            add_closed_days(conn, days=days)
            return
        now = clock.now()
        added, _, _ = fill(conn, days=days, now=now)
        if added:
            note_load(conn, years=years, added=added, by=AUTOMATIC, now=now)
        start_missing(conn, now=now)
