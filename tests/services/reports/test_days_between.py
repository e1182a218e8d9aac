"""The hour that a database finds of an instant is the hour that it is in, to its last moment."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from models.database import reading, writing
from models.tables.prices import Offer
from services.reports.days_between import DaysBetween, hour, hour_of
from tests.factories import case_at

MIDNIGHT = datetime(2026, 6, 2, 23, 0, tzinfo=UTC)
"""Of London, in summer."""


@pytest.mark.parametrize(("second", "micro"), [(0, 0), (59, 500_000), (59, 999_999)])
def test_an_hour_is_cut_and_not_rounded(url: str, second: int, micro: int) -> None:
    case_at(url, "assign")
    at = MIDNIGHT.replace(hour=22, minute=59 if second else 0, second=second, microsecond=micro)
    with writing(url) as conn:
        conn.execute(sa.update(Offer).values(offered_at=at))
    with reading(url) as conn:
        (found,) = conn.scalars(sa.select(hour(Offer.offered_at)))
        assert found == hour_of(at) == hour_of(MIDNIGHT) - 1
        days = DaysBetween(conn)
        assert days.between("RBC", found, hour_of(MIDNIGHT)) == 1, "the next day of London"
        assert days.between("RBC", found, found) == 0
