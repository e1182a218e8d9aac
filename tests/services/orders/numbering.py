"""One process of many that number orders: each number in a real transaction, some taken back.

``python -m tests.services.orders.numbering DATABASE_URL COUNT`` prints the numbers it committed.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from models.database import writing
from rules.errors import DatabaseBusyError
from services.orders.raise_order import next_number

YEAR = 2026


def number_orders(url: str, count: int) -> list[str]:
    """Return the numbers of as many committed transactions; every third one is taken back."""
    committed: list[str] = []
    tries = 0
    while len(committed) < count:
        tries += 1
        with suppress(DatabaseBusyError):
            kept = tries % 3 != 0
            with writing(url) as conn:
                number = next_number(conn, year=YEAR)
                if not kept:
                    conn.rollback()
            committed += [number] if kept else []
    return committed


if __name__ == "__main__":
    sys.stdout.write("\n".join(number_orders(sys.argv[1], int(sys.argv[2]))))
