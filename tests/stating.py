"""A client's own statement, as it is typed on the open page."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import update

from adapters import clock
from models.database import writing
from models.people import actor_for
from models.tables.statements import SimpleWorks, Statement
from services.decisions.statements import Taken, take_statement
from tests.factories import bring
from tests.small_service import TESS

WORKS: Final = """
authority|work_type|title|up_to|weekly_single|weekly_couple|valid_from
RBC|level_access_shower|A shower without a step|9000|230|330|2026-01-01
"""
SAID: Final = {
    "work_type": "level_access_shower",
    "words": "I cannot step over the edge of the bath any more since my fall in March.",
    "client_name": "Ann Ashby",
    "address": "14 Hill Road, Rugby",
    "postcode": "cv22 5aa",
    "phone": "01788 555 019",
    "email": "ann@example.org",
    "tenure": "owner",
    "household": "one",
    "benefit": "none",
    "income": "250",
    "savings": "7000",
    "aged_60": "yes",
}


def allow(url: str) -> None:
    """Let clients of RBC state that they need a shower."""
    bring(url, "simple_works", WORKS)


def stated(url: str, **other: str) -> Taken:
    """Take a statement by telephone."""
    with writing(url) as conn:
        found = take_statement(
            conn,
            authority="RBC",
            given=SAID | other,
            now=clock.now(),
            by=actor_for(conn, identity=TESS),
        )
    assert isinstance(found, Taken), found
    return found


_WAITS: Final = {"state": "received", "looked_by": None, "case_id": None}
STATED_BROKEN: Final[list[tuple[str, Any, dict[str, Any]]]] = [
    ("ck_simple_works_up_to_positive", SimpleWorks, {"work_type": "x", "up_to_pence": 0}),
    (
        "ck_simple_works_dates_in_order",
        SimpleWorks,
        {"work_type": "x", "valid_to": date(2025, 1, 1)},
    ),
    ("uq_statement_once", Statement, _WAITS),
    (
        "ck_statement_state_known",
        Statement,
        _WAITS | {"digest": "x", "state": "lost", "looked_by": TESS},
    ),
    ("ck_statement_how_known", Statement, _WAITS | {"digest": "x", "how": "fax"}),
    (
        "ck_statement_accepted_is_a_case",
        Statement,
        _WAITS | {"digest": "x", "state": "accepted", "looked_by": TESS},
    ),
    ("ck_statement_looked_by_somebody", Statement, _WAITS | {"digest": "x", "looked_by": TESS}),
    (
        "uq_statement_case",
        Statement,
        {"state": "accepted", "looked_by": TESS, "case_id": 1},
    ),
]
"""Rows that the rules of statements refuse."""


def both_stated(url: str) -> None:
    """Let one statement wait, and another be a case."""
    allow(url)
    stated(url)
    with writing(url) as conn:
        conn.execute(update(Statement).values(state="accepted", looked_by=TESS, case_id=1))
    stated(url)
