"""The desk's lists among many open cases: each page's queries beside the same by bare SQL.

The open cases are those of ``growth``: copies of four, at four gates. What a page asks is measured
with all that it makes of it, up to the rows that the template is given; the limit is the fewest
statements that find as much: the first due in order, their facts, and the counts of the tabs.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from adapters import clock
from models.database import reading
from rules.people import Actor, Role
from rules.reports.work import Tab
from services.reports.overview import overview
from services.reports.work_cases import Wanted
from services.reports.work_list import work_page
from tests.bench.either import without_documents
from tests.bench.growth import MANY, filled
from tests.bench.scratch import scratch

TURNS: Final = 20
VIEWER: Final = Actor("mia@rbc.example", "Mia Manage", Role.MANAGER)

COUNTS: Final = (
    """SELECT (SELECT count(*) FROM "case" WHERE status IN ('open', 'paid')),
    (SELECT count(*) FROM "case" WHERE status NOT IN ('open', 'paid')),
    (SELECT count(*) FROM "case" WHERE officer IS NULL AND status IN ('open', 'paid')),
    (SELECT count(DISTINCT case_id) FROM case_step WHERE closed_at IS NULL
     AND owner IN ('technical officer', 'approving officer', 'finance', 'manager'))""",
)
FIRST: Final = (
    """SELECT c.reference, c.client_name, c.postcode, s.step, s.owner, s.waiting_for, s.due_on
    FROM case_step s JOIN "case" c ON c.id = s.case_id WHERE s.closed_at IS NULL
    AND s.due_on IS NOT NULL ORDER BY s.due_on, s.id LIMIT 50""",
)
SEARCH: Final = (
    """SELECT id, reference FROM "case" WHERE lower(reference) LIKE '%%nobody%%'
    OR lower(client_name) LIKE '%%nobody%%' OR lower(postcode) LIKE '%%nobody%%'
    OR lower(address) LIKE '%%nobody%%' OR lower(uprn) LIKE '%%nobody%%'""",
)
BOARD: Final = (
    "SELECT step, count(*) FROM case_step WHERE closed_at IS NULL GROUP BY step",
    """SELECT owner, count(DISTINCT case_id) FROM case_step WHERE closed_at IS NULL
    AND due_on < '2026-07-01' GROUP BY owner""",
    """SELECT opened_at > '2026-01-01', count(*) FROM "case" GROUP BY 1""",
    """SELECT ended_stage, status, count(*) FROM "case" GROUP BY 1, 2""",
)


def measure(*, cases: int = MANY, turns: int = TURNS, database: str = "") -> dict[str, Any]:
    """Measure my work, search and the board; the median of some turns, in milliseconds."""
    with scratch(database) as place, without_documents():
        url = filled(place, cases, 0)
        pages: dict[str, tuple[Callable[[sa.Connection], object], tuple[str, ...]]] = {
            "all": (_page(Wanted(tab=Tab.ALL)), (*COUNTS, *FIRST)),
            "team": (_page(Wanted(tab=Tab.TEAM)), (*COUNTS, *FIRST)),
            "search": (_page(Wanted(tab=Tab.ALL, q="nobody")), (*SEARCH, *FIRST)),
            "board": (
                lambda conn: overview(conn, viewer=VIEWER, today=clock.today()),
                BOARD,
            ),
        }
        return {"cases": cases} | {
            name: beside(url, ours, bare, turns) for name, (ours, bare) in pages.items()
        }


def _page(wanted: Wanted) -> Callable[[sa.Connection], object]:
    return lambda conn: work_page(conn, wanted=wanted, viewer=VIEWER, today=clock.today())


def beside(
    url: str, ours: Callable[[sa.Connection], object], bare: tuple[str, ...], turns: int
) -> dict[str, float]:
    def asked(conn: sa.Connection) -> None:
        for statement in bare:
            conn.exec_driver_sql(statement).all()

    spent: tuple[list[float], list[float]] = ([], [])
    for turn in range(1 + turns):
        for which, work in enumerate((ours, asked)):
            began = time.perf_counter()
            with reading(url) as conn:
                work(conn)
            if turn:  # the first only warms
                spent[which].append(1000 * (time.perf_counter() - began))
    mine, limit = (statistics.median(times) for times in spent)
    return {"milliseconds": mine, "limit_milliseconds": limit, "ours_to_limit": mine / limit}
