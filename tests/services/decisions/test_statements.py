"""What is held of a client's own statement, whoever asks."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import writing
from models.people import actor_for
from models.tables.cases import Case
from models.tables.clocks import Alert
from models.tables.statements import Statement
from rules.errors import NotPermittedError, StatuteError, UnknownReferenceError
from services.alerts.watch import raise_alerts
from services.cases.effect import Context
from services.cases.statements import PERSONAL, check_simple
from services.cases.take import take
from services.decisions.statements import answer_statement
from tests.factories import case_at, later
from tests.looking import rows
from tests.small_service import ADA, TESS, WENDY
from tests.stating import allow, stated


@pytest.fixture
def taking(url: str) -> str:
    """Give a service whose clients may state that they need a shower."""
    case_at(url, "specify")
    allow(url)
    return url


def test_whose_it_is_not_cannot_look_at_it(taking: str) -> None:
    stated(taking)
    for identity, error in ((WENDY, UnknownReferenceError), (ADA, NotPermittedError)):
        with writing(taking) as conn:
            actor = actor_for(conn, identity=identity)
            with pytest.raises(error):
                answer_statement(
                    conn, number=1, words="No.", by=actor, reason="none", now=clock.now()
                )


def test_above_its_cap_an_assessor_is_asked_first(taking: str) -> None:
    stated(taking)
    with writing(taking) as conn:
        conn.execute(sa.update(Case).values(recommended_on=None))
        held = take(conn, reference="DFG-1", now=clock.now())
        values = {"state": "accepted", "looked_by": TESS, "case_id": held.id}
        conn.execute(sa.update(Statement).values(values))
        actor = actor_for(conn, identity=TESS)
        context = Context(conn, held, actor, "r", None, clock.now())
        check_simple(context, cost_pence=9_000_00)
        with pytest.raises(StatuteError) as refused:
            check_simple(context, cost_pence=9_000_01)
        assert refused.value.section == "s.24(3)"


def test_one_that_waits_a_week_is_alerted_until_somebody_looked_and_is_forgotten_in_a_year(
    taking: str,
) -> None:
    def watched() -> list[tuple[str, str]]:
        raise_alerts()
        held = [row for row in rows(taking, Alert) if row["subject"].startswith("statement:")]
        return [(row["words"], row["cleared_why"]) for row in held]

    stated(taking)
    later(days=7)
    assert watched() == []
    later(seconds=1)
    words = "Statement 1 waits since 1 June 2026."
    assert watched() == [(words, "")] == watched(), "raised once"
    with writing(taking) as conn:
        actor = actor_for(conn, identity=TESS)
        answer_statement(
            conn, number=1, words="No.", by=actor, reason="seen at home", now=clock.now()
        )
    assert watched() == [(words, "looked at")]
    assert rows(taking, Statement)[0]["client_name"] != ""
    later(days=366)
    watched()
    assert {rows(taking, Statement)[0][name] for name in PERSONAL} == {""}
