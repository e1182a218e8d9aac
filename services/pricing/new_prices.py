"""What a case's prices would be today beside what they are: one reckoning for preview and run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from models.base import AnyRow
from models.case_queries import newest_award, newest_price, price_by_id, price_lines, works_lines
from models.tables.schedules import ScheduleItem
from rules.clocks.dates import london_date
from rules.errors import InvalidWorksError, NobodyEligibleError
from rules.plain import made_of
from rules.pricing.repricing import NO_CODES, Cost, units_disagree
from rules.rates.terms import Terms
from rules.tenders.routes import Route
from rules.tenders.tendering import Prices, Tendered, TenderInputs, prices, tender
from services.cases import CaseInHand
from services.pricing.estimates import Estimate, estimate, estimate_of
from services.rates.items import in_force
from services.tenders.baskets import Basket, basket_of

_UNITS: Final = (
    select(ScheduleItem.code, ScheduleItem.unit)
    .where(ScheduleItem.code.in_(bindparam("codes", expanding=True)))
    .order_by(ScheduleItem.id)
)


@dataclass(frozen=True, slots=True)
class NewPrices:
    """A case priced as things stand today, beside its prices as kept.

    Args:
        before: What it costs now, or None where it has no price yet.
        after: What it would cost; as before where nothing changes.
        replaced: The codes of the case that would be put right: wrong code to right code.
        made: The award in force, or None before one.
        estimate: The estimate made anew, where something changes.
        basket: The works as tendered, where there is an award and something changes.
        tendered: The tender made anew, where there is an award and something changes.
    """

    before: Cost | None
    after: Cost
    replaced: Mapping[str, str]
    made: AnyRow | None = None
    estimate: Estimate | None = None
    basket: Basket | None = None
    tendered: Tendered | None = None

    @property
    def changed(self) -> bool:
        """Whether any price or code would change, the winner's or another contractor's."""
        return self.estimate is not None


def new_prices(case: CaseInHand, *, replaced: Mapping[str, str] = NO_CODES) -> NewPrices:
    """Price a case as things stand today, without keeping anything.

    A case that is awarded changes where a contractor of its award asks another price today; one
    that is not, where its estimate does.

    Args:
        case: The case in hand, or as it is looked at; no mini-competition.
        replaced: Codes to put right: wrong code to right code.

    Raises:
        InvalidWorksError: A line cannot be priced, a code is replaced by one of another unit, or
            the works would now go to quotes.
        NobodyEligibleError: Something changes, and nobody could be awarded the works today.
    """
    own = _own_codes(case, replaced)
    made = newest_award(case.conn, case_id=case.id)
    if made is not None and made.price_id is not None:
        return _awarded_anew(case, made=made, own=own)
    held = newest_price(case.conn, case_id=case.id, kind="estimate")
    before = _at_estimate(held)
    fresh = estimate(case, replaced=own)
    after = Cost(None, fresh.priced.net_pence, fresh.priced.total_pence)
    if not own and held is not None and _same_lines(case, held, fresh):
        return NewPrices(before, after, own)
    return NewPrices(before, after, own, estimate=fresh)


def _awarded_anew(case: CaseInHand, *, made: AnyRow, own: Mapping[str, str]) -> NewPrices:
    before = _at_award(case, made)
    today = london_date(case.now)
    basket = basket_of(case.conn, case=case.row, on=today, replaced=own)
    _check_route(case, basket.choice.route)
    inputs = basket.inputs
    tendered = _tendered(inputs, made, changed=bool(own))
    if tendered is None:
        return NewPrices(before, before, own, made)
    winner = tendered.award.order[0]
    priced = tendered.prices.priced[winner]
    after = Cost(winner, priced.net_pence, priced.total_pence)
    terms = made_of(Terms, inputs)  # those of the lot, and nobody's own
    fresh = estimate_of(lines=inputs.lines, terms=terms, client=inputs.client, on=inputs.on)
    return NewPrices(before, after, own, made, fresh, basket, tendered)


def cost_now(case: CaseInHand) -> Cost | None:
    """Return what a case costs now: at its award, else at its estimate, None without either."""
    made = newest_award(case.conn, case_id=case.id)
    if made is not None and made.price_id is not None:
        return _at_award(case, made)
    return _at_estimate(newest_price(case.conn, case_id=case.id, kind="estimate"))


def _at_award(case: CaseInHand, made: AnyRow) -> Cost:
    price = price_by_id(case.conn, price_id=made.price_id)
    return Cost(made.contractor, price.net_pence, price.total_pence)


def _at_estimate(held: AnyRow | None) -> Cost | None:
    return None if held is None else Cost(None, held.net_pence, held.total_pence)


def _tendered(inputs: TenderInputs, made: AnyRow, *, changed: bool) -> Tendered | None:
    """Return the tender made anew, or None where every contractor asks what it asked before."""
    try:
        tendered = tender(inputs)
    except NobodyEligibleError:
        if changed or _ask_otherwise(made, prices(inputs)):
            raise
        return None
    return tendered if changed or _ask_otherwise(made, tendered.prices) else None


def _ask_otherwise(made: AnyRow, found: Prices) -> bool:
    """Say whether any contractor that had a price in an award asks another now, or none."""
    asked = {code: (priced.net_pence, priced.total_pence) for code, priced in found.priced.items()}
    return any(
        asked.get(placing["contractor"]) != (placing["net_pence"], placing["total_pence"])
        for placing in made.placings
        if placing["total_pence"] is not None
    )


def _check_route(case: CaseInHand, route: Route) -> None:
    if route is Route.QUOTES:
        raise InvalidWorksError(
            f"The works of {case.reference} would now go to quotes.",
            why="They were awarded without; a lot's award rule or the route may have changed.",
            next_step="Leave it at its price, or choose its route: "
            f"`handrail decide {case.reference} route`.",
        )


def _same_lines(case: CaseInHand, held: AnyRow, fresh: Estimate) -> bool:
    """Say whether an estimate is what it was, line by line."""
    if (held.net_pence, held.vat_pence) != (fresh.priced.net_pence, fresh.priced.vat_pence):
        return False
    kept = [_money(line, line) for line in price_lines(case.conn, price_id=held.id)]
    lines = sorted(fresh.priced.lines, key=lambda line: line.works.line)
    return kept == [_money(line, line.works) for line in lines]


def _money(line: Any, works: Any) -> tuple[object, ...]:
    return (works.line, works.code, works.quantity, works.rate, line.net_pence, line.vat_pence)


def _own_codes(case: CaseInHand, replaced: Mapping[str, str]) -> dict[str, str]:
    """Return the codes that would be put right on a case.

    Raises:
        InvalidWorksError: A right code is in no schedule in force, or its unit is another.
    """
    if not replaced:
        return {}
    lines = [row for row in works_lines(case.conn, case_id=case.id) if row.code in replaced]
    own = {row.code: replaced[row.code] for row in lines}
    if not own:
        return {}
    found = in_force(case.conn, codes=own.values(), on=london_date(case.now)).items
    if set(own.values()) <= found.keys():  # if not, the estimate says what is wrong
        were = {row.code: row.unit for row in case.conn.execute(_UNITS, {"codes": sorted(own)})}
        said = units_disagree(
            lines=[(row.line, row.code, row.unit or were.get(row.code, "")) for row in lines],
            units={code: item.unit for code, item in found.items()},
            replaced=own,
        )
        if said:
            raise InvalidWorksError(
                f"The codes of {case.reference} cannot be replaced: {'; '.join(said)}.",
                why="A quantity measured in one unit means nothing in another.",
                next_step="Leave it out, or replace the code by one of the same unit.",
            )
    return own
