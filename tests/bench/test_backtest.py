"""The back-test: each clock of the past is forecast from what was known that morning."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adapters.clock import today as the_day
from models.database import reading
from models.tables.prices import Offer
from rules.clocks.pauses import PausedTime, add, between
from rules.clocks.workdays import calendar
from rules.reports.forecast import Lasted, Like, nearest, nearest_first
from services.cases.clocks.calendar import ByAuthority, calendar_for
from tests.bench.backtest import back_test, of_database, past_clocks
from tests.bench.backtest_scores import scores, verdict
from tests.bench.clock_law import AUTHORITIES, mean_gap
from tests.bench.clock_law import history as drawn_history
from tests.bench.trials import Moment, Past, Trial, trials
from tests.factories import case_at
from tests.services.reports.test_forecast import OPENED, cases, consents, history, running

CALENDAR = calendar(
    closed=[date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)], first_year=2023, last_year=2028
)
START = date(2026, 3, 2)
TODAY = date(2026, 5, 12)
MANY = 90


def drawn_past(chance: Random, key: int) -> Past:
    """Draw a clock: short, paused twice at most, running, finished or left."""
    opened_on = START + timedelta(days=chance.randrange(50))
    over_on = opened_on + timedelta(days=chance.randrange(20)) if chance.random() < 0.8 else None
    starts = [START + timedelta(days=chance.randrange(70)) for _ in range(chance.randrange(3))]
    return Past(
        key=key,
        like=chance.choice([Like("works", "AVON", "RBC", "ramp"), Like("works", "", "WDC")]),
        opened_on=opened_on,
        target=chance.randrange(1, 8),
        over_on=over_on,
        finished=over_on is not None and chance.random() < 0.9,
        pauses=tuple(PausedTime(on, on + timedelta(days=chance.randrange(9))) for on in starts),
    )


def known_on(clocks: list[Past], group: Like, day: date) -> Lasted:
    """What could be known of a group on the morning of a day, clock by clock."""
    ended: Counter[int] = Counter()
    unended: Counter[int] = Counter()
    for clock in clocks:
        if group not in nearest_first(clock.like) or clock.opened_on >= day:
            continue
        over = clock.over_on is not None and clock.over_on < day
        until = clock.over_on if over and clock.over_on else day
        lasted = between(CALENDAR, clock.opened_on, until, clock.pauses)
        (ended if over and clock.finished else unended)[lasted] += 1
    return Lasted(ended, unended)


def tried(clocks: list[Past]) -> list[Trial]:
    calendars = {"RBC": CALENDAR, "WDC": CALENDAR}
    return list(trials(clocks, today=TODAY, calendars=calendars))


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_each_is_forecast_from_what_was_known_that_morning(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a test's own dice
    clocks = [drawn_past(chance, key) for key in range(MANY)]
    found = {(trial.key, trial.moment): trial for trial in tried(clocks)}
    assert sum(trial.chance is not None for trial in found.values()) > MANY // 4
    wanted = 0
    for clock in clocks:
        if clock.opened_on > TODAY:
            continue
        lasted = between(CALENDAR, clock.opened_on, clock.over_on or TODAY, clock.pauses)
        had = between(CALENDAR, clock.opened_on, TODAY, clock.pauses)
        if had <= clock.target or not (clock.finished or lasted > clock.target):
            continue
        half = (clock.target + 1) // 2
        for moment, elapsed in ((Moment.OPENING, 0), (Moment.HALF, half)):
            if moment is Moment.HALF and (clock.target == 1 or lasted < half):
                continue
            wanted += 1
            day = (
                add(CALENDAR, clock.opened_on, half, clock.pauses)
                if moment is Moment.HALF
                else clock.opened_on
            )
            _, expected = nearest(
                lambda group, day=day: known_on(clocks, group, day),  # type: ignore[misc]  # a default argument
                like=clock.like,
                elapsed=elapsed,
                target=clock.target,
            )
            trial = found[clock.key, moment]
            assert trial.chance == (expected.chance if expected.enough else None)
            assert trial.half_by == (expected.half_by if expected.enough else None)
            assert trial.lasted == (lasted if clock.finished else None)
            assert trial.late is (lasted > clock.target)
    assert len(found) == wanted


def test_clocks_opened_more_than_two_years_before_are_forgotten() -> None:
    like = Like("works", "", "RBC", "ramp")
    old = [Past(n, like, date(2024, 1, 15), 5, date(2024, 2, 1), finished=True) for n in range(25)]
    for opened_on, chance in ((date(2026, 1, 14), Fraction(1)), (date(2026, 1, 15), None)):
        asked = Past(99, like, opened_on, 5, date(2026, 1, 20), finished=True)
        by_moment = {t.moment: t for t in tried([*old, asked]) if t.key == 99}
        assert by_moment[Moment.OPENING].chance == chance


def trial(chance: Fraction | None, *, late: bool, lasted: int = 10, half_by: int = 8) -> Trial:
    return Trial(1, Like("works"), Moment.OPENING, chance, half_by, lasted, late)


def test_scores_are_worked_out_as_by_hand() -> None:
    opening, half = scores(
        [
            trial(Fraction(1, 2), late=True),
            trial(Fraction(1, 2), late=False, lasted=7),
            trial(Fraction(1), late=True, lasted=20),
            trial(Fraction(1, 10), late=False, lasted=8),
            trial(None, late=True),
        ]
    )
    assert (opening.tried, opening.silent, opening.silent_in_100) == (5, 1, Decimal("20.0"))
    assert opening.brier == Decimal("0.1275")  # (0.25 + 0.25 + 0 + 0.01) / 4
    assert opening.base_brier == Decimal("0.2500")  # two of four late
    assert [(band.low, band.forecasts, band.late) for band in opening.bands] == [
        (0, 1, 0),
        (20, 0, 0),
        (40, 2, 1),
        (60, 0, 0),
        (80, 1, 1),
    ]
    assert (opening.bands[2].foretold, opening.bands[2].came) == (Decimal("50.0"), Decimal("50.0"))
    assert opening.bands[1].foretold is None
    assert (opening.dated, opening.median_error) == (4, 1)  # out by 2, 1, 12 and 0
    assert verdict(opening) == (
        "At the opening: 4 of 5 clocks were forecast, 2 went past their target. Brier "
        "score 0.1275; always naming each clock's own share of late ones would score 0.2500: the "
        "forecast does better. Half of the likely dates were out by 1 working day or fewer."
    )
    assert (half.tried, half.brier, half.median_error) == (0, None, None)
    assert verdict(half).endswith("0 clocks have had their time; too little is known to forecast.")


def test_the_forecast_comes_near_a_law_that_is_known() -> None:
    today, calendars = date(2026, 6, 1), dict.fromkeys(AUTHORITIES, CALENDAR)
    clocks = drawn_history(count=6_000, today=today, calendars=calendars)
    found = list(trials([drawn.past for drawn in clocks], today=today, calendars=calendars))
    assert mean_gap(clocks, found) < 0.12  # twenty of a kind say no more
    for score in scores(found):
        assert score.brier is not None
        assert score.base_brier is not None
        assert score.brier < score.base_brier
        for band in score.bands:
            assert (
                band.foretold is None
                or band.came is None
                or band.forecasts < 500
                or (abs(band.foretold - band.came) < 8)
            )


# ---- a database


def test_a_contractors_clock_is_compared_by_contractor(sqlite_service: str) -> None:
    case_at(sqlite_service, "works")
    with reading(sqlite_service) as conn:
        past = _past(conn)
        contractor = conn.scalars(select(Offer.contractor).where(Offer.status == "accepted")).one()
    by_name = {one.like.clock: one for one in past}
    assert by_name["start_works"].like == Like(
        "start_works", contractor, "RBC", "level_access_shower"
    )
    assert by_name["answer_offer"].like.party == contractor
    assert by_name["specify"].like.party == ""
    assert by_name["answer_offer"].finished
    assert not by_name["start_works"].finished


def test_the_forecast_is_tried_on_what_has_had_its_time(sqlite_service: str) -> None:
    history(sqlite_service)
    later = consents(
        sqlite_service, cases(sqlite_service, 3, first=60), opened_on=OPENED + timedelta(days=56)
    )
    with reading(sqlite_service) as conn:
        opening, half = back_test(conn, today=the_day())
    tried = {score.moment: score for score in (opening, half)}
    # The case that ended is not tried: nobody knows whether it would have been late.
    assert tried[Moment.OPENING].tried == 49 + len(later)
    assert tried[Moment.OPENING].silent == 49  # all opened on one day, before any was known
    assert tried[Moment.OPENING].late == len(later)  # still running, and past their 15 days
    assert tried[Moment.HALF].tried == 34 + len(later)


def _past(conn: Any) -> list[Any]:
    return list(past_clocks(conn, today=the_day(), calendars=ByAuthority(conn, calendar_for)))


def test_the_back_test_is_told_in_words_and_figures(sqlite_service: str) -> None:
    assert "too little is known to forecast" in told(sqlite_service)
    history(sqlite_service)
    running(sqlite_service, elapsed=20, count=3)
    with reading(sqlite_service) as conn:
        opening, half = back_test(conn, today=the_day())
    assert (opening.moment, half.moment) == ("opening", "half")
    assert (opening.tried, opening.silent, opening.late) == (52, 49, 3)
    assert [band.forecasts for band in opening.bands] == [0, 0, 3, 0, 0]
    assert "At the opening: 3 of 52 clocks were forecast" in told(sqlite_service)


def told(url: str) -> str:
    return "\n".join(of_database(url))
