"""The forecast: plain shares, with what still runs counted for as long as it was seen.

Its trial on the past knows only what was known each day.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.clocks.pauses import PausedTime, add, between
from rules.clocks.workdays import calendar
from rules.reports.forecast import Lasted, Like, Outlook, in_100, nearest, nearest_first, outlook
from rules.reports.forecast_words import Forecast, group_words
from tests.bench.backtest import Moment, Past, Trial, trials
from tests.bench.backtest_scores import scores, verdict
from tests.bench.clock_law import AUTHORITIES, history, mean_gap

CALENDAR = calendar(
    closed=[date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4)], first_year=2023, last_year=2028
)
RUGBY_SHOWERS = Like("consent", "OAK", "RBC", "level_access_shower")
counts = st.dictionaries(st.integers(0, 12), st.integers(1, 9), max_size=8)
few = st.integers(0, 12)


def textbook(lasted: Lasted, elapsed: int, target: int) -> Fraction:
    """Kaplan and Meier, clock by clock: each day, the share of those at risk that did not end."""
    ended = [days for days, count in lasted.ended.items() for _ in range(count)]
    unended = [days for days, count in lasted.unended.items() for _ in range(count)]
    chance = Fraction(1)
    for day in range(elapsed, target + 1):
        at_risk = sum(d >= day for d in ended) + sum(d > day for d in unended)
        if at_risk:
            chance *= 1 - Fraction(ended.count(day), at_risk)
    return chance


@given(ended=counts, elapsed=few, target=few)
def test_where_all_are_over_the_chance_is_the_plain_share(
    ended: dict[int, int], elapsed: int, target: int
) -> None:
    found = outlook(Lasted(ended, {}), elapsed=elapsed, target=target)
    limit = max(target, elapsed - 1)
    comparable = sum(count for days, count in ended.items() if days >= elapsed)
    past = sum(count for days, count in ended.items() if days >= elapsed and days > limit)
    assert (found.comparable, found.past, found.undecided) == (comparable, past, 0)
    if comparable:
        assert found.chance == Fraction(past, comparable)


@given(ended=counts, unended=counts, elapsed=few, target=few)
def test_those_that_still_run_count_for_as_long_as_they_were_seen(
    ended: dict[int, int], unended: dict[int, int], elapsed: int, target: int
) -> None:
    lasted = Lasted(ended, unended)
    found = outlook(lasted, elapsed=elapsed, target=target)
    assert found.chance == textbook(lasted, elapsed, max(target, elapsed - 1))
    halves = [day for day in range(elapsed, 13) if textbook(lasted, elapsed, day) <= Fraction(1, 2)]
    assert found.half_by == (halves[0] if halves else None)
    later = outlook(lasted, elapsed=elapsed, target=target + 1)
    assert later.chance <= found.chance


def test_a_clock_that_runs_counts_as_late_once_it_is_past_the_target() -> None:
    found = outlook(Lasted({3: 10, 8: 5}, {6: 2, 5: 4, 2: 3}), elapsed=3, target=5)
    assert found == Outlook(17, 7, 4, Fraction(11, 21), 5 + 3)
    # 21 at risk on day 3 (15 ended, 6 still running after it), of whom 10 ended: 11 of 21 went on.


def test_the_widest_group_comes_last_and_each_only_once() -> None:
    groups = nearest_first(RUGBY_SHOWERS)
    assert groups[0] == RUGBY_SHOWERS
    assert groups[1] == Like("consent", "OAK", "RBC", "")
    assert groups[-1] == Like("consent")
    assert len(groups) == 8
    assert nearest_first(Like("specify", "", "RBC", "ramp")) == (
        Like("specify", "", "RBC", "ramp"),
        Like("specify", "", "RBC", ""),
        Like("specify", "", "", "ramp"),
        Like("specify"),
    )


def test_the_narrowest_group_of_twenty_that_lasted_as_long_is_taken() -> None:
    known = {
        RUGBY_SHOWERS: Lasted({2: 30, 9: 19}, {}),
        Like("consent", "OAK", "RBC", ""): Lasted({2: 30, 9: 20}, {}),
    }
    group, found = nearest(
        lambda group: known.get(group, Lasted({}, {})), like=RUGBY_SHOWERS, elapsed=3, target=5
    )
    assert group == Like("consent", "OAK", "RBC", "")
    assert (found.comparable, found.past, found.enough) == (20, 20, True)
    group, found = nearest(
        lambda _group: Lasted({9: 19}, {}), like=RUGBY_SHOWERS, elapsed=3, target=5
    )
    assert (group, found.enough) == (Like("consent"), False)


def test_nothing_is_told_while_more_are_undecided_than_known() -> None:
    assert outlook(Lasted({4: 20}, {3: 20}), elapsed=0, target=9).enough
    assert not outlook(Lasted({4: 20}, {3: 21}), elapsed=0, target=9).enough


@pytest.mark.parametrize(
    ("chance", "said"),
    [(Fraction(21, 34), 62), (Fraction(1, 200), 1), (Fraction(1, 201), 0), (Fraction(1), 100)],
)
def test_chances_are_said_in_100_rounded_half_up(chance: Fraction, said: int) -> None:
    assert in_100(chance) == said


def told(found: Outlook, *, elapsed: int = 6, late: bool = False, party: str = "") -> Forecast:
    group = Like("consent", party, "RBC", "level_access_shower")
    return Forecast(
        clock="consent",
        group=group,
        among=group_words(group, authority="Rugby Borough Council", party="Oak Homes"),
        elapsed=elapsed,
        target=15,
        late=late,
        outlook=found,
        likely_on=date(2026, 6, 19),
    )


def test_the_forecast_is_told_in_a_sentence() -> None:
    found = told(Outlook(34, 21, 0, Fraction(21, 34), 13))
    assert found.sentence == (
        "Landlord's consent: of 34 level access shower cases of Rugby Borough Council that had "
        "waited 6 working days, 21 went past 15: about 62 in 100. Half were over within 13, "
        "which is 19 June 2026."
    )
    assert found.chance == Fraction(21, 34)
    assert told(Outlook(34, 0, 3, Fraction(0), 13), elapsed=0, party="OAK").sentence == (
        "Landlord's consent: of 34 level access shower cases of Rugby Borough Council whose "
        "landlord is Oak Homes, none went past 15 working days (3 more are undecided): about 0 in "
        "100. Half were over within 13 working days, which is 19 June 2026."
    )


def test_what_is_late_already_is_said_to_be() -> None:
    found = told(Outlook(34, 34, 0, Fraction(1), 25), elapsed=18, late=True)
    assert found.chance == 1
    assert found.sentence == (
        "Landlord's consent: past its 15 working days already. Of 34 level access shower cases of "
        "Rugby Borough Council that had waited 18 working days, half were over within 25, which "
        "is 19 June 2026."
    )


def test_silence_gives_its_reason() -> None:
    thin = told(Outlook(7, 3, 0, Fraction(3, 7), 13))
    assert thin.chance is None
    assert thin.sentence == (
        "Landlord's consent: too few are known: 7 level access shower cases of Rugby Borough "
        "Council that had waited 6 working days; it takes 20."
    )
    early = told(Outlook(21, 3, 40, Fraction(3, 7), None), elapsed=0)
    assert early.chance is None
    assert early.why_silent == (
        "Too early to say: 40 level access shower cases of Rugby Borough Council are undecided, "
        "and only 21 are known."
    )


# ---- tried on the past


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
    clocks = history(count=6_000, today=today, calendars=calendars)
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
