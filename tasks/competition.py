"""The mini-competition: contractors invited to quote, and the works priced at the quote chosen."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import update

from models import lots, pricing
from models.audit import AUTOMATIC
from models.case_queries import award_in_force, quotes_for
from models.in_hand import CaseInHand
from models.prices import Award
from rules.awards import Placing
from rules.errors import NobodyEligibleError
from rules.pathway import StepName, StepStatus
from rules.rates import Terms, price
from rules.works import WorksLine
from tasks.basket import (
    Basket,
    basket_of,
    check_consent_covers,
    keep_award,
    keep_tender,
    lot_of,
    reasons_against,
)
from tasks.tellings import QUOTE_DAYS, tell_invited, tell_regret, working_days_on


def invite(case: CaseInHand, basket: Basket) -> None:
    """Invite every eligible contractor of the lot to quote.

    Args:
        case: The case in hand.
        basket: The works as tendered.

    Raises:
        NobodyEligibleError: Nobody may be invited; the message says why of each.
    """
    lot = lot_of(case, basket)
    placings = []
    for member in lots.members(case.conn, lot=lot.code):
        reasons = reasons_against(case, basket, member, net_pence=0)
        name = member.contractor.name
        placings.append(
            Placing(
                contractor=member.contractor.code,
                place=None,
                total_pence=None,
                net_pence=None,
                reasons=reasons,
                explanation=f"{name} is not invited: {' '.join(reasons)}"
                if reasons
                else f"{name} is invited to quote.",
            )
        )
    invited = [placing.contractor for placing in placings if not placing.reasons]
    if not invited:
        raise NobodyEligibleError(
            f"Nobody in lot {lot.code} may be invited to quote for {case.reference}.",
            why=" ".join(placing.explanation for placing in placings),
            next_step="Renew the documents named, or widen the lot; the tender goes on by itself.",
        )
    award_id = keep_award(case, basket, contractor=None, price_id=None, placings=tuple(placings))
    tell_invited(case, contractors=invited, lot_title=lot.title, award_id=award_id)
    case.move(
        StepName.TENDER,
        StepStatus.WAITING,
        owner="contractor",
        waiting_for=f"quotes from {', '.join(invited)}, then the officer's award",
        due_on=working_days_on(case, QUOTE_DAYS),
    )


def finish(case: CaseInHand) -> None:
    """Price the works at the quote the officer chose, and tell the others.

    Args:
        case: The case in hand.
    """
    made = award_in_force(case.conn, case_id=case.id)
    basket = basket_of(case)
    quotes = {row.contractor: row for row in quotes_for(case.conn, award_id=made.id)}
    priced = price(
        lines=_quoted_lines(basket, quotes[made.contractor].line_net_pence),
        terms=Terms(),
        client=pricing.vat_client(case.row),
        supplied_on=basket.on,
    )
    price_id = keep_tender(case, basket, contractor=made.contractor, priced=priced)
    case.conn.execute(update(Award).where(Award.id == made.id).values(price_id=price_id))
    tell_regret(
        case, contractors=[code for code in quotes if code != made.contractor], award_id=made.id
    )
    check_consent_covers(case, value_pence=priced.net_pence)
    case.note(
        actor=AUTOMATIC,
        action="tender: competition finished",
        reason="the officer awarded it",
        detail={"contractor": made.contractor, "net_pence": priced.net_pence},
    )
    case.move(StepName.TENDER, StepStatus.DONE)


def _quoted_lines(basket: Basket, quoted: dict[str, int]) -> list[WorksLine]:
    """Return the works lines at the quoted sums: one item each, so that nothing is rounded."""
    lines = sorted([*basket.lines, *basket.bespoke], key=lambda line: line.line)
    return [
        WorksLine(
            line=line.line,
            code=line.code,
            description=f"{line.description} ({line.quantity.normalize():f} {line.unit})",
            quantity=Decimal(1),
            unit="item",
            rate=Decimal(quoted[str(line.line)]) / 100,
            vat_reliefs=line.vat_reliefs,
            location=line.location,
            trade=line.trade,
            certificates=line.certificates,
        )
        for line in lines
    ]
