"""Who holds a clock, what it is given, whether it is paused, and what it costs to keep."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.tables.clocks import Holding, Target
from rules.clocks.pause_terms import PauseCause
from services.cases.take import take
from services.clocks.pausing import EndPause, Pause
from services.competitions.competition import ExtendDeadline
from services.completion.inspecting import InspectLines
from services.decisions.specification import Specify
from services.verification.clocks import reckoned_again
from tests.bench.replayed import recorded
from tests.factories import act, case_at, decide, later, new_case
from tests.looking import clocks, messages, rows, running, step_of

# ---- who holds what


def test_who_held_a_step_is_kept_when_it_changes_hands(url: str) -> None:
    reference = case_at(url, "sign-off")
    opened = step_of(url, reference, "sign-off")
    assert opened.held_since == opened.opened_at
    assert rows(url, Holding) == []
    now = later(days=2)
    act(url, reference, InspectLines(passed=(2,), snags={1: "leaks"}))
    assert step_of(url, reference, "sign-off").held_since == now
    (held,) = rows(url, Holding)
    assert (held["step"], held["step_revision"], held["owner"]) == (
        "sign-off",
        1,
        "technical officer",
    )
    assert (held["held_from"], held["held_to"]) == (opened.opened_at, now)
    act(url, reference, InspectLines(all_pass=True))
    assert len(rows(url, Holding)) == 1, "nobody held it for no time at all"


# ---- targets


def test_a_target_counts_for_steps_opened_after_it_and_in_letters(url: str) -> None:
    reference = case_at(url, "specify")
    before = running(url, reference)["specify"]
    with writing(url) as conn:
        for name, days in (("specify", 99), ("price", 7), ("return_certificates", 4)):
            given = {"authority": "RBC", "valid_from": clock.today(), "source": "cabinet"}
            conn.execute(sa.insert(Target), _target(name, days) | given)
        given = {"authority": "WDC", "valid_from": clock.today()}
        conn.execute(sa.insert(Target), _target("consent", 1) | given)
    act(url, reference, Specify())
    held = running(url, reference)
    assert (held["price"].target_days, held["price"].target_source) == (7, "cabinet")
    assert held["price"].warn_days == 2
    (told,) = messages(url, "certificate_request_to_applicant")
    assert told["context"]["reply_by"] == "2026-06-05"
    assert held["return_certificates"].due_on == date(2026, 6, 5)
    assert [c.target_days for c in clocks(url, reference) if c.id == before.id] == [10]


def _target(name: str, days: int) -> dict[str, object]:
    return {"clock": name, "days": days, "warn_percent": 80, "warn_days": 2, "source": ""}


def test_a_lot_s_own_target_counts_once_the_works_are_in_it(sqlite_service: str) -> None:
    url = sqlite_service
    with writing(url) as conn:
        given = {"lot": "SHOWERS", "valid_from": date(2026, 1, 1)}
        for name in ("approve", "price"):
            conn.execute(sa.insert(Target), _target(name, 30) | given)
    reference = case_at(url, "approve", reference="DFG-LOT")  # walked with these targets only
    found = {c.name: c.target_days for c in clocks(url, reference) if c.kind == "step"}
    assert (found["approve"], found["price"]) == (30, 3)
    with writing(url) as conn:
        assert take(conn, reference=reference, now=clock.now()).days("approve") == 30


def test_a_step_without_a_target_has_no_days(sqlite_service: str) -> None:
    reference = new_case(sqlite_service)
    with reading(sqlite_service) as conn:
        held = take(conn, reference=reference, now=clock.now(), to_change=False)
        with pytest.raises(ValueError, match="Clock aftercare has no target"):
            held.days("aftercare")


# ---- a case that is paused


@pytest.mark.sqlite
def test_a_paused_case_opens_its_clocks_paused_and_limits_run_on(url: str) -> None:
    reference = case_at(url, "specify")
    decide(url, reference, Pause(PauseCause.HOSPITAL, clock.today(), "letter"))
    act(url, reference, Specify())
    held = running(url, reference)
    assert {name for name, row in held.items() if not row.paused} == {
        *("decide", "review_pause", "review_priority")
    }
    for row in held.values():
        if row.paused:
            assert (row.due_on, row.late_on, row.warn_on, row.next_on) == (None,) * 4
    assert step_of(url, reference, "price").due_on is None


# ---- what it costs


def test_a_transaction_writes_its_clocks_in_three_statements_at_most(sqlite_service: str) -> None:
    with recorded(sqlite_service) as transactions:
        case_at(sqlite_service, "aftercare", reference="DFG-9")
    wrote = [
        [str(statement).split("(")[0].split(" SET")[0].strip() for statement, _ in transaction]
        for transaction in transactions
    ]
    busy = [words for words in wrote if "INSERT INTO case_step" in words]
    assert len(busy) > 3
    for words in busy:
        assert words.count("INSERT INTO clock") <= 1, words
        assert words.count("UPDATE clock") <= 2, words  # by number, and by name


def test_a_date_given_after_a_pause_is_that_date(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "tender", route="quotes")
    later(days=3)
    away = Pause(PauseCause.AWAY, date(2026, 6, 2), "note", ended_on=date(2026, 6, 3))
    decide(url, reference, away)
    act(url, reference, ExtendDeadline(date(2026, 6, 19)))
    held = running(url, reference)
    assert (held["return_quote"].due_on, held["return_quote"].promised_on) == (
        date(2026, 6, 19),
        date(2026, 6, 19),
    )
    assert held["tender"].due_on == date(2026, 6, 26), "not moved on by what was over before"
    assert held["tender"].target_source == "the date given: 2026-06-26"
    decide(url, reference, Pause(PauseCause.HOSPITAL, clock.today(), "letter"))
    act(url, reference, ExtendDeadline(date(2026, 6, 22)))
    later(days=5)
    decide(url, reference, EndPause(date(2026, 6, 8)))
    assert running(url, reference)["tender"].due_on == date(2026, 7, 2), "three working days on"
    with reading(url) as conn:
        assert list(reckoned_again(conn)) == []
