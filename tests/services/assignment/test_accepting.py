"""Accepting an offer: with the day works begin, in time, and never beyond a firm's capacity."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Final

import pytest
import sqlalchemy as sa

from models.database import writing
from models.tables.cases import Case, CaseStep
from models.tables.prices import Award, Offer
from models.tables.works import WorkOrder
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from services.assignment.decide import AnswerOffer
from tests.factories import act, bring, case_at, decide, later, refused
from tests.looking import rows, running
from tests.small_service import AVON, BRIAR, REFERENCE

WAIT: Final = 120.0  # seconds before a thread that should go on counts as stuck
OUT: Final = 64
ROOM: Final = 10


def accepts(day: date | None = None) -> AnswerOffer:
    return AnswerOffer(accepted=True, start_on=day)


@pytest.mark.sqlite
def test_the_day_promised_is_the_order_s_start_and_moves_its_end(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, accepts(date(2026, 6, 8)))
    (order,), (offer,) = rows(url, WorkOrder), rows(url, Offer)
    assert (order["start_by"], order["complete_by"]) == (date(2026, 6, 8), date(2026, 8, 3))
    assert running(url, reference)["start_works"].due_on == date(2026, 6, 8)
    assert offer["start_on"] == date(2026, 6, 8)


@pytest.mark.sqlite
@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 16)])
def test_a_start_before_today_or_after_the_order_s_date_is_refused(url: str, day: date) -> None:
    reference = case_at(url, "assign")
    error = refused(url, reference, accepts(day), InvalidDecisionError, by=AVON)
    assert "from 1 June 2026 to 15 June 2026 (s.37)" in error.why
    act(url, reference, accepts(date(2026, 6, 15)))
    assert rows(url, WorkOrder)[0]["start_by"] == date(2026, 6, 15)


@pytest.mark.sqlite
def test_after_its_day_a_firm_accepts_no_more_though_nothing_has_lapsed_it_yet(url: str) -> None:
    reference = case_at(url, "assign")
    later(days=4)
    error = refused(url, reference, accepts(), StepNotOpenError, by=AVON)
    assert error.what == "The offer could be accepted until 4 June 2026."


@pytest.mark.sqlite
def test_two_firms_never_accept_one_case(url: str) -> None:
    reference = case_at(url, "assign")
    refused(url, reference, accepts(), NotPermittedError, by=BRIAR)
    act(url, reference, accepts())
    refused(url, reference, accepts(), AlreadyDecidedError, by=BRIAR)
    assert [(row["contractor"], row["status"]) for row in rows(url, Offer)] == [(AVON, "accepted")]


def offers_out(url: str) -> list[str]:
    """Have one offer out to a firm by all that leads to it, and as many more as it."""
    case_at(url, "assign")
    names = [f"DFG-{number}" for number in range(2, OUT + 1)]
    told = {
        "authority": "RBC",
        "client_name": "Mrs Many",
        "address": "1 Hill Road",
        "postcode": "CV22 5AA",
        "tenure": "owner",
        "work_type": "level_access_shower",
        "purpose": "f",
        "urgent": "no",
        "complexity": "simple",
        "contact_on": "2026-04-01",
        "recommended_on": "2026-04-15",
        "applied_on": "2026-05-01",
    }
    head, each = "|".join(("reference", *told)), "|".join(told.values())
    bring(url, "cases", "\n".join((head, *(f"{name}|{each}" for name in names))))
    with writing(url) as conn:
        ids = {row.reference: row.id for row in conn.execute(sa.select(Case.reference, Case.id))}
        awards: dict[str, int] = {}
        for table in (CaseStep, Award, Offer):
            columns = table.__table__.c
            asked = sa.select(*columns).where(columns.case_id == ids[REFERENCE])
            for row in conn.execute(asked).mappings().all():
                held = {name: value for name, value in row.items() if name != "id"}
                for name in names:
                    of_award = {"award_id": awards[name]} if table is Offer else {}
                    copy = sa.insert(table).values(held | {"case_id": ids[name]} | of_award)
                    added = conn.execute(copy.returning(columns.id)).scalar_one()
                    awards |= {name: added} if table is Award else {}
    return [REFERENCE, *names]


def test_of_64_acceptances_at_once_a_capacity_of_10_lets_in_10(url: str) -> None:
    references = offers_out(url)
    header = "contractor|name|email|trades|authorities|capacity_orders"
    bring(url, "contractors", f"{header}\n{AVON}|Avon|a@avon.example|plumbing;tiling|RBC|{ROOM}")
    together = Barrier(OUT)

    def accept(reference: str) -> str:
        together.wait(WAIT)
        try:
            decide(url, reference, accepts(), by=AVON)
        except InvalidDecisionError as error:
            return error.what
        return "accepted"

    with ThreadPoolExecutor(OUT) as threads:
        said = Counter(threads.map(accept, references))
    full = f"Avon has no room for these works now: {ROOM} orders accepted, of {ROOM}."
    assert said == {"accepted": ROOM, full: OUT - ROOM}
    stands = Counter(row["status"] for row in rows(url, Offer))
    assert stands == {"accepted": ROOM, "offered": OUT - ROOM}
