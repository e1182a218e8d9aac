"""The forecast tried on the past, told in figures: of a database, or of clocks of a known law.

``python -m tests.bench.backtest [DATABASE_URL]``
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection

from adapters import clock
from adapters.bank_holidays import bank_holidays
from models.database import reading
from models.tables.clocks import Clock
from rules.clocks.workdays import Calendar, calendar
from rules.reports.forecast import HISTORY_MONTHS, Like
from services.cases.clocks.calendar import ByAuthority, calendar_for
from services.ready import FIRST_YEAR, LAST_YEAR
from services.reports.forecast_history import (
    FORECAST,
    HISTORY,
    Pauses,
    finished,
    history_rows,
)
from tests.bench.backtest_scores import Score, scores, verdict
from tests.bench.clock_law import AUTHORITIES, history, mean_gap
from tests.bench.trials import Past, trials
from tests.small_service import NOW

TRIED: Final = 100_000
_PAST: Final = HISTORY.add_columns(Clock.id, Clock.target_days, Clock.promised_on)


def past_clocks(
    conn: Connection, *, today: date, calendars: Mapping[str, Calendar]
) -> Iterator[Past]:
    """Yield every clock of a database's history, in no order."""
    pauses = Pauses(conn)
    for row in history_rows(conn, _PAST, today=today, names=FORECAST, months=HISTORY_MONTHS):
        promised = max(row.opened_on, row.promised_on or row.opened_on)
        yield Past(
            key=row.id,
            like=Like(row.name, row.party, row.authority, row.work_type),
            opened_on=row.opened_on,
            target=row.target_days or calendars[row.authority].between(row.opened_on, promised),
            over_on=row.stopped_on,
            finished=finished(row.stopped_on, row.stopped_why),
            pauses=pauses.of(row.name, row.case_id),
        )


def back_test(conn: Connection, *, today: date) -> tuple[Score, ...]:
    """Return how well the forecast would have done on the clocks whose time has gone by."""
    calendars = ByAuthority(conn, calendar_for)
    clocks = list(past_clocks(conn, today=today, calendars=calendars))
    return scores(trials(clocks, today=today, calendars=calendars))


def of_database(url: str) -> list[str]:
    """Return how well the forecast does on a database, as lines."""
    with reading(url) as conn:
        return _told(back_test(conn, today=clock.today()))


def of_known_law() -> list[str]:
    """Return how well the forecast does on a history whose law is known, as lines."""
    closed = [day for day, _ in bank_holidays(first_year=FIRST_YEAR, last_year=LAST_YEAR)]
    made = calendar(closed=closed, first_year=FIRST_YEAR, last_year=LAST_YEAR)
    calendars = dict.fromkeys(AUTHORITIES, made)
    clocks = history(count=TRIED, today=NOW.date(), calendars=calendars)
    began = time.perf_counter()
    drawn = [one.past for one in clocks]
    found = list(trials(drawn, today=NOW.date(), calendars=calendars))
    took = time.perf_counter() - began
    gap = 100 * mean_gap(clocks, found)
    head = f"Back-test on {TRIED:,} drawn clocks: {took:.1f} s; the chances told were"
    return [f"{head} {gap:.1f} in 100 from the true ones, on average.", *_told(scores(found))]


def _told(found: Sequence[Score]) -> list[str]:
    said = []
    for score in found:
        said += ["", verdict(score)]
        if score.silent_in_100 is not None:
            said.append(f"Nothing was told of {score.silent}: {score.silent_in_100} in 100.")
        said += ["", "| foretold | clocks | on average | late in 100 |"]
        said.append("| --- | --- | --- | --- |")
        said += [
            f"| {band.low} to {band.high} | {band.forecasts:,} | {band.foretold} | {band.came} |"
            for band in score.bands
            if band.forecasts
        ]
    return said


if __name__ == "__main__":
    said = of_database(sys.argv[1]) if sys.argv[1:] else of_known_law()
    sys.stdout.write("\n".join(said).strip() + "\n")
