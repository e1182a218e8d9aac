"""The works of an order as its approved variations left them, and what they are priced on."""

from typing import NamedTuple

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import awards_of, offers_on, price_by_id
from models.order_versions import variation_lines, variations_of, versions_of
from rules.clocks.dates import london_date
from rules.documents.paper_lines import UnpricedLine
from rules.errors import HandrailError, InvalidWorksError
from rules.plain import from_plain
from rules.pricing.works import WorksLine
from rules.tenders import tendering
from rules.tenders.routes import Route
from rules.tenders.tendering import TenderInputs
from rules.variations import LineChange, OrderWorks, changed, price_works, works_of
from services.competitions.competitions import competition_of
from services.competitions.evaluations import priced_quotes
from services.documents.papers import printed, works_awarded, works_printed


class Standing(NamedTuple):
    """An order as it can be varied: its works, what prices them, and its price in force."""

    works: OrderWorks
    inputs: TenderInputs
    price: AnyRow


def standing(conn: Connection, *, order: AnyRow) -> Standing:
    """Return the works of an order in its version in force, with what was frozen with its award.

    Raises:
        InvalidWorksError: What it was priced on is not held, or does not give its price any more.
    """
    price = price_by_id(conn, price_id=order.price_id)
    try:
        inputs, awarded = _awarded(conn, order)
        works = changed(awarded, approved_changes(conn, order_id=order.id))
        again = price_works(works, inputs=inputs, contractor=order.contractor)
    except (HandrailError, LookupError, StopIteration) as error:
        raise _not_held(order) from error
    if (again.net_pence, again.vat_pence) != (price.net_pence, price.vat_pence):
        raise _not_held(order)
    return Standing(works, inputs, price)


def _not_held(order: AnyRow) -> InvalidWorksError:
    return InvalidWorksError(
        f"{order.number} cannot be varied line by line.",
        why="What it was priced on is not held, as with orders of an early version of Handrail.",
        next_step="End the order with what was done, and open a new case for the rest.",
    )


def _awarded(conn: Connection, order: AnyRow) -> tuple[TenderInputs, OrderWorks]:
    offer = next(one for one in offers_on(conn, case_id=order.case_id) if one.id == order.offer_id)
    made = next(one for one in awards_of(conn, case_id=order.case_id) if one.id == offer.award_id)
    inputs = tendering.from_plain(made.inputs)
    if inputs.route is not Route.QUOTES:
        return inputs, works_of(inputs.lines)
    held = competition_of(conn, case_id=order.case_id, version=made.version)
    quotes = priced_quotes(conn, competition=held, inputs=inputs) if held else {}
    quoted = (line.works for line in quotes[order.contractor].lines)
    return inputs, works_of(quoted, quoted=True)


def approved_changes(conn: Connection, *, order_id: int) -> list[LineChange]:
    """Return what the approved variations of an order changed, one after the other."""
    lines = variation_lines(conn, order_id=order_id)
    approved = (one for one in variations_of(conn, order_id=order_id) if one.status == "approved")
    return [change_of(row) for one in approved for row in lines.get(one.id, ()) if row.taken]


def change_of(row: AnyRow) -> LineChange:
    """Return a line of a variation as it changes the works."""
    works = None if row.works is None else from_plain(WorksLine, row.works)
    return LineChange(row.line, works, quoted=row.quoted)


def lines_printed(conn: Connection, *, case: AnyRow, order: AnyRow) -> tuple[UnpricedLine, ...]:
    """Return the works of an order in force, as papers print them without their prices."""
    if len(versions_of(conn, order_id=order.id)) <= 1:
        return works_printed(conn, case=case, on=london_date(order.raised_at))
    return tuple(printed(line, UnpricedLine) for line in works_ordered(conn, order=order))


def works_in_force(
    conn: Connection, *, case: AnyRow, made: AnyRow, order: AnyRow
) -> tuple[WorksLine, ...]:
    """Return the works lines that an order in force stands for: as awarded, or as varied since.

    Args:
        made: The award that the order rests on.
    """
    if len(versions_of(conn, order_id=order.id)) > 1:
        return works_ordered(conn, order=order)
    return works_awarded(conn, case=case, made=made, on=london_date(order.raised_at))


def works_ordered(conn: Connection, *, order: AnyRow) -> tuple[WorksLine, ...]:
    """Return the works of an order that was varied, by their numbers."""
    return tuple(standing(conn, order=order).works.lines.values())
