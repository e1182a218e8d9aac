"""Days closed and opened by hand, and bank holidays filled in: who may, and what stays."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.bank_holidays import bank_holidays
from models.audit import broken_links
from models.database import reading, writing
from models.people import actor_for
from models.tables.record import Audit
from models.tables.reference import ClosedDay
from rules.clocks.workdays import Calendar
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NoBankHolidayDataError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.cases.clocks.calendar import calendar_for, known_years
from services.clocks.closures import Loaded, close_day, load, open_day
from services.ready import prepare
from tests.looking import contents, rows
from tests.services.imports.importing import NOW, bring
from tests.small_service import ADAM, AUTHORITIES, MIA, OFFICERS, TESS

FRIDAY, SATURDAY = date(2026, 6, 5), date(2026, 6, 6)
MAY_DAY, CHRISTMAS = date(2026, 5, 4), date(2026, 12, 25)
LOCAL = "local@rbc.example"


@pytest.fixture
def staffed(database_url: str) -> str:
    """Give a database with two authorities and their people."""
    return _staffed(database_url)


@pytest.fixture
def sqlite_staffed(sqlite_url: str) -> str:
    """Give the same on SQLite."""
    return _staffed(sqlite_url)


def _staffed(url: str) -> str:
    bring(url, "authorities", AUTHORITIES)
    bring(url, "officers", OFFICERS.rstrip() + f"\n{LOCAL} | Lucy Local | manager | RBC |\n")
    return url


def calendar(url: str, authority: str = "") -> Calendar:
    with reading(url) as conn:
        return calendar_for(conn, authority=authority)


def close(url: str, day: date, authority: str = "", *, by: str = MIA, title: str = "Shut") -> str:
    with writing(url) as conn:
        actor = actor_for(conn, identity=by)
        done = close_day(conn, day=day, title=title, authority=authority, actor=actor, now=NOW)
        return done.idle


def open_again(url: str, day: date, authority: str = "", **said: Any) -> None:
    said = {"by": MIA, "moved": False, "reason": "a mistake", **said}
    with writing(url) as conn:
        open_day(
            conn,
            day=day,
            authority=authority,
            bank_holidays=dict(bank_holidays(first_year=day.year, last_year=day.year)),
            moved=said["moved"],
            actor=actor_for(conn, identity=said["by"]),
            reason=said["reason"],
            now=NOW,
        )


def load_years(url: str, first: int, last: int) -> Loaded:
    days = bank_holidays(first_year=first, last_year=last)
    with writing(url) as conn:
        return load(conn, days=days, by="operator", now=NOW)


def service_chain(url: str) -> list[tuple[str, str, str]]:
    found = [row for row in rows(url, Audit) if row["action"].startswith("workdays")]
    return [(row["action"], row["actor"], row["reason"]) for row in found]


@pytest.mark.sqlite
def test_a_day_is_closed_and_opened_and_both_are_in_the_chain(staffed: str) -> None:
    assert close(staffed, FRIDAY, "RBC", title="Town Hall flooded") == ""
    assert not calendar(staffed, "RBC").is_working(FRIDAY)
    assert calendar(staffed, "WDC").is_working(FRIDAY)
    open_again(staffed, FRIDAY, "RBC", by=ADAM, reason="It is dry")
    assert calendar(staffed, "RBC").is_working(FRIDAY)
    assert service_chain(staffed) == [
        ("workdays: close", MIA, "Town Hall flooded"),
        ("workdays: open", ADAM, "It is dry"),
    ]
    with reading(staffed) as conn:
        assert list(broken_links(conn)) == []


@pytest.mark.sqlite
def test_the_calendar_follows_a_day_that_takes_the_place_of_another(staffed: str) -> None:
    """SQLite gives the removed row's number to the next one."""
    close(staffed, FRIDAY, "RBC")
    assert not calendar(staffed, "RBC").is_working(FRIDAY)
    with writing(staffed) as conn:
        said: dict[str, Any] = {
            "actor": actor_for(conn, identity=MIA),
            "now": NOW,
            "authority": "RBC",
        }
        open_day(conn, day=FRIDAY, bank_holidays={}, moved=False, reason="other day", **said)
        close_day(conn, day=date(2026, 6, 8), title="Shut", **said)
    assert calendar(staffed, "RBC").is_working(FRIDAY)
    assert not calendar(staffed, "RBC").is_working(date(2026, 6, 8))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (SATURDAY, "6 June 2026 is a Saturday, closed anyway"),
        (CHRISTMAS, "25 December 2026 is closed for every authority already: Christmas Day"),
        (FRIDAY, "5 June 2026 is closed already: Shut"),
    ],
)
def test_what_is_closed_already_is_told_and_changes_nothing(
    sqlite_staffed: str, day: date, words: str
) -> None:
    close(sqlite_staffed, FRIDAY, "RBC")
    before = contents(sqlite_staffed)
    assert close(sqlite_staffed, day, "RBC") == words
    assert contents(sqlite_staffed) == before


def test_another_title_replaces_the_first(sqlite_staffed: str) -> None:
    close(sqlite_staffed, FRIDAY, "RBC")
    assert close(sqlite_staffed, FRIDAY, "RBC", title="Elections") == ""
    held = [row for row in rows(sqlite_staffed, ClosedDay) if row["day"] == FRIDAY]
    assert [(row["authority"], row["title"]) for row in held] == [("RBC", "Elections")]


def test_no_day_is_closed_in_a_year_nobody_loaded(sqlite_staffed: str) -> None:
    with pytest.raises(NoBankHolidayDataError, match="load --from 2036 --to 2040"):
        close(sqlite_staffed, date(2040, 6, 4))


@pytest.mark.parametrize(
    ("by", "authority", "words"),
    [
        (TESS, "RBC", "may not record a closed day. Ask an administrator or manager"),
        (LOCAL, "WDC", "Lucy Local does not serve authority WDC"),
        (LOCAL, "", "Lucy Local does not serve every authority"),
    ],
)
def test_only_a_manager_or_administrator_of_the_authority_may(
    sqlite_staffed: str, by: str, authority: str, words: str
) -> None:
    close(sqlite_staffed, FRIDAY, authority)
    before = contents(sqlite_staffed)
    with pytest.raises(NotPermittedError, match=words):
        close(sqlite_staffed, date(2026, 6, 8), authority, by=by)
    with pytest.raises(NotPermittedError, match=words):
        open_again(sqlite_staffed, FRIDAY, authority, by=by)
    assert contents(sqlite_staffed) == before


def test_a_manager_of_one_authority_closes_it(sqlite_staffed: str) -> None:
    assert close(sqlite_staffed, FRIDAY, "RBC", by=LOCAL) == ""


@pytest.mark.parametrize(
    ("day", "said", "error", "words"),
    [
        (CHRISTMAS, {}, InvalidDecisionError, "is a bank holiday: Christmas Day"),
        (SATURDAY, {}, UnknownReferenceError, "6 June 2026 is no day closed for every authority"),
        (FRIDAY, {}, UnknownReferenceError, "It is closed for authority RBC; say which"),
        (FRIDAY, {"authority": "WDC"}, UnknownReferenceError, "no day closed for WDC"),
        (FRIDAY, {"authority": "RBC", "reason": " "}, MissingReasonError, "for a reason"),
        (FRIDAY, {"authority": "RBC", "reason": "it opens \x07"}, InvalidDecisionError, "U\\+0007"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_stays_closed(
    sqlite_staffed: str, day: date, said: dict[str, Any], error: type[HandrailError], words: str
) -> None:
    close(sqlite_staffed, FRIDAY, "RBC")
    before = contents(sqlite_staffed)
    with pytest.raises(error, match=words):
        open_again(sqlite_staffed, day, **said)
    assert contents(sqlite_staffed) == before


@pytest.mark.sqlite
def test_a_bank_holiday_that_was_moved_stays_open_when_they_are_filled_in_again(
    staffed: str,
) -> None:
    close(staffed, date(2026, 5, 8), title="May Day, moved")
    open_again(staffed, MAY_DAY, moved=True, reason="Moved by proclamation to 8 May")
    prepare(staffed)
    assert calendar(staffed).is_working(MAY_DAY)
    found = load_years(staffed, 2026, 2026)
    assert (found.added, found.left_open) == (0, (MAY_DAY,))
    assert calendar(staffed).is_working(MAY_DAY)
    assert close(staffed, MAY_DAY, title="Not moved after all") == ""
    assert not calendar(staffed).is_working(MAY_DAY)


def test_a_bank_holiday_that_a_newer_package_knows_comes_with_the_next_start(
    staffed: str,
) -> None:
    with writing(staffed) as conn:
        conn.execute(sa.delete(ClosedDay).where(ClosedDay.day == CHRISTMAS))
    assert calendar(staffed).is_working(CHRISTMAS)
    for _ in range(2):
        prepare(staffed)
        assert not calendar(staffed).is_working(CHRISTMAS)
    assert service_chain(staffed) == [
        ("workdays: load", "handrail", "bank holidays of 2010 to 2035")
    ]


def test_an_ordinary_closure_that_was_opened_may_become_a_bank_holiday(staffed: str) -> None:
    close(staffed, FRIDAY)
    open_again(staffed, FRIDAY)
    with writing(staffed) as conn:
        load(
            conn,
            days=[(date(2026, 1, 1), "New Year's Day"), (FRIDAY, "A Jubilee")],
            by="operator",
            now=NOW,
        )
    assert not calendar(staffed).is_working(FRIDAY)


@pytest.mark.sqlite
def test_more_years_are_loaded_once_and_say_so(staffed: str) -> None:
    assert load_years(staffed, 2036, 2037) == Loaded(16, (), 2010, 2037)
    assert calendar(staffed).add(date(2035, 12, 28), 3) == date(2036, 1, 3)
    assert load_years(staffed, 2036, 2037) == Loaded(0, (), 2010, 2037)
    assert load_years(staffed, 2008, 2040).first_year == 2008
    assert service_chain(staffed) == [
        ("workdays: load", "operator", "bank holidays of 2036 to 2037"),
        ("workdays: load", "operator", "bank holidays of 2008 to 2040"),
    ]
    prepare(staffed)
    with reading(staffed) as conn:
        assert known_years(conn) == (2008, 2040)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (2038, 2040, "of 2036 to 2037 would still be missing.*--from 2036 --to 2040"),
        (2037, 2037, "of 2036 would still be missing.*--from 2036 --to 2037"),
        (2000, 2007, "of 2008 to 2009 would still be missing.*--from 2000 --to 2009"),
    ],
)
def test_no_gap_is_left_between_years(
    sqlite_staffed: str, first: int, last: int, words: str
) -> None:
    before = contents(sqlite_staffed)
    with pytest.raises(InvalidDecisionError, match=words):
        load_years(sqlite_staffed, first, last)
    assert contents(sqlite_staffed) == before


def test_two_people_who_close_the_same_day_at_once_close_it_once(staffed: str) -> None:
    ready = threading.Barrier(2)
    said: list[str] = []

    def work() -> None:
        ready.wait()
        said.append(close(staffed, FRIDAY, "RBC"))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["", "5 June 2026 is closed already: Shut"]
    with reading(staffed) as conn:
        assert list(broken_links(conn)) == []
