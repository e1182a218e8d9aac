"""How works go over to another contractor: who is next, which steps open again, who is told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from models.base import AnyRow
from models.case_queries import award_in_force
from models.contacts import authority_of, client_of, contractor_of
from models.order_versions import varied_lines
from rules.clocks.dates import london_date
from rules.completion import line_words
from rules.errors import InvalidDecisionError, NobodyEligibleError
from rules.orders import Valued
from rules.pathway import OVER, StepName, StepStatus
from rules.replacements import NextBy, ReplaceGround, reason_against
from rules.tenders.tendering import TenderInputs
from services.assignment.considered import asked_before
from services.assignment.offers import award_order
from services.assignment.order_works import standing
from services.cases import CaseInHand, tell
from services.competitions import competitions
from services.competitions.left import award_left
from services.tenders.awards import frozen_inputs
from services.tenders.left import barred_on, left_of

AGAIN: Final = (StepName.ASSIGN, StepName.ORDER, StepName.WORKS, StepName.SIGN_OFF)
"""The steps that another contractor goes through anew, where they had opened."""


class Going(NamedTuple):
    """What a contractor holds that another takes over: its offer, and its order once raised."""

    offer: AnyRow
    order: AnyRow | None

    @property
    def called(self) -> str:
        """What a sentence calls it."""
        return str(self.order.number) if self.order else f"the offer to {self.offer.contractor}"

    @property
    def begun(self) -> bool:
        """Whether its works have begun."""
        return self.order is not None and self.order.started_on is not None


def find_next(
    case: CaseInHand,
    going: Going,
    *,
    left: Mapping[int, Decimal],
    whole: bool,
    ground: ReplaceGround,
) -> None:
    """See that somebody is next in the award's order; what is left is awarded to the first.

    Works that are left whole are offered on as they were awarded.

    Raises:
        InvalidDecisionError: Nobody is.
    """
    made, gone = award_in_force(case.conn, case_id=case.id), going.offer.contractor
    asked = {*asked_before(case), gone}
    if whole:
        if not set(award_order(case, made)) - asked:
            raise _nobody(case, "Everybody in it was asked.")
        return
    barred = barred_on(case.conn, case_id=case.id)
    barred[gone] = reason_against(ground, on=london_date(case.now))
    try:
        inputs = _as_ordered(case, going, made, left)
        award_left(case, made, inputs, left_of(left, barred=barred), asked=asked)
    except NobodyEligibleError as error:
        raise _nobody(case, f"{error.what} {error.why}".strip()) from None


def _as_ordered(
    case: CaseInHand, going: Going, made: AnyRow, left: Mapping[int, Decimal]
) -> TenderInputs:
    """Return what an award rests on, with the works as the order has them, varied or not.

    Raises:
        InvalidDecisionError: Something that is left was added at a quoted sum.
    """
    inputs, order = frozen_inputs(case, made), going.order
    if order is None or not varied_lines(case.conn, order_id=order.id):
        return inputs
    works = standing(case.conn, order=order).works
    if quoted := sorted(works.quoted.keys() & left.keys()):
        raise InvalidDecisionError(
            f"What is left of {order.number} has no price of the next contractor’s: "
            f"{line_words(tuple(quoted))}.",
            why="It was varied at a quoted sum, which is nobody else’s.",
            next_step="Have contractors quote for what is left: --next competition. Nothing was "
            "recorded.",
        )
    return replace(inputs, lines=tuple(works.lines.values()))


def _nobody(case: CaseInHand, why: str) -> InvalidDecisionError:
    return InvalidDecisionError(
        f"Nobody is next in the award's order for {case.reference}.",
        why=why,
        next_step="Have contractors quote for what is left: --next competition. Nothing was "
        "recorded.",
    )


def open_again(case: CaseInHand, *, by: NextBy, why: str) -> None:
    """Open the steps that another contractor goes through; the tender too, where quotes are had."""
    reason = f"another contractor takes over: {why} (s.38(1))"
    if by is NextBy.COMPETITION:
        competitions.cancel(case, reason=reason)
    for step in (StepName.TENDER, *AGAIN) if by is NextBy.COMPETITION else AGAIN:
        _set_aside(case, step, reason)
    if by is NextBy.COMPETITION:
        _wait(case, StepName.ASSIGN, "the award of the mini-competition for what is left")
    if StepName.WORKS in case.steps:
        _wait(case, StepName.WORKS, "the next contractor’s order")


def _set_aside(case: CaseInHand, step: StepName, reason: str) -> None:
    row = case.steps.get(step)
    if row is None:
        return
    if row.status not in OVER:
        case.move(step, StepStatus.NOT_NEEDED, outcome="replaced")
    case.reopen(step, reason=reason)


def _wait(case: CaseInHand, step: StepName, words: str) -> None:
    case.move(step, StepStatus.WAITING, owner="technical officer", waiting_for=words)


def tell_replaced(
    case: CaseInHand, going: Going, *, valued: Sequence[Valued], total_pence: int, direct_pence: int
) -> None:
    """Tell the contractor what counts as done and is payable, and the client that another comes."""
    firm = contractor_of(case.conn, code=going.offer.contractor)
    authority = authority_of(case.conn, case=case.row)
    this_time = f"{going.offer.id}:{case.revision}"
    tell(
        case,
        kind="replaced_to_contractor",
        once_for=this_time,
        to=firm,
        context={
            "order_number": going.order.number if going.order else "",
            "ended_on": london_date(case.now),
            "valued": [one.words() for one in valued] if going.begun else [],
            "total_pence": total_pence,
            "direct_pence": direct_pence,
            "invoice_to": f"{authority.name}, {authority.email}"
            if authority.email
            else authority.name,
        },
    )
    tell(
        case,
        kind="replaced_to_client",
        once_for=this_time,
        to=client_of(case.row),
        context={"firm_name": firm.name, "begun": going.begun, "ended_on": london_date(case.now)},
    )
