"""What a contractor left to do, awarded to the next by the award that stands: at its frozen prices.

The lines are those that are left, the rates and terms, quotes and turns those that were frozen, and
the same functions price them and put the contractors in order.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from models.base import AnyRow
from models.case_queries import award_in_force
from rules.errors import NobodyEligibleError
from rules.pricing.works import Priced
from rules.tenders import tendering
from rules.tenders.left import Left, only_left
from rules.tenders.routes import Route
from rules.tenders.tendering import TenderInputs
from services.cases import CaseInHand
from services.competitions.competitions import competition_of
from services.competitions.evaluations import compared_on, freeze
from services.tenders.awards import again_award, keep_tender


def award_left(
    case: CaseInHand, made: AnyRow, inputs: TenderInputs, left: Left, *, asked: Collection[str]
) -> None:
    """Keep an award of what is left to the first in its order that was not asked before.

    Args:
        inputs: What the award rests on, with the works as they were ordered.

    Raises:
        NobodyEligibleError: There is none.
    """
    inputs = only_left(inputs, left)
    by = _by_quotes if made.route == Route.QUOTES else _by_rule
    by(case, made, inputs, left=left, asked=asked)


def _by_rule(
    case: CaseInHand, made: AnyRow, inputs: TenderInputs, *, left: Left, asked: Collection[str]
) -> None:
    found = tendering.tender(inputs)
    winner = _first(found.award.order, asked=asked)
    columns = {
        "route": inputs.route,
        "package": None,
        "placings": [asdict(placing) for placing in found.award.placings],
        "inputs": tendering.to_plain(inputs),
    }
    _keep(case, made, inputs, winner=winner, priced=found.prices.priced, left=left, **columns)


def _by_quotes(
    case: CaseInHand, made: AnyRow, inputs: TenderInputs, *, left: Left, asked: Collection[str]
) -> None:
    competition = competition_of(case.conn, case_id=case.id, version=made.version)
    assert competition is not None  # noqa: S101 - the award is of its quotes
    found = compared_on(case.conn, competition=competition, inputs=inputs)
    order = [quote.contractor for quote in found.ranked if quote.contractor not in left.barred]
    winner = _first(order, asked=asked)
    _keep(case, made, inputs, winner=winner, priced=found.priced, left=left)
    award_id = award_in_force(case.conn, case_id=case.id).id
    freeze(case.conn, award_id=award_id, competition=competition, found=found, winner=winner)


def _first(order: Collection[str], *, asked: Collection[str]) -> str:
    following = [code for code in order if code not in asked]
    if not following:
        raise NobodyEligibleError("Nobody is left in the award's order.")
    return following[0]


def _keep(
    case: CaseInHand,
    made: AnyRow,
    rests_on: TenderInputs,
    *,
    winner: str,
    priced: Mapping[str, Priced],
    left: Left,
    **columns: Any,
) -> None:
    price_id = keep_tender(case, rests_on, contractor=winner, priced=priced[winner])
    reasons = [left.why, *made.reasons]
    again_award(case, made, contractor=winner, price_id=price_id, reasons=reasons, **columns)
