"""What a contractor that is replaced did and left, by what an officer says of it line by line."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from models.base import AnyRow
from models.case_queries import inspected, lines_to_do, live_order, price_lines
from models.order_versions import varied_lines
from models.replaced import left_on
from rules.documents.items import Item, item_of, typed_item
from rules.orders import Valuing
from rules.replacements import left_undone, snagged_and_done, wrongly_left
from services.cases import Context


class Leaving(Valuing, Protocol):
    """A decision that says what was done of an order, and what is left of its works."""

    @property
    def left(self) -> Mapping[int, Decimal]:
        """How much is left of works lines done in part."""

    @property
    def inspected_on(self) -> date | None:
        """When what was done was inspected."""


def works_of(context: Context) -> dict[int, Decimal]:
    """Return the works lines of the order in force, or of the offer, with their quantities."""
    left = left_on(context.conn, case_id=context.case.id) or {}
    varied = varied_on(context)
    return {
        row.line: row.quantity if row.line in varied else left.get(row.line, row.quantity)
        for row in lines_to_do(context.conn, case_id=context.case.id)
    }


def varied_on(context: Context) -> frozenset[int]:
    """Return the works lines that approved variations of the order in force added or changed."""
    order = live_order(context.conn, case_id=context.case.id)
    return varied_lines(context.conn, order_id=order.id) if order is not None else frozenset()


def left_by(
    context: Context, decision: Leaving, order: AnyRow, works: Mapping[int, Decimal]
) -> dict[int, Decimal]:
    """Return what is left to do of each works line, once what is said of it holds."""
    covers = covers_of(context, order)
    return left_undone(works, covers=covers, said=decision.left, **_said(decision))


def covers_of(context: Context, order: AnyRow) -> dict[Item, tuple[int, ...]]:
    """Return the works lines of each line or item of an order."""
    rows = price_lines(context.conn, price_id=order.price_id)
    return {
        item_of(line=row.line, covers=row.covers): (row.line,) if row.covers is None else row.covers
        for row in rows
    }


def _said(decision: Leaving) -> dict[str, list[Item]]:
    return {
        "done": [typed_item(one) for one in decision.done],
        "not_done": [typed_item(one) for one in decision.not_done],
    }


def problems_with(context: Context, decision: Leaving, order: AnyRow) -> Sequence[str]:
    """Return what is wrong with the valuation beside the sums of its lines, in sentences."""
    covers, said = covers_of(context, order), _said(decision)
    known = inspected(context.conn, order=order)
    found = [snagged_and_done(known.snags, covers=covers, done=said["done"])]
    valued = {*said["done"], *said["not_done"], *(typed_item(one) for one in decision.part)}
    if covers.keys() <= valued:
        found += wrongly_left(works_of(context), covers=covers, said=decision.left, **said)
    day = decision.inspected_on
    if day is not None and not order.started_on <= day <= context.today:
        found.append(
            f"What was done cannot have been inspected on {day:%-d %B %Y}: works began on "
            f"{order.started_on:%-d %B %Y}, and that day is not to come."
        )
    return [words for words in found if words]
