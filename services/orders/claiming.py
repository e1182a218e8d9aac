"""A variation of an issued order is claimed, line by line, or taken back by whoever claimed it."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert

from models.base import AnyRow
from models.contacts import contractor_of
from models.order_versions import open_variation, variations_of
from models.tables.variations import Variation, VariationLine
from rules.errors import InvalidDecisionError, NotPermittedError
from rules.money import pounds
from rules.people import Role
from rules.variations import Difference, differences, recorded_late
from services.assignment.order_works import standing
from services.cases import Context, Effect, applies, tell
from services.orders.claimed_lines import Claimed, line_said, lines_claimed
from services.orders.claims import ClaimVariation, WithdrawVariation, instant_typed
from services.orders.variations import change_variation, hand_to, one_that_is, order_to_vary

_KEEP: Final = insert(Variation).returning(Variation.id)
_KEEP_LINES: Final = insert(VariationLine)


def check_claim_variation(context: Context) -> AnyRow:
    """Return the order that may be varied, with no other variation open."""
    order = order_to_vary(context)
    other = open_variation(context.conn, order_id=order.id)
    if other is not None:
        raise InvalidDecisionError(
            f"Variation {other.number} of {order.number} is {other.status} and not decided.",
            why="One is open at a time, so that each is a difference from a version that stands.",
            next_step="Have it decided, or withdraw it and claim everything together.",
        )
    return order


@applies(ClaimVariation, check=check_claim_variation)
def claim_variation(context: Context, decision: ClaimVariation, order: AnyRow) -> Effect:
    """Keep the claim with what each line comes to, and put it to the officer with its clock."""
    said_at = _said_at(context, decision, order)
    stands = standing(context.conn, order=order)
    claimed = lines_claimed(context, decision, order=order, stands=stands)
    found, _ = differences(
        stands.works,
        [one.change for one in claimed],
        inputs=stands.inputs,
        contractor=order.contractor,
    )
    net, vat = sum(one.net_pence for one in found), sum(one.vat_pence for one in found)
    number = len(variations_of(context.conn, order_id=order.id)) + 1
    variation_id = context.conn.execute(
        _KEEP,
        {
            "order_id": order.id,
            "number": number,
            "status": "claimed",
            "claimed_by": context.actor.identity,
            "claimed_at": context.now,
            "reason": context.reason,
            "evidence": decision.evidence.strip(),
            "instructed_at": said_at,
            "claimed_net_pence": net,
            "claimed_vat_pence": vat,
        },
    ).scalar_one()
    context.conn.execute(
        _KEEP_LINES, [_row(variation_id, *pair) for pair in zip(claimed, found, strict=True)]
    )
    hand_to(context.case, order=order, number=number)
    lines = [line_said(one.named) for one in claimed]
    if said_at is not None:
        _confirm(context, order, number, lines)
    facts = {
        "order": order.number,
        "variation": number,
        "claimed_pence": net + vat,
        "lines": lines,
        "late": _is_late(context, said_at),
    }
    return Effect(to=None, facts=facts, notice=_notice(context, said_at, net + vat))


def _row(variation_id: int, one: Claimed, found: Difference) -> dict[str, Any]:
    sums = {"claimed_net_pence": found.net_pence, "claimed_vat_pence": found.vat_pence}
    return {"variation_id": variation_id, "works": None, "why": "", **one.named, **sums}


def _said_at(context: Context, decision: ClaimVariation, order: AnyRow) -> datetime | None:
    if not decision.by_telephone.strip():
        return None
    said = instant_typed(decision.by_telephone)
    if not order.raised_at <= said <= context.now:
        raise InvalidDecisionError(
            f"Nothing can have been said of {order.number} at {decision.by_telephone.strip()}.",
            why="That is before the order was raised, or still to come.",
            next_step="Check the day and the time.",
        )
    return said


def _is_late(context: Context, said_at: datetime | None) -> bool:
    return said_at is not None and recorded_late(
        said_at=said_at, recorded_at=context.now, calendar=context.case.calendar
    )


def _notice(context: Context, said_at: datetime | None, total_pence: int) -> str:
    words = f"As claimed it comes to {pounds(total_pence)} with VAT."
    if said_at is None:
        return f"{words} Only the works of the order are paid until it is approved."
    if _is_late(context, said_at):
        return (
            f"{words} It was said by telephone on {said_at:%-d %B %Y} and is recorded late: an "
            "instruction is recorded within one working day. The record says both."
        )
    return f"{words} What was said by telephone is confirmed to the contractor in writing."


def _confirm(context: Context, order: AnyRow, number: int, lines: list[str]) -> None:
    tell(
        context.case,
        kind="variation_instructed_to_contractor",
        once_for=f"{order.number}:{number}",
        to=contractor_of(context.conn, code=order.contractor),
        context={"order_number": order.number, "changed": lines},
    )


def check_withdraw_variation(context: Context) -> tuple[AnyRow, AnyRow]:
    """Return the order and its open variation; a firm takes back what it claimed itself."""
    order, found = one_that_is(context, "claimed", "assessed")
    if context.actor.role is Role.CONTRACTOR and found.claimed_by != context.actor.identity:
        raise NotPermittedError(
            f"Variation {found.number} of {order.number} was recorded by the officer.",
            next_step="Ask the officer to withdraw it.",
        )
    return order, found


@applies(WithdrawVariation, check=check_withdraw_variation)
def withdraw_variation(
    context: Context, _: WithdrawVariation, held: tuple[AnyRow, AnyRow]
) -> Effect:
    """Close the variation with nothing changed."""
    order, found = held
    ended = {"ended_by": context.actor.identity, "ended_at": context.now}
    change_variation(
        context.conn, row_id=found.id, status="withdrawn", ended_reason=context.reason, **ended
    )
    hand_to(context.case, order=order, number=found.number)
    return Effect(to=None, facts={"order": order.number, "variation": found.number})
