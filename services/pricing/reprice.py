"""Pricing open cases again on somebody's word: one transaction a case, and each case once.

What a repricing did to a case is kept in that case's own transaction, so that a run that was killed
goes on where it stopped, and running it twice does nothing twice.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import bindparam, update

from adapters import clock
from models.audit import note_service
from models.remembered import remembering
from models.tables.cases import WorksLine
from rules.errors import DatabaseBusyError, HandrailError
from rules.pathway import PATHWAY, StepName, StepStatus
from rules.plain import made_of
from rules.pricing.repricing import Cost, Outcome, needs_direction, repriced_words
from services.cases import CaseInHand
from services.cases.unit import in_hand
from services.pricing import repricings
from services.pricing.estimates import Estimate, keep_estimate
from services.pricing.new_prices import NewPrices, cost_now, new_prices
from services.pricing.scope import bearing_of
from services.session import writing
from services.tenders.awards import award_first

_PUT_RIGHT: Final = (
    update(WorksLine)
    .where(WorksLine.case_id == bindparam("of_case"), WorksLine.code == bindparam("wrong"))
    .values(code=bindparam("right"))
)


@dataclass(frozen=True, slots=True)
class ToReprice:
    """A repricing and the cases it has not dealt with.

    Args:
        repricing_id: Its number.
        asked_by: Who asked for it.
        replaced: Codes to put right: wrong code to right code.
        references: The cases.
    """

    repricing_id: int
    asked_by: str
    reason: str
    replaced: Mapping[str, str]
    references: tuple[str, ...]


def cases_to_reprice(repricing_id: int) -> ToReprice:
    """Write down the cases that keep their price, with why, and return the others.

    Raises:
        UnknownReferenceError: There is no such repricing.
    """
    with writing() as conn:
        row = repricings.repricing_of(conn, repricing_id=repricing_id)
        found = repricings.still_to_do(conn, row=row) if row.status == "asked" else []
        left = [_row(one.id, Outcome.LEFT, one.left) for one in found if one.left]
        repricings.keep_outcomes(conn, repricing_id=repricing_id, rows=left)
        references = tuple(one.reference for one in found if not one.left)
        codes = row.replaced_codes
        return made_of(ToReprice, row, repricing_id=row.id, replaced=codes, references=references)


def reprice_batch(case_refs: Sequence[str], asked: ToReprice) -> tuple[str, ...]:
    """Price a batch of cases again, each in its own transaction; what all of them read, once.

    A case that was left for want of the database is come back to by another run.

    Returns:
        The cases on which automatic work is left because of it.
    """
    to_carry_on = []
    with remembering():
        for reference in case_refs:
            try:
                if reprice_case(reference, asked):
                    to_carry_on.append(reference)
            except DatabaseBusyError:
                continue  # the end of the repricing finds it not dealt with
    return tuple(to_carry_on)


def reprice_case(case_ref: str, asked: ToReprice) -> bool:
    """Price a case again and keep what became of it; what stands in the way is kept in words.

    Returns:
        Whether automatic work is left on the case because of it.
    """
    try:
        with in_hand(case_ref) as case:
            return _reprice(case, asked)
    except DatabaseBusyError:
        raise
    except HandrailError as error:
        with in_hand(case_ref) as case:
            _keep(case, asked, _row(case.id, Outcome.TROUBLE, error.text(), cost_now(case)))
        return False


def finish_repricing(asked: ToReprice) -> dict[str, int]:
    """Say that every case is dealt with, or ask for another run where one is not.

    Args:
        asked: The repricing, with the cases of this run.

    Returns:
        How many cases have each outcome so far.
    """
    now = clock.now()
    with writing() as conn:
        cases = repricings.repriced_cases(conn, repricing_id=asked.repricing_id)
        counts = Counter(row.outcome for row in cases)
        told = {outcome.value: counts[outcome.value] for outcome in Outcome}
        if set(asked.references) - {row.reference for row in cases}:
            repricings.request_again(conn, repricing_id=asked.repricing_id, now=now)
        elif repricings.finish(conn, repricing_id=asked.repricing_id, now=now):
            note_service(
                conn,
                now=now,
                actor=asked.asked_by,
                action="reprice: done",
                reason=asked.reason,
                detail={"repricing": asked.repricing_id} | told,
            )
        return told


def _reprice(case: CaseInHand, asked: ToReprice) -> bool:
    replacing, number = bool(asked.replaced), asked.repricing_id
    bearing = bearing_of(case.conn, case_id=case.id, repricing_id=number, replacing=replacing)
    if bearing is None:
        return False
    if bearing.left:  # since the run began
        _keep(case, asked, _row(case.id, Outcome.LEFT, bearing.left))
        return False
    new = new_prices(case, replaced=asked.replaced)
    if new.estimate is None:
        _keep(case, asked, _row(case.id, Outcome.UNCHANGED, "", new.before, new.after))
        return False
    _adopt(case, asked, new, fresh=new.estimate)
    words = repriced_words(before=new.before, after=new.after, replaced=new.replaced)
    _keep(case, asked, _row(case.id, Outcome.REPRICED, words, new.before, new.after))
    return any(case.is_ready(step) for step in PATHWAY)


def _adopt(case: CaseInHand, asked: ToReprice, new: NewPrices, *, fresh: Estimate) -> None:
    """Put codes right, keep the new estimate and award, and note who asked and what changed."""
    if new.replaced:
        of_case = {"of_case": case.id}
        pairs = [{"wrong": old, "right": right} | of_case for old, right in new.replaced.items()]
        case.conn.execute(_PUT_RIGHT, pairs)
    if new.before is not None:  # otherwise its code kept it from being priced, and it is now
        keep_estimate(case, fresh)
    case.note(
        actor=asked.asked_by,
        action="price: repriced",
        reason=asked.reason,
        detail={
            "repricing": asked.repricing_id,
            "before": None if new.before is None else asdict(new.before),
            "after": asdict(new.after),
            "replaced_codes": dict(new.replaced),
        },
    )
    if case.step_status(StepName.PRICE) is StepStatus.WAITING:
        case.move(StepName.PRICE, StepStatus.WAITING, waiting_for=fresh.waiting_for)
    if new.made is not None:
        _award_anew(case, new)


def _award_anew(case: CaseInHand, new: NewPrices) -> None:
    """Make the award anew; a direction holds for the same contractor at the same total only."""
    if new.basket is None or new.tendered is None or new.made is None:
        return
    again = needs_direction(before=new.before, after=new.after)
    award_first(case, new.basket, new.tendered, "" if again else new.made.direction)
    if again:
        _await_direction(case)


def _await_direction(case: CaseInHand) -> None:
    """Let the tender wait for its direction; one that was directed already opens again."""
    step = case.steps[StepName.TENDER]
    if step.status is StepStatus.READY and not step.outcome:
        return  # it is about to be tendered, as things stand
    if step.status is not StepStatus.WAITING:
        case.move(StepName.TENDER, StepStatus.DONE)
        case.reopen(StepName.TENDER, reason="its award was made anew at today's prices")
    case.move(
        StepName.TENDER,
        StepStatus.WAITING,
        owner="technical officer",
        waiting_for="officer directs under s.2(2)(b) that one price is enough in this case, at the "
        "price made anew",
    )


def _keep(case: CaseInHand, asked: ToReprice, row: dict[str, Any]) -> None:
    repricings.keep_outcomes(case.conn, repricing_id=asked.repricing_id, rows=[row])


def _row(
    case_id: int,
    outcome: Outcome,
    detail: str,
    before: Cost | None = None,
    after: Cost | None = None,
) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "outcome": outcome,
        "before_pence": before.total_pence if before else None,
        "after_pence": after.total_pence if after else None,
        "detail": detail,
    }
