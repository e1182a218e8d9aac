"""Repricing in tests: other terms brought in, a repricing asked for, and run without Prefect."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from adapters import clock
from models.database import reading, writing
from models.people import actor_for
from models.tables.prices import Award, Offer, Price, PriceLine
from models.tables.works import WorkOrder
from rules.clocks.dates import london_date
from rules.pricing.repricing import Foreseen, Selection
from services.imports import ScheduleOptions
from services.pricing.preview import preview
from services.pricing.reprice import cases_to_reprice, finish_repricing, reprice_batch
from services.pricing.repricings import ask, repriced_cases
from tests.factories import go, later
from tests.looking import rows
from tests.services.imports import importing
from tests.small_service import SCHEDULE, TESS

WHY = "the schedule's index of June"
PRICED = (Price, PriceLine, Award, Offer, WorkOrder)


def new_version(url: str, text: str = SCHEDULE, *, index: str = "0") -> None:
    """Bring in a version of the schedule that is in force from tomorrow, and live on till then."""
    instant = later(days=1)
    options = ScheduleOptions("BASE", london_date(instant), Decimal(index))
    importing.bring(url, "schedule", text, schedule=options, now=instant)


def foreseen(url: str, **selection: Any) -> dict[str, Foreseen]:
    """Return the preview, by case."""
    with reading(url) as conn:
        found = preview(conn, selection=Selection(**selection), now=clock.now())
    return {case.reference: case for case in found}


def asked_for(url: str, *, by: str = TESS, reason: str = WHY, **selection: Any) -> int:
    """Ask for a repricing and return its number."""
    with writing(url) as conn:
        repricing_id, _ = ask(
            conn,
            selection=Selection(**selection),
            actor=actor_for(conn, identity=by),
            reason=reason,
            now=clock.now(),
        )
        return repricing_id


def carried_out(repricing_id: int) -> dict[str, int]:
    """Carry a repricing out as its flow does."""
    asked = cases_to_reprice(repricing_id)
    for reference in reprice_batch(asked.references, asked):
        go(reference)
    return finish_repricing(asked)


def outcomes(url: str, repricing_id: int) -> dict[str, tuple[str, int | None, int | None, str]]:
    """Return what a repricing did to each case: outcome, before, after, particulars."""
    with reading(url) as conn:
        found = repriced_cases(conn, repricing_id=repricing_id)
    return {
        row.reference: (row.outcome, row.before_pence, row.after_pence, row.detail) for row in found
    }


def prices_of(url: str, case_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return every price, line, award, offer and order of a case."""
    prices = [row for row in rows(url, Price) if row["case_id"] == case_id]
    ids = {row["id"] for row in prices}
    found = {
        table.__tablename__: [row for row in rows(url, table) if row["case_id"] == case_id]
        for table in (Award, Offer, WorkOrder)
    }
    lines = [row for row in rows(url, PriceLine) if row["price_id"] in ids]
    return found | {"price": prices, "price_line": lines}
