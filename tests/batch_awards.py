"""Batch awards in tests: cases that wait, a batch asked for, worked out, accepted or refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from adapters import clock
from models.base import AnyRow
from models.database import reading, writing
from models.people import actor_for
from rules.decisions import Plan
from rules.errors import HandrailError
from services.batches.batches import ask, batch_award_of, batch_cases
from services.batches.propose import propose_batch
from services.decisions.batch_proposals import accept
from services.decisions.record import Receipt
from tests.factories import bring, case_at
from tests.looking import contents
from tests.small_service import AVON, BRIAR, CEDAR, NOW, PLAN, REASON, TESS

LOT = "SHOWERS"
TWO = ("DFG-1", "DFG-2")


def capacity(url: str, **orders: int) -> None:
    """Give contractors room for so many orders; the others any number."""
    header = "contractor|name|email|trades|authorities|capacity_orders"
    firms = (
        f"{code}|{code}|jobs@{code.lower()}.example|plumbing;tiling|RBC;WDC|{orders.get(code, '')}"
        for code in (AVON, BRIAR, CEDAR)
    )
    bring(url, "contractors", "\n".join((header, *firms)))


def waiting(url: str, *references: str) -> None:
    """Bring cases to where they wait for their direction."""
    for reference in references:
        case_at(url, "tender", reference=reference)


def asked(url: str, *, by: str = TESS, lot: str = LOT, least: str = "0", most: str = "100") -> int:
    """Ask for a batch award and return its number."""
    with writing(url) as conn:
        return ask(
            conn,
            lot=lot,
            actor=actor_for(conn, identity=by),
            least_percent=Decimal(least),
            most_percent=Decimal(most),
            now=clock.now(),
        )


def proposed(url: str, **options: str) -> int:
    """Ask for a batch award, work it out, and return its number."""
    number = asked(url, **options)
    assert propose_batch(number).status == "proposed"
    return number


def accepted(
    url: str, number: int, *, by: str = TESS, reason: str = REASON, plan: Plan | None = PLAN
) -> list[Receipt]:
    """Accept a batch award."""
    with writing(url) as conn:
        return accept(conn, batch_id=number, by=by, reason=reason, plan=plan, now=clock.now())


def not_accepted(
    url: str, number: int, error: type[HandrailError], **options: Any
) -> HandrailError:
    """Accept what must be refused, and return the refusal, with nothing changed."""
    before = contents(url)
    with pytest.raises(error) as caught:
        accepted(url, number, **options)
    assert contents(url) == before, "a refused acceptance changed something"
    return caught.value


def batch(url: str, number: int) -> tuple[AnyRow, dict[str, AnyRow]]:
    """Return a batch award and its cases by reference."""
    with reading(url) as conn:
        found = batch_cases(conn, batch_id=number)
        return batch_award_of(conn, batch_id=number), {row.reference: row for row in found}


def batch_asked(url: str) -> None:
    """Ask for a batch award, so that there is one."""
    with writing(url) as conn:
        ask(
            conn,
            lot="SHOWERS",
            actor=actor_for(conn, identity=TESS),
            least_percent=Decimal(0),
            most_percent=Decimal(100),
            now=NOW,
        )
