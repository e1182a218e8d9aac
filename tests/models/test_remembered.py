"""Reads that many cases share: made once inside a block, and always anew outside one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from models.database import reading
from models.remembered import remembering, shared
from services.tenders import lots
from tests.factories import bring
from tests.served import sqlite_service
from tests.small_service import CEDAR, LOT_CONTRACTORS

__all__ = ["sqlite_service"]

FIFTH = LOT_CONTRACTORS.replace("CEDAR | 3 | 10", "CEDAR | 3 | 20")


def cedars(url: str) -> Decimal:
    with reading(url) as conn:
        members = {one.contractor.code: one for one in lots.members(conn, lot="RAILS")}
    return members[CEDAR].percentage


def test_what_is_changed_meanwhile_counts_from_the_next_block_on(sqlite_service: str) -> None:
    with remembering():
        assert cedars(sqlite_service) == 10
        bring(sqlite_service, "lot_contractors", FIFTH)
        assert cedars(sqlite_service) == 10
    assert cedars(sqlite_service) == 20
    with remembering():
        assert cedars(sqlite_service) == 20


@pytest.fixture
def conn(sqlite_service: str) -> Iterator[Connection]:
    with reading(sqlite_service) as connection:
        yield connection


def test_each_read_and_each_of_its_values_is_remembered_apart(conn: Connection) -> None:
    asked: list[tuple[str, int]] = []

    @shared
    def one(_conn: Connection, /, *, value: int) -> str:
        asked.append(("one", value))
        return f"one {value}"

    @shared
    def other(_conn: Connection, /, *, value: int) -> str:
        asked.append(("other", value))
        return f"other {value}"

    with remembering():
        told = [
            read(conn, value=value) for _ in range(2) for read in (one, other) for value in (1, 2)
        ]
    assert told == ["one 1", "one 2", "other 1", "other 2"] * 2
    assert asked == [("one", 1), ("one", 2), ("other", 1), ("other", 2)]
    one(conn, value=1)
    assert asked[-1] == ("one", 1)
    assert len(asked) == 5
