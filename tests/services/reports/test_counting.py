"""What reports count of a case: worked out by a plain look at its record, kept as at each day."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from adapters import clock
from models.base import Base
from models.database import reading, writing
from models.tables.cases import Case, CaseStep
from models.tables.reports import CaseFacts, CaseFactsBefore, ToCount
from models.tables.works import Approval, Invoice, Payment, WorkOrder
from rules.cases import NoteKind
from rules.clocks.dates import london_date
from rules.parties import Party
from rules.pathway import CaseStatus
from services.aftercare.survey import AnswerSurvey
from services.cases.notes import RecordNote
from services.decisions.exits import Exit
from services.reports.counting import COLUMNS, count, count_what_grew, to_count
from services.reports.waits import waits
from tests.factories import act, case_at, go, later

WELL = "DFG-1"
LEFT = "DFG-2"
OPEN = "DFG-3"


@pytest.fixture
def lived(url: str) -> str:
    """One case that was paid, one that left before its order, one that waits for a decision."""
    case_at(url, "aftercare")
    act(url, WELL, AnswerSurvey({"contractors": 4, "overall": 2}))
    case_at(url, "assign", reference=LEFT)
    act(url, LEFT, Exit(CaseStatus.WITHDRAWN))
    case_at(url, "approve", reference=OPEN)
    count_what_grew()
    return url


def facts(url: str) -> dict[str, Any]:
    """Return the facts of each case by reference."""
    query = sa.select(Case.reference, *CaseFacts.__table__.c)
    with reading(url) as conn:
        rows = conn.execute(query.join(CaseFacts, CaseFacts.case_id == Case.id))
        return {row.reference: row for row in rows}


def every(conn: Connection, model: type[Base], case_id: int) -> list[Any]:
    """Return the rows of a case in a table, by number."""
    table: Any = model.__table__
    query = sa.select(*table.c).where(table.c.case_id == case_id).order_by(table.c.id)
    return list(conn.execute(query))


def test_the_facts_are_those_of_the_record(lived: str) -> None:
    found = facts(lived)

    with reading(lived) as conn:
        for case in conn.execute(sa.select(*Case.__table__.c)):
            held = found[case.reference]
            orders = every(conn, WorkOrder, case.id)
            approved = [one for one in every(conn, Approval, case.id) if one.outcome == "approved"]
            numbers = [one.id for one in orders]
            invoices = sa.select(Invoice.id).where(Invoice.order_id.in_(numbers))
            paid = sa.select(Payment.amount_pence).where(Payment.invoice_id.in_(invoices))
            released = list(conn.execute(paid).scalars())
            steps = [one for one in every(conn, CaseStep, case.id) if one.step == "pay"]
            assert held.contact_on == case.contact_on
            assert held.approved_on == (approved[0].decided_on if approved else None)
            assert held.grant_pence == (approved[-1].grant_pence if approved else None)
            assert held.ordered_on == (london_date(orders[0].raised_at) if orders else None)
            assert held.certified_on == (orders[-1].certified_on if orders else None)
            assert held.paid_pence == (sum(released) if released else None)
            assert held.paid_on == (london_date(steps[-1].closed_at) if steps else None)


def test_how_a_case_left_and_what_its_client_said(lived: str) -> None:
    found = facts(lived)

    assert (found[LEFT].ended_stage, found[LEFT].ended_ground) == ("assign", "withdrawn")
    assert found[LEFT].ended_on == clock.today()
    assert found[WELL].ended_ground is None
    assert (found[WELL].said_contractors, found[WELL].said_overall) == (4, 2)
    assert found[WELL].said_reliability is None, "not answered is no answer"
    assert found[OPEN].said_overall is None


def test_the_days_of_each_party_are_the_wait(lived: str) -> None:
    found = facts(lived)

    with reading(lived) as conn:
        ids = [found[one].case_id for one in (WELL, LEFT)]
        for wait in waits(conn, case_ids=ids, today=clock.today()):
            held = found[wait.reference]
            days = [getattr(held, f"days_{party.value}") for party in Party]
            assert sum(days) == wait.totals.days
    assert found[OPEN].days_council is None, "its wait is not over"


def test_whatever_is_recorded_of_a_case_asks_for_its_counting(lived: str) -> None:
    with reading(lived) as conn:
        assert to_count(conn) == 0

    act(lived, OPEN, RecordNote("rang", NoteKind.CALL))

    with reading(lived) as conn:
        assert to_count(conn) == 1
    assert count_what_grew() == 1
    assert facts(lived)[OPEN].contacts == 1


def test_counting_again_changes_nothing(lived: str) -> None:
    before = facts(lived)
    with writing(lived) as conn:
        ids = [row.case_id for row in before.values()]
        conn.execute(sa.insert(ToCount), [{"case_id": one} for one in ids])

    assert count_what_grew() == 0
    assert facts(lived) == before


def test_what_it_came_to_on_earlier_days_is_kept(lived: str) -> None:
    then = clock.today()
    later(days=3)
    act(lived, OPEN, Exit(CaseStatus.WITHDRAWN))
    count_what_grew()

    with reading(lived) as conn:
        (before,) = conn.execute(sa.select(*CaseFactsBefore.__table__.c)).all()
    assert before.status == "open"
    assert london_date(before.known_to) == then + timedelta(days=3)
    assert facts(lived)[OPEN].status == "withdrawn"


def test_a_second_change_of_a_day_keeps_no_second_row(lived: str) -> None:
    later(days=3)
    for words in ("rang", "rang again"):
        act(lived, OPEN, RecordNote(words, NoteKind.CALL))
        count_what_grew()

    with reading(lived) as conn:
        kept = conn.execute(sa.select(sa.func.count(CaseFactsBefore.id))).scalar_one()
    assert kept == 1
    assert facts(lived)[OPEN].contacts == 2


def test_an_age_outlives_the_date_of_birth(lived: str) -> None:
    born = date(1950, 6, 1)
    with writing(lived) as conn:
        conn.execute(sa.update(Case).where(Case.reference == WELL).values(date_of_birth=born))
        conn.execute(sa.insert(ToCount), [{"case_id": facts(lived)[WELL].case_id}])
    count_what_grew()
    age = facts(lived)[WELL].age
    with writing(lived) as conn:
        conn.execute(sa.update(Case).where(Case.reference == WELL).values(date_of_birth=None))
        conn.execute(sa.insert(ToCount), [{"case_id": facts(lived)[WELL].case_id}])
    count_what_grew()

    assert age is not None
    assert facts(lived)[WELL].age == age


def test_two_that_count_at_once_count_each_case_once(lived: str) -> None:
    later(days=3)
    for one in (WELL, LEFT, OPEN):
        with writing(lived) as conn:
            conn.execute(sa.delete(CaseFacts).where(CaseFacts.case_id == facts(lived)[one].case_id))
            conn.execute(sa.insert(ToCount).from_select(["case_id"], sa.select(Case.id)))
    counters = [Thread(target=count_what_grew) for _ in range(4)]
    for thread in counters:
        thread.start()
    for thread in counters:
        thread.join()

    assert set(facts(lived)) == {WELL, LEFT, OPEN}
    with reading(lived) as conn:
        assert to_count(conn) == 0


def test_a_note_that_comes_while_it_is_counted_stays(lived: str) -> None:
    with writing(lived) as conn:
        conn.execute(sa.insert(ToCount), [{"case_id": 1}])
    with writing(lived) as conn:
        count(conn, now=clock.now(), at_once=1)
        conn.execute(sa.insert(ToCount), [{"case_id": 1}])

    with reading(lived) as conn:
        assert to_count(conn) == 1


def test_each_column_has_its_fact(lived: str) -> None:
    never = set(COLUMNS)
    for row in facts(lived).values():
        never -= {name for name in COLUMNS if row._mapping[name] is not None}

    rare = {name for name in never if name.startswith(("said_", "care_"))}
    assert never - rare <= {"recommended_on", "applied_on", "age", "budget_year"}
    assert go(OPEN), "the case goes on"
