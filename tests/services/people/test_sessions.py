"""Sessions: how long they last, and what ends them at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.tables.people import CouncilAccount, DeskSession, SignIn
from models.tables.reference import Officer
from rules.people import Actor
from rules.sign_in import AT_ONCE
from services.people import sessions, unsent
from services.people.old import KEPT_FOR, forget_old_sessions
from services.people.passwords import set_password
from services.people.sessions import Session
from services.people.unsent import Unsent
from services.session import actor_for
from tests.factories import bring
from tests.looking import rows
from tests.small_service import OFFICERS, TESS, TOBY

BEGUN = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def begun(url: str, email: str = TESS, at: datetime = BEGUN) -> tuple[str, Session]:
    with writing(url) as conn:
        return sessions.begin(conn, actor=actor_for(conn, identity=email), now=at)


def found(url: str, token: str, at: datetime = BEGUN) -> tuple[Session, Actor] | None:
    with reading(url) as conn:
        return sessions.find(conn, token=token, now=at)


@pytest.mark.sqlite
def test_a_session_is_found_by_its_token_and_the_token_is_nowhere_on_record(url: str) -> None:
    token, session = begun(url)
    known, viewer = found(url, token) or pytest.fail("not found")
    assert (known, viewer.identity) == (session, TESS)
    assert found(url, token + "x") is None
    assert token not in repr(rows(url, DeskSession))


@pytest.mark.sqlite
def test_it_runs_out_without_a_page_and_after_half_a_day_in_any_case(url: str) -> None:
    token, session = begun(url)
    assert found(url, token, BEGUN + timedelta(minutes=29))
    assert found(url, token, BEGUN + timedelta(minutes=30)) is None
    for minutes in range(20, 12 * 60, 20):
        at = BEGUN + timedelta(minutes=minutes)
        assert found(url, token, at)
        with writing(url) as conn:
            sessions.mark_seen(conn, session=session, now=at)
    assert found(url, token, BEGUN + timedelta(hours=12)) is None


@pytest.mark.sqlite
def test_it_is_marked_as_seen_once_a_minute(url: str) -> None:
    _, session = begun(url)
    assert not sessions.to_be_marked(session, now=BEGUN + timedelta(seconds=59))
    assert sessions.to_be_marked(session, now=BEGUN + timedelta(seconds=60))


def test_whoever_has_left_or_has_another_role_is_signed_in_no_more(url: str) -> None:
    token, _ = begun(url)
    toby, _ = begun(url, TOBY)
    bring(
        url, "officers", OFFICERS.replace("Tess Tyler   | technical_officer", "Tess Tyler|auditor")
    )
    assert found(url, token) is None
    assert found(url, toby)
    with writing(url) as conn:
        conn.execute(sa.update(Officer).values(last_day=date(2026, 5, 31)))
    assert found(url, toby) is None


def test_ended_sessions_stay_on_record_and_are_used_no_more(url: str) -> None:
    one, first = begun(url)
    other, second = begun(url)
    stranger, third = begun(url, TOBY)
    with writing(url) as conn:
        sessions.end(conn, email=TESS, session_id=third.id, now=BEGUN, why="not theirs to end")
        assert sessions.end_all(conn, email=TESS, now=BEGUN, why="ended elsewhere", but=first) == 1
    assert [bool(found(url, token)) for token in (one, other, stranger)] == [True, False, True]
    with reading(url) as conn:
        live = sessions.live_sessions(conn, email=TESS, now=BEGUN)
    assert [row.id for row in live] == [first.id]
    ended = {row["id"]: row["ended_because"] for row in rows(url, DeskSession)}
    assert ended == {first.id: "", second.id: "ended elsewhere", third.id: ""}
    assert forget_old_sessions(BEGUN + timedelta(days=89)) == 0
    assert forget_old_sessions(BEGUN + timedelta(days=91)) == 3


def test_one_too_many_ends_the_one_that_was_seen_longest_ago(url: str) -> None:
    first, kept = begun(url)
    stranger, _ = begun(url, TOBY)
    later = [begun(url, at=BEGUN + timedelta(minutes=n))[0] for n in range(1, AT_ONCE)]
    with writing(url) as conn:
        sessions.mark_seen(conn, session=kept, now=BEGUN + timedelta(minutes=25))
    newest, _ = begun(url, at=BEGUN + timedelta(minutes=26))
    at = BEGUN + timedelta(minutes=27)
    assert [bool(found(url, one, at)) for one in (first, *later, newest, stranger)] == [
        *(True, False),
        *[True] * AT_ONCE,
    ]
    ended = [row["ended_because"] for row in rows(url, DeskSession) if row["ended_at"]]
    assert ended == ["more than 20 at once"]


def test_a_form_that_nobody_came_back_for_is_erased_after_its_hour(url: str) -> None:
    typed = Unsent("/probe", [("reason", "Mrs Marsh is in hospital")], [])
    later = BEGUN + timedelta(hours=11)  # long after the session was seen
    token, session = begun(url)
    stranger, other = begun(url, TOBY)
    with writing(url) as conn:
        unsent.keep(conn, session=session, token=token, unsent=typed, now=later)
        unsent.keep(conn, session=other, token=stranger, unsent=typed, now=later)
        by_the_version_before = sa.update(DeskSession).where(DeskSession.id == other.id)
        conn.execute(by_the_version_before.values(unsent_at=None))
    assert forget_old_sessions(later + timedelta(minutes=59)) == 1  # nobody can say how old it is
    with reading(url) as conn:
        assert unsent.find(conn, session=session, token=token, now=later) == typed
    assert forget_old_sessions(later + timedelta(minutes=60)) == 1
    assert [row["unsent_form"] for row in rows(url, DeskSession)] == ["", ""]


def test_how_somebody_signed_in_goes_some_months_after_they_have_left(url: str) -> None:
    account = {"email": TESS, "issuer": "https://i", "subject": "s", "known_since": BEGUN}
    with writing(url) as conn:
        for email in (TESS, TOBY):
            set_password(conn, email=email, password_hash="x", now=BEGUN)  # noqa: S106 - no hash
        conn.execute(sa.insert(CouncilAccount).values(**account))
        left = sa.update(Officer).where(Officer.email == TESS)
        conn.execute(left.values(last_day=clock.today() - KEPT_FOR))
    assert forget_old_sessions(BEGUN) == 0
    with writing(url) as conn:
        conn.execute(left.values(last_day=clock.today() - KEPT_FOR - timedelta(days=1)))
    assert forget_old_sessions(BEGUN) == 2
    assert [row["email"] for row in rows(url, SignIn)] == [TOBY]
    assert rows(url, CouncilAccount) == []
