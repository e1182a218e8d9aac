"""How contractors do, among many cases of one year, beside the statements that sum as much by hand.

The cases are copies of four: one certified and answered for, one with snags, one with a variation
approved, and one whose offer was declined and went to another firm. Offers and orders are then
spread over the year and the day. The limit is six bare statements; its time to accept is a mean of
days by the clock, because no statement knows the working days of London.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa

from adapters import clock
from models.database import engine_for, writing
from rules.reports.performance import By, Period
from services.aftercare.survey import AnswerSurvey
from services.assignment.decide import AnswerOffer
from services.completion.inspecting import InspectLines
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.varying import ApproveVariation
from services.reports.performance import Asked, performance
from tests.bench.copies import copy_cases
from tests.bench.desk import beside
from tests.bench.either import without_documents
from tests.bench.scratch import Scratch, scratch, served
from tests.factories import DEARER, act, case_at, later
from tests.small_service import ADA

CASES: Final = 50_000
TURNS: Final = 5
WALKED: Final = 4
OF_THEM: Final = frozenset(
    {"case", "award", "offer", "work_order", "inspection", "variation", "survey_answer"}
)
_SPREAD: Final = {
    "sqlite": r"""UPDATE {table} SET {first} = strftime('%Y-%m-%d %H\:%M\:%f000', {first},
        '-' || (id * 7919 % 365) || ' days', '-' || (id % 9) || ' hours')""",
    "postgresql": """UPDATE {table} SET {first} = {first}
        - make_interval(days => CAST(id * 7919 % 365 AS int), hours => CAST(id % 9 AS int))""",
}
BARE: Final = (
    """SELECT contractor, count(*), sum(CASE WHEN status IN ('accepted', 'replaced') THEN 1 END),
    sum(CASE WHEN status = 'declined' THEN 1 END), sum(CASE WHEN status = 'lapsed' THEN 1 END)
    FROM offer WHERE offered_at >= '2025-06-01' AND offered_at < '2027-06-01' GROUP BY 1""",
    """SELECT contractor, count(*), {days}
    FROM offer o JOIN "case" c ON c.id = o.case_id WHERE o.status IN ('accepted', 'replaced')
    AND offered_at >= '2025-06-01' AND offered_at < '2027-06-01' GROUP BY 1""",
    """SELECT contractor, count(*), sum(CASE WHEN started_on <= start_by THEN 1 END),
    sum(CASE WHEN started_on IS NOT NULL OR start_by < '2026-07-01' THEN 1 END),
    sum(CASE WHEN completed_on <= complete_by THEN 1 END),
    sum(CASE WHEN completed_on IS NOT NULL OR complete_by < '2026-07-01' THEN 1 END)
    FROM work_order WHERE status != 'cancelled'
    AND raised_at >= '2025-06-01' AND raised_at < '2027-06-01' GROUP BY 1""",
    """SELECT contractor, sum(CASE WHEN result = 'snag' THEN 1 END), count(DISTINCT w.id)
    FROM inspection i JOIN work_order w ON w.id = i.order_id WHERE w.status != 'cancelled'
    AND raised_at >= '2025-06-01' AND raised_at < '2027-06-01' GROUP BY 1""",
    """SELECT contractor, count(*), sum(agreed_net_pence) FROM variation v
    JOIN work_order w ON w.id = v.order_id WHERE v.status = 'approved' AND w.status != 'cancelled'
    AND raised_at >= '2025-06-01' AND raised_at < '2027-06-01' GROUP BY 1""",
    """SELECT contractor, sum(score), count(*) FROM survey_answer s
    JOIN work_order w ON w.case_id = s.case_id WHERE question = 'contractors'
    AND w.status = 'certified'
    AND raised_at >= '2025-06-01' AND raised_at < '2027-06-01' GROUP BY 1""",
)
_DAYS: Final = {
    "sqlite": "avg(julianday(answered_at) - julianday(offered_at))",
    "postgresql": "avg(answered_at - offered_at)",
}


def measure(*, cases: int = CASES, turns: int = TURNS, database: str = "") -> dict[str, Any]:
    """Measure the figures of every contractor; the median of some turns, in milliseconds."""
    with scratch(database) as place, without_documents():
        url = _lived(place, cases)
        whole = Period(date(2025, 6, 1), date(2027, 5, 31))
        bare = tuple(one.format(days=_DAYS[_kind(url)]) for one in BARE)

        def ours(conn: sa.Connection) -> object:
            found = performance(conn, asked=Asked(By.CONTRACTOR, whole, clock.today()))
            if sum(one.offers for one in found) < cases:
                raise AssertionError("Offers are left out.")
            return found

        return {"cases": cases, **beside(url, ours, bare, turns)}


def _kind(url: str) -> str:
    return sa.make_url(url).get_backend_name()


def _lived(place: Scratch, cases: int) -> str:
    url = served(place, "contractors", cases=0)
    _walked(url)
    with writing(url) as conn:
        copy_cases(conn, times=cases // WALKED, only=OF_THEM)
        for table, first in (("offer", "offered_at"), ("work_order", "raised_at")):
            conn.execute(sa.text(_SPREAD[_kind(url)].format(table=table, first=first)))
    engine_for(url).dispose()
    return url


def _walked(url: str) -> None:
    case_at(url, "aftercare")
    act(url, "DFG-1", AnswerSurvey({"contractors": 4, "overall": 2}))
    case_at(url, "sign-off", reference="DFG-2", route="call_off")
    act(url, "DFG-2", InspectLines(snags={1: "loose"}))
    act(url, "DFG-2", InspectLines(passed=(1,), snags={2: "dark"}))
    case_at(url, "works", reference="DFG-3", route="call_off")
    act(url, "DFG-3", ClaimVariation(omit=(1,), added={"TILE": Decimal(2)}))
    act(url, "DFG-3", AssessVariation())
    act(url, "DFG-3", ApproveVariation(), by=ADA)
    case_at(url, "assign", reference="DFG-4")
    later(days=2, hours=14.5)
    act(url, "DFG-4", AnswerOffer(accepted=False))
    act(url, "DFG-4", DEARER)
    later(days=5)
    act(url, "DFG-4", AnswerOffer(accepted=True))
    later(days=60)
