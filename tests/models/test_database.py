"""Connections and types: all of a transaction or none, one writer at a time, exact values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from models import database
from models.base import Exact, Instant, Pence, Words
from models.database import engine_for, reading, writing
from models.migrate import migrate
from models.tables.contractors import PackagePrice
from models.tables.record import Counter
from models.tables.reference import Authority, ClosedDay
from rules.errors import BrokenStateError, DatabaseBusyError
from services.ready import prepare
from tests.looking import contents, rows

WAIT = 10.0  # seconds before a thread that should go on counts as stuck


def add_authority(conn: sa.Connection, code: str) -> None:
    conn.execute(sa.insert(Authority), {"code": code, "name": code})


def test_a_transaction_commits_when_its_block_ends(database_url: str) -> None:
    with writing(database_url) as conn:
        add_authority(conn, "RBC")
    assert [row["code"] for row in rows(database_url, Authority)] == ["RBC"]


def test_a_transaction_that_fails_leaves_nothing_of_itself(database_url: str) -> None:
    before = contents(database_url)
    with pytest.raises(IntegrityError), writing(database_url) as conn:
        conn.execute(sa.insert(Authority), [{"code": "RBC", "name": n} for n in ("one", "two")])
    with pytest.raises(RuntimeError), _failing_writer(database_url):
        pass
    assert contents(database_url) == before


@contextmanager
def _failing_writer(url: str) -> Iterator[None]:
    with writing(url) as conn:
        add_authority(conn, "RBC")
        yield
        raise RuntimeError("the process thinks better of it")


def test_what_a_reader_writes_is_not_kept(database_url: str) -> None:
    before = contents(database_url)
    says_so_at_once = database_url.startswith("postgresql")
    refusal = pytest.raises(DatabaseError, match="read-only") if says_so_at_once else nullcontext()
    with refusal, reading(database_url) as conn:
        add_authority(conn, "RBC")
    assert contents(database_url) == before


def test_a_reader_sees_one_moment_while_others_write(database_url: str) -> None:
    with reading(database_url) as conn:
        count = sa.select(sa.func.count()).select_from(Authority)
        assert conn.execute(count).scalar_one() == 0
        with writing(database_url) as other:
            add_authority(other, "RBC")
        assert conn.execute(count).scalar_one() == 0
    assert len(rows(database_url, Authority)) == 1


def test_a_row_that_points_at_nothing_is_refused(database_url: str) -> None:
    row = {"lot": "none", "package": "none", "contractor": "none", "price_pence": 1}
    with pytest.raises(IntegrityError), writing(database_url) as conn:
        conn.execute(sa.insert(PackagePrice), row)


def test_two_writers_that_read_first_both_get_their_turn(database_url: str) -> None:
    with writing(database_url) as conn:
        conn.execute(sa.insert(Counter), {"name": "n", "value": 0})
    ready = Barrier(2)

    def count_up(_: int) -> None:
        ready.wait(WAIT)
        with writing(database_url) as conn:
            chosen = sa.select(Counter.value).where(Counter.name == "n").with_for_update()
            value = conn.execute(chosen).scalar_one()
            conn.execute(sa.update(Counter).values(value=value + 1))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(count_up, range(2)))
    assert rows(database_url, Counter)[0]["value"] == 2


def test_migrating_and_preparing_again_change_nothing(database_url: str) -> None:
    before = contents(database_url)
    migrate(database_url)
    prepare(database_url)
    assert contents(database_url) == before


# ---- SQLite


def test_sqlite_keeps_a_log_and_enforces_references(sqlite_url: str) -> None:
    with reading(sqlite_url) as conn:
        pragmas = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}


@pytest.fixture
def impatient(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the database to connections that wait for a lock for 50 ms only."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    engine_for(sqlite_url).dispose()
    yield sqlite_url
    engine_for(sqlite_url).dispose()


def test_a_database_held_for_too_long_is_said_to_be_busy(impatient: str) -> None:
    before = contents(impatient)
    engine_for(impatient).dispose()  # so that it is the first of its connection
    holder = sqlite3.connect(impatient.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(DatabaseBusyError) as refusal, writing(impatient) as conn:
            add_authority(conn, "RBC")
        assert contents(impatient) == before  # readers are not kept waiting
    finally:
        holder.close()
    assert refusal.value.text() == (
        "The database is busy with another change. Nothing was recorded. Try again in a moment."
    )


def test_a_writer_holds_its_lock_from_the_start(impatient: str) -> None:
    inside, leave = Event(), Event()

    def hold() -> None:
        with writing(impatient):
            inside.set()
            leave.wait(WAIT)

    with ThreadPoolExecutor(1) as threads:
        held = threads.submit(hold)
        assert inside.wait(WAIT)
        with pytest.raises(DatabaseBusyError), writing(impatient):
            pass
        leave.set()
        held.result(WAIT)
    with writing(impatient) as conn:
        add_authority(conn, "RBC")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "handrail.db"
    file.write_text("a shopping list that happens to lie where the database should be" * 99)
    for use in (reading, writing):
        named = pytest.raises(BrokenStateError, match=r"is not a usable Handrail database")
        with named, use(f"sqlite:///{file}") as conn:
            conn.execute(sa.text("SELECT 1 FROM authority"))
    with pytest.raises(BrokenStateError, match="Restore it from a backup"):
        migrate(f"sqlite:///{file}")


# ---- types


VALUES = sa.Table(
    "test_values",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("pence", Pence),
    sa.Column("exact", Exact),
    sa.Column("instant", Instant),
    sa.Column("words", Words),
)


def stored(url: str, **values: Any) -> Any:
    """Store values in a table of their own and return them as they come back."""
    with writing(url) as conn:
        VALUES.create(conn, checkfirst=True)
        conn.execute(VALUES.delete())
        conn.execute(VALUES.insert(), values)
    with reading(url) as conn:
        row = conn.execute(sa.select(VALUES)).mappings().one()
    return next(iter(row[name] for name in values))


def test_a_decimal_keeps_its_digits(database_url: str) -> None:
    for written, read in (("10", "10"), ("0.10", "0.10"), ("1E+2", "100"), ("-3.50", "-3.50")):
        found = stored(database_url, exact=Decimal(written))
        assert (str(found), found) == (read, Decimal(written))


def test_money_that_is_no_whole_number_of_pence_is_refused(database_url: str) -> None:
    assert stored(database_url, pence=3_000_000) == 3_000_000
    wrongs: tuple[Any, ...] = (1.0, Decimal(1), "1", True)
    for wrong in wrongs:
        with pytest.raises(StatementError, match="Pence are whole numbers"):
            stored(database_url, pence=wrong)


def test_an_instant_comes_back_in_utc_to_the_microsecond(database_url: str) -> None:
    instant = datetime(2026, 6, 1, 10, 0, 0, 123_456, tzinfo=timezone(timedelta(hours=1)))
    found = stored(database_url, instant=instant)
    assert found == instant
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="needs its offset"):
        stored(database_url, instant=datetime(2026, 6, 1))  # noqa: DTZ001 - what must be refused


def test_a_set_of_words_comes_back_sorted_and_once_each(database_url: str) -> None:
    assert stored(database_url, words=("rails", "lamps", "rails")) == ("lamps", "rails")
    assert stored(database_url, words=()) == ()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=12, max_value=10**12))
def test_every_decimal_survives_storage(sqlite_url: str, number: Decimal) -> None:
    if len(format(number, "f")) <= 40:
        assert stored(sqlite_url, exact=number) == number


def test_closed_days_are_there_from_the_start(database_url: str) -> None:
    days = {row["day"] for row in rows(database_url, ClosedDay)}
    assert {date(2023, 5, 8), date(2022, 9, 19), date(2020, 5, 8), date(2026, 12, 25)} <= days
