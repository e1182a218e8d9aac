"""What is found of every contractor of a lot on the day that works are offered, frozen with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from models.base import AnyRow
from models.case_queries import approval_in_force, offers_on
from models.replaced import done_before, replacements_on
from rules.clocks.dates import london_date
from rules.money import pounds
from rules.pricing.works import Priced
from rules.replacements import NextBy
from rules.tenders.eligibility import Found, Ground
from rules.tenders.tendering import TenderInputs
from services.cases import CaseInHand, works_dates
from services.competitions.award import frozen_prices
from services.tenders import lots
from services.tenders.baskets import found_against

_Reasons: TypeAlias = tuple[Found, ...]
NO_PRICE = Found(Ground.PRICE, "it holds no price for these works")


@dataclass(frozen=True, slots=True)
class Considered:
    """Every contractor of a lot, and those that its award placed, on the day of an offer.

    Args:
        prices: What each asked for the works when they were tendered.
        reasons: Why each may not be offered them today; empty of those that may.
        asked: Those that were offered them before.
        approved_pence: What was approved for the works with VAT, less what contractors that were
            replaced have done.
    """

    prices: Mapping[str, Priced]
    reasons: Mapping[str, _Reasons]
    asked: frozenset[str]
    approved_pence: int

    @property
    def frozen(self) -> list[dict[str, Any]]:
        """What is kept with the offer: of each contractor, by code, every reason why not."""
        return [
            {"contractor": code, "reasons": [_kept(one) for one in self._every(code)]}
            for code in sorted(self.reasons)
        ]

    def _every(self, code: str) -> _Reasons:
        found, priced = self.reasons[code], self.prices.get(code)
        if code in self.asked:
            found = (*found, Found(Ground.ASKED, "it was offered these works before"))
        if priced and priced.total_pence > self.approved_pence:
            more = f"its {pounds(priced.total_pence)} is more than was approved"
            found = (*found, Found(Ground.PRICE, more))
        return found


def _kept(found: Found) -> dict[str, str]:
    return {"ground": found.ground, "words": found.kept}


def consider(
    case: CaseInHand, made: AnyRow, inputs: TenderInputs, *, order: Sequence[str], answer_by: date
) -> Considered:
    """Return what is so today of every contractor that is or was in the lot.

    Args:
        order: The contractors that may be offered the works, the next first.
        answer_by: The day by which an offer made today is to be answered.
    """
    standing = {one.contractor.code: one for one in lots.members(case.conn, lot=inputs.lot)}
    approval = approval_in_force(case.conn, case_id=case.id)
    prices = frozen_prices(case, made)
    start_by = works_dates(case)["start_by"]
    reasons: dict[str, _Reasons] = {}
    for code in {*standing, *order}:
        member, priced = standing.get(code), prices.get(code)
        if member is None:
            found: _Reasons = (Found(Ground.LOT, f"it is no longer in lot {inputs.lot}"),)
        else:
            found = found_against(
                member,
                case=case.row,
                lines=inputs.lines,
                priced=priced,
                on=london_date(case.now),
                approver=approval.decided_by,
                answer_by=answer_by,
                start_by=start_by,
            )
        reasons[code] = found if priced else (*found, NO_PRICE)
    before = done_before(case.conn, case_id=case.id)
    left_pence = approval.works_pence - before.total_pence
    return Considered(prices, reasons, asked_before(case), left_pence)


def asked_before(case: CaseInHand) -> frozenset[str]:
    """Return the contractors that the works, or what is left of them, are not offered to again."""
    held = replacements_on(case.conn, case_id=case.id)
    since = max((row.offer_id for row in held if row.next == NextBy.COMPETITION), default=0)
    return frozenset(
        offer.contractor
        for offer in offers_on(case.conn, case_id=case.id)
        if offer.status == "replaced" or (offer.id > since and offer.status != "withdrawn")
    )
