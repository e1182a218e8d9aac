"""Making a database ready to use: migrated, with the working-day data every due date needs."""

from __future__ import annotations

from typing import Final

from adapters.bank_holidays import bank_holidays
from models.calendar import add_closed_days
from models.database import migrate, writing

FIRST_YEAR: Final = 2010
LAST_YEAR: Final = 2035


def prepare(url: str) -> None:
    """Bring a database to the newest version and give it its bank holidays; safe to run again.

    Args:
        url: The database URL.

    Raises:
        BrokenStateError: The file is not a database Handrail can use.
    """
    migrate(url)
    days = bank_holidays(first_year=FIRST_YEAR, last_year=LAST_YEAR)
    with writing(url) as conn:
        add_closed_days(conn, days=days)
