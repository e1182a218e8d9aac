"""Keeping what was found on lines of an order, and what is said of its snags; the one writer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from models.base import AnyRow, Instant
from models.tables.completion import FindingEntry
from models.tables.works import Inspection, WorkOrder
from rules.snags import Snag, SnagState
from services.cases import CaseInHand, Context

_KEEP: Final = insert(Inspection).returning(Inspection.id)
_SAY: Final = insert(FindingEntry)


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be kept as found on one line; of a snag, how it is to be put right."""

    line: int
    result: str
    words: str = ""
    quantity: Decimal | None = None
    documents: tuple[int, ...] = ()
    rectify_by: date | None = None


def keep_findings(context: Context, *, order: AnyRow, found: Iterable[Found]) -> None:
    """Keep what was found, line by line; the words of it apart, where they can be erased."""
    for one in found:
        row_id = context.conn.execute(
            _KEEP,
            {
                "order_id": order.id,
                "line": one.line,
                "result": one.result,
                "note": "",
                "inspected_on": context.today,
                "inspected_by": context.actor.identity,
                "quantity": one.quantity,
            },
        ).scalar_one()
        if one.words:
            _say(context, row_id, SnagState.FOUND, one.words, one.documents, one.rectify_by)


def say_of_snag(
    context: Context,
    snag: Snag,
    said: SnagState,
    *,
    words: str = "",
    documents: tuple[int, ...] = (),
    rectify_by: date | None = None,
) -> None:
    """Add what was said of a snag; one that an earlier version recorded gets its words first."""
    if not snag.entries:
        _say(context, snag.finding, SnagState.FOUND, snag.words, (), None)
    _say(context, snag.finding, said, words, documents, rectify_by)


def _say(
    context: Context,
    finding: int,
    said: SnagState,
    words: str,
    documents: tuple[int, ...],
    rectify_by: date | None,
) -> None:
    context.conn.execute(
        _SAY,
        {
            "inspection_id": finding,
            "said": said.value,
            "words": words,
            "documents": documents,
            "rectify_by": rectify_by,
            "by": context.actor.identity,
            "at": context.now,
        },
    )


# ---- erased


_FINDINGS: Final = (
    select(Inspection.id)
    .join(WorkOrder, WorkOrder.id == Inspection.order_id)
    .where(WorkOrder.case_id == bindparam("of_case"))
)
_ERASE: Final = (
    update(FindingEntry)
    .where(
        FindingEntry.inspection_id.in_(_FINDINGS.scalar_subquery()),
        FindingEntry.at > bindparam("since", type_=Instant),
    )
    .values(words=bindparam("instead"))
)


def erase_snags(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase what is said of the snags of a case; return how many entries there were."""
    asked = {"of_case": case.id, "since": since, "instead": said}
    return case.conn.execute(_ERASE, asked).rowcount
