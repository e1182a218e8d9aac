"""What is claimed of an order line by line: what is left out, measured again or added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import price_lines, works_lines
from models.order_versions import variation_lines, versions_of
from models.spelling import as_recorded
from models.tables.schedules import ScheduleItem
from rules.cases import UNITS
from rules.errors import InvalidDecisionError, InvalidWorksError
from rules.numbers import plain, written
from rules.pricing.works import MAX_QUANTITY, WorksLine
from rules.rates.terms import PLACES
from rules.sentences import spoken
from rules.variations import Change, LineChange, at_sum
from services.assignment.order_works import Standing
from services.cases import Context
from services.orders.claims import ClaimVariation
from services.orders.leaving import works_of
from services.orders.variations import check_lines_free
from services.rates.pricing import unit_items
from services.tenders.lot_terms import terms_of


@dataclass(frozen=True, slots=True)
class Claimed:
    """One line as it is claimed.

    Args:
        named: What is on record of it beside its sums.
        change: What it does to the works.
    """

    named: Mapping[str, Any]
    change: LineChange


def line_said(named: Mapping[str, Any]) -> str:
    """Return a line of a variation in words: ``line 2, Grab rail: omitted``."""
    line, what = named["line"], named["description"] or named["code"]
    much = named["agreed_quantity"] if named.get("taken") else named["claimed_quantity"]
    if named["change"] == Change.OMIT:
        return f"line {line}, {what}: omitted"
    if named["change"] == Change.QUANTITY:
        before = written(named["before"])
        return f"line {line}, {what}: {written(much)} instead of {before} {named['unit']}"
    where = f", {named['location']}" if named.get("location") else ""
    return f"line {line}, {what}{where}: added, {written(much)} {named['unit']}"


def lines_claimed(
    context: Context, decision: ClaimVariation, *, order: AnyRow, stands: Standing
) -> list[Claimed]:
    """Return every line that is claimed, by its number; new ones get the numbers after all used."""
    held = {row.line: row for row in works_lines(context.conn, case_id=context.case.id)}
    stood = works_of(context)
    touched = {*decision.omit, *decision.quantities}
    if unknown := sorted(touched - held.keys() | touched - stands.works.lines.keys()):
        raise InvalidDecisionError(
            f"{order.number} has no line {_numbers(unknown)}.",
            next_step=f"Its lines are {', '.join(map(str, sorted(stands.works.lines)))}.",
        )
    check_lines_free(context.conn, order=order, lines=touched)
    _check_priced_alike(decision, order, stands)
    changes = [_omitted(_of_line(line, held[line], stands, stood)) for line in decision.omit]
    changes += [
        _other_quantity(
            _of_line(line, held[line], stands, stood), much, stands, decision.sums.get(line)
        )
        for line, much in decision.quantities.items()
    ]
    following = 1 + _last_number(context.conn, order, held)
    added = [*_of_schedule(context, decision, order, stands), *_bespoke(decision, order)]
    for number, (named, works, quoted) in enumerate(added, start=following):
        change = LineChange(number, replace(works, line=number), quoted=quoted)
        changes.append(Claimed({**named, "line": number, "quoted": quoted}, change))
    same = [one for one in changes if one.named["before"] == one.named["claimed_quantity"]]
    if same and not decision.sums:
        raise InvalidDecisionError(
            f"Line {same[0].named['line']} is ordered at that quantity already.",
            next_step="Give only lines that are to change.",
        )
    return sorted(changes, key=lambda one: one.change.line)


def _check_priced_alike(decision: ClaimVariation, order: AnyRow, stands: Standing) -> None:
    quoted = stands.works.quoted.keys() & decision.quantities.keys()
    if missing := sorted(quoted - decision.sums.keys()):
        raise InvalidDecisionError(
            f"No sum is given for line {_numbers(missing)} of {order.number}.",
            why="It was quoted, so no schedule says what another quantity of it costs.",
            next_step="Give the new net sum of the whole line with --sum, and the quote.",
        )
    if priced := sorted(decision.sums.keys() - quoted):
        raise InvalidDecisionError(
            f"Line {_numbers(priced)} of {order.number} is priced from the schedule.",
            why="Its sum follows from the quantity, on the terms of the order.",
            next_step="Give its quantity alone.",
        )


def _last_number(conn: Connection, order: AnyRow, held: Mapping[int, AnyRow]) -> int:
    """Return the greatest number that a works line of the order ever had or was claimed under."""
    claimed = (
        row.line for rows in variation_lines(conn, order_id=order.id).values() for row in rows
    )
    prices = {order.price_id, *(one.price_id for one in versions_of(conn, order_id=order.id))}
    printed = (
        number
        for price_id in prices
        for row in price_lines(conn, price_id=price_id)
        for number in (row.covers or (row.line,))
    )
    return max((*held, *claimed, *printed), default=0)


def _named(change: Change, **said: Any) -> dict[str, Any]:
    names = ("code", "before", "claimed_quantity", "claimed_sum_pence", "location")
    nothing = dict.fromkeys(names)
    fixed = {"change": change, "out_of_hours": False, "no_certificates_because": ""}
    return {**fixed, **nothing, **said}


def _of_line(
    line: int, row: AnyRow, stands: Standing, stood: Mapping[int, Decimal]
) -> dict[str, Any]:
    """Return what is said of a line that is ordered.

    Args:
        stood: How much of each line the order has: of one that was half done before, the rest.
    """
    works = stands.works.lines[line]
    return {
        "line": line,
        "code": row.code,
        "description": row.description or works.description,
        "unit": row.unit or works.unit,
        "before": stood.get(line, row.quantity),
        "quoted": line in stands.works.quoted,
    }


def _omitted(of_line: Mapping[str, Any]) -> Claimed:
    return Claimed(_named(Change.OMIT, **of_line), LineChange(of_line["line"], None))


def _other_quantity(
    of_line: Mapping[str, Any], quantity: Decimal, stands: Standing, sum_pence: int | None
) -> Claimed:
    much = {"claimed_quantity": quantity, "claimed_sum_pence": sum_pence}
    named = _named(Change.QUANTITY, **of_line, **much)
    works = stands.works.lines[of_line["line"]]
    return Claimed(named, measured(named, works, quantity=quantity, sum_pence=sum_pence))


def measured(
    named: Mapping[str, Any], works: WorksLine, *, quantity: Decimal, sum_pence: int | None
) -> LineChange:
    """Return a line at another quantity; at a quoted sum where no schedule prices it."""
    if sum_pence is None:
        return LineChange(works.line, replace(works, quantity=quantity))
    whole = replace(works, description=named["description"], unit=named["unit"])
    at = at_sum(whole, quantity=quantity, net_pence=sum_pence, source="quoted for a variation")
    return LineChange(works.line, at, quoted=True)


def _of_schedule(
    context: Context, decision: ClaimVariation, order: AnyRow, stands: Standing
) -> list[tuple[dict[str, Any], WorksLine, bool]]:
    """Return work of the schedule as it stood when the order was priced, on the order's terms."""
    meant = {
        code: as_recorded(context.conn, ScheduleItem.code, code.strip()) for code in decision.added
    }
    if len(set(meant.values())) < len(meant):
        raise InvalidDecisionError("Give each code once.", next_step="Nothing was recorded.")
    found = []
    for typed, quantity in decision.added.items():
        item = scheduled_line(context, order=order, stands=stands, code=meant[typed])
        late = typed in decision.out_of_hours
        named = _named(
            Change.ADD,
            code=meant[typed],
            description=item.description,
            unit=item.unit,
            claimed_quantity=quantity,
            out_of_hours=late,
            location=_room(decision, typed),
        )
        found.append((named, replace(item, quantity=quantity, out_of_hours=late), False))
    return found


def scheduled_line(context: Context, *, order: AnyRow, stands: Standing, code: str) -> WorksLine:
    """Return an item of the schedule that an order is priced by, at the contract's rate if any.

    Raises:
        InvalidDecisionError: That schedule has no such code.
    """
    inputs, conn = stands.inputs, context.conn
    try:
        item = unit_items(
            conn,
            codes=[code],
            on=inputs.on,
            next_step=f"{order.number} is priced by the schedule of {inputs.on:%-d %B %Y}. Add a "
            "code of it, or the work as other work with a quote.",
        )[code]
    except InvalidWorksError as error:
        raise InvalidDecisionError(error.what, why=error.why, next_step=error.next_step) from error
    postcode = context.case.row.postcode
    terms = terms_of(conn, lot=inputs.lot, postcode=postcode, on=inputs.on, codes=[code])
    rate = terms.rates.get(order.contractor, {}).get(code)
    if rate is None:
        return item
    return replace(item, rate=rate, rate_source=terms.rate_sources[order.contractor][code])


def quoted_line(order: AnyRow, what: str, *, quantity: Decimal, unit: str, pence: int) -> WorksLine:
    """Return other work at the net sum quoted for it."""
    line = WorksLine(0, None, what, quantity, unit, Decimal(0), frozenset())
    source = f"quoted for a variation of {order.number}"
    return at_sum(line, quantity=quantity, net_pence=pence, source=source)


def _bespoke(
    decision: ClaimVariation, order: AnyRow
) -> list[tuple[dict[str, Any], WorksLine, bool]]:
    found = []
    for typed, pence in decision.bespoke.items():
        quantity, unit, what = described(typed)
        named = _named(
            Change.BESPOKE,
            description=what,
            unit=unit,
            claimed_quantity=quantity,
            claimed_sum_pence=pence,
            location=_room(decision, typed),
        )
        works = quoted_line(order, what, quantity=quantity, unit=unit, pence=pence)
        found.append((named, works, True))
    return found


def _room(decision: ClaimVariation, typed: str) -> str:
    return decision.locations.get(typed, "").strip()


def described(typed: str) -> tuple[Decimal, str, str]:
    """Return quantity, unit and words of other work: ``3 m of screen``; else it is one item."""
    first, _, rest = typed.strip().partition(" ")
    unit, _, words = rest.partition(" ")
    if unit in UNITS and first.replace(".", "", 1).isdecimal() and words.strip():
        quantity = Decimal(first)
        if quantity > 0 and plain(quantity, MAX_QUANTITY, PLACES):
            return quantity, unit, words.strip().removeprefix("of ").strip()
    return Decimal(1), "item", typed.strip()


def _numbers(lines: Iterable[int]) -> str:
    return spoken([str(one) for one in lines])
