"""Every report among many cases, beside its own statements sent bare.

The facts are those of two cases that were lived, a tenth of them open, spread over five years,
authorities, works, tenures and ages. A report is asked as its page asks it, all its rows and the
total; the limit is the very statements it sends, by the driver alone.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from adapters import clock
from models.database import engine_for, reading, writing
from models.tables.cases import Case
from models.tables.reports import CaseFacts, ToCount
from rules.reports.asked import Asked
from rules.reports.performance import Period
from services.aftercare.survey import AnswerSurvey
from services.reports.counting import count_what_grew
from services.reports.declared.ask import ask
from services.reports.declared.catalogue import REPORTS
from services.reports.declared.report import Report
from tests.bench.copies import analyze, copy_cases
from tests.bench.desk import beside
from tests.bench.either import without_documents
from tests.bench.scratch import Scratch, scratch, served
from tests.factories import act, case_at

CASES: Final = 550_000
TURNS: Final = 3
WALKED: Final = 4
OPEN_ONE_IN: Final = 10
_WORKS: Final = ("level_access_shower", "stairlift", "ramp", "extension")
_TENURES: Final = ("owner", "rp_tenant", "private_tenant", "council_tenant")


def measure(*, cases: int = CASES, turns: int = TURNS, database: str = "") -> dict[str, Any]:
    """Measure every report over the last year; the median of some turns, in milliseconds."""
    with scratch(database) as place, without_documents():
        url = _lived(place, cases)
        found = {name: _one(url, report, turns) for name, report in REPORTS.items()}
        slowest = max(found, key=lambda name: found[name]["milliseconds"])
        return {
            "cases": cases,
            "slowest": slowest,
            "slowest_milliseconds": found[slowest]["milliseconds"],
            "most_to_limit": max(one["ours_to_limit"] for one in found.values()),
            "reports": found,
        }


def _one(url: str, report: Report, turns: int) -> dict[str, float]:
    today = clock.today()
    asked = Asked(Period(today - timedelta(days=364), today), today, today)
    with reading(url) as conn:
        bare = ask(conn, report, asked).statements

    def ours(conn: sa.Connection) -> object:
        return ask(conn, report, asked)

    return beside(url, ours, tuple(one.replace("%", "%%") for one in bare), turns)


def _lived(place: Scratch, cases: int) -> str:
    url = served(place, "reports", cases=0)
    case_at(url, "aftercare")
    act(url, "DFG-1", AnswerSurvey({"contractors": 4, "overall": 2}))
    for number in range(2, WALKED + 1):  # so many that the numbers of their copies fit
        case_at(url, "approve", reference=f"DFG-{number}")
    count_what_grew()
    with writing(url) as conn:
        copy_cases(conn, times=cases // WALKED, only=frozenset({"case"}))
        _spread(conn)
        conn.execute(sa.delete(ToCount))
        if conn.dialect.name == "postgresql":
            analyze(conn)
    engine_for(url).dispose()
    return url


def _spread(conn: sa.Connection) -> None:
    """Give every case its facts, in one statement: those of a lived case, moved about."""
    number = Case.id
    lived = sa.select(*CaseFacts.__table__.c).subquery("lived")
    first = sa.select(sa.func.min(lived.c.case_id)).scalar_subquery()
    last = sa.select(sa.func.max(lived.c.case_id)).scalar_subquery()
    whose = sa.case((number % OPEN_ONE_IN == 0, last), else_=first)
    shown: dict[str, Any] = {column.name: column for column in lived.c}
    shown |= {name: _moved(conn, lived.c[name], number) for name in shown if name.endswith("_on")}
    shown["case_id"] = number
    shown["work_type"] = _one_of(_WORKS, number)
    shown["tenure"] = _one_of(_TENURES, number / 7)
    shown["age"] = number % 95
    query = sa.select(*(shown[name].label(name) for name in shown))
    query = query.select_from(Case).join(lived, lived.c.case_id == whose)
    query = query.where(Case.id.not_in(sa.select(CaseFacts.case_id)))
    conn.execute(sa.insert(CaseFacts).from_select(list(shown), query))


def _one_of(words: tuple[str, ...], number: Any) -> Any:
    place = sa.cast(number, sa.Integer) % len(words)
    return sa.case(*((place == at, word) for at, word in enumerate(words)))


def _moved(conn: sa.Connection, column: Any, number: Any) -> Any:
    days = sa.cast(sa.cast(number, sa.BigInteger) * 7919 % 1825, sa.Integer)
    if conn.dialect.name == "postgresql":
        return column - days
    back = sa.literal("-", sa.Text).concat(sa.cast(days, sa.Text)).concat(" days")
    return sa.func.date(column, back)
