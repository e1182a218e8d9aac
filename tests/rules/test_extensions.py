"""More time for works: which date moves, under which limb, and when it comes too late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.errors import HandrailError, InvalidDecisionError, StatuteError
from rules.extensions import Standing, extended

TODAY = date(2026, 9, 1)
BY, LIMIT = date(2026, 10, 1), date(2027, 6, 1)
DAY = timedelta(days=1)
ORDER = Standing(LIMIT, "WO-1", BY, BY)
NO_ORDER = Standing(LIMIT)


@pytest.mark.parametrize(
    ("standing", "until", "order", "limit", "section"),
    [
        (ORDER, BY + DAY, (BY, BY + DAY), None, ""),
        (ORDER, LIMIT, (BY, LIMIT), None, ""),
        (ORDER, LIMIT + DAY, (BY, LIMIT + DAY), (LIMIT, LIMIT + DAY), "s.37(2)"),
        (NO_ORDER, LIMIT + DAY, None, (LIMIT, LIMIT + DAY), "s.37(2)"),
        # The order's date has passed: the twelve months may still be extended, and it goes along.
        (
            Standing(LIMIT, "WO-1", TODAY - DAY, TODAY - DAY),
            LIMIT + DAY,
            (TODAY - DAY, LIMIT + DAY),
            (LIMIT, LIMIT + DAY),
            "s.37(2)",
        ),
        # On its last day, and while a pause keeps it from passing, a date may still be moved.
        (Standing(LIMIT, "WO-1", TODAY, TODAY), BY, (TODAY, BY), None, ""),
        (Standing(LIMIT, "WO-1", TODAY - DAY, None), BY, (TODAY - DAY, BY), None, ""),
        # What was paused has moved its clock on; the order's own date follows.
        (Standing(LIMIT, "WO-1", BY, BY + 9 * DAY), BY + 9 * DAY, (BY, BY + 9 * DAY), None, ""),
    ],
)
def test_a_later_day_moves_the_order_and_past_the_twelve_months_the_grant_as_well(
    standing: Standing,
    until: date,
    order: tuple[date, date] | None,
    limit: tuple[date, date] | None,
    section: str,
) -> None:
    found = extended(standing, until=until, today=TODAY)
    assert (found.order, found.limit, found.section) == (order, limit, section)


@pytest.mark.parametrize(
    ("standing", "until", "today", "error", "says"),
    [
        (ORDER, TODAY, TODAY, InvalidDecisionError, "no day to come"),
        (ORDER, BY, TODAY, InvalidDecisionError, "by 1 October 2026 already"),
        (ORDER, date(2206, 10, 2), TODAY, InvalidDecisionError, "check the year"),
        (NO_ORDER, LIMIT, TODAY, InvalidDecisionError, "run to 1 June 2027 as it is"),
        (
            Standing(LIMIT, "WO-1", BY, BY + 9 * DAY),
            BY + DAY,
            TODAY,
            InvalidDecisionError,
            "would take time away",
        ),
        (ORDER, BY + 9 * DAY, BY + DAY, InvalidDecisionError, "which has passed"),
        (ORDER, LIMIT + 9 * DAY, LIMIT + DAY, StatuteError, "ran out on 1 June 2027"),
        (NO_ORDER, LIMIT + 9 * DAY, LIMIT + DAY, StatuteError, "decide under s.42"),
    ],
)
def test_no_time_is_given_back_taken_away_or_allowed_once_its_day_has_passed(
    standing: Standing, until: date, today: date, error: type[HandrailError], says: str
) -> None:
    with pytest.raises(error) as refusal:
        extended(standing, until=until, today=today)
    assert says.lower() in refusal.value.text().lower()
    assert refusal.value.next_step
