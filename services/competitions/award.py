"""The end of a mini-competition: its quotes opened at the deadline, its award priced and told."""

from adapters import clock
from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import award_in_force, price_by_id
from models.replaced import done_before
from rules.clocks.dates import london_date
from rules.competitions.competition import is_over
from rules.pathway import StepName, StepStatus
from rules.pricing.works import Priced
from rules.tenders import tendering
from rules.tenders.routes import Route
from services.cases import CaseInHand
from services.cases.unit import in_hand
from services.competitions.competitions import competition_in_force, competition_of, due_to_open
from services.competitions.evaluations import evaluation_of, freeze, priced_quotes
from services.competitions.messages import tell_chosen, tell_regret
from services.competitions.sealed import open_quotes
from services.competitions.waiting import OFFICER, wait_for_next
from services.rates import pricing
from services.session import reading
from services.tenders.awards import (
    again_award,
    change_award,
    check_consent_covers,
    frozen_inputs,
    keep_tender,
)
from services.tenders.lot_terms import contracting_party_of


def competitions_to_open() -> tuple[str, ...]:
    """Return the cases whose quotes are due and neither opened nor found too few, by reference."""
    with reading() as conn:
        return due_to_open(conn, now=clock.now())


def open_competition(case_ref: str) -> None:
    """Open the quotes of a competition whose deadline has come; too few are for the officer."""
    with in_hand(case_ref) as case:
        competition = competition_of(case.conn, case_id=case.id)
        if competition is None or competition.status != "open" or case.status_is_exit():
            return
        waits = case.step_status(StepName.TENDER) is StepStatus.WAITING
        if not waits or not is_over(deadline=competition.deadline, now=case.now):
            return
        if open_quotes(case, competition):
            wait_for_next(case, competition_in_force(case.conn, case_id=case.id))
        elif case.steps[StepName.TENDER].owner != OFFICER:
            case.note(
                actor=AUTOMATIC,
                action="tender: too few quotes",
                reason="the deadline has passed with fewer than two quotes in (s.2(2)(b))",
            )
            wait_for_next(case, competition)


def finish(case: CaseInHand) -> None:
    """Price the works at the quote the officer chose, once, and tell everybody who quoted.

    The step stays with Handrail: the record of the award is written next.
    """
    competition = competition_in_force(case.conn, case_id=case.id)
    made = award_in_force(case.conn, case_id=case.id)
    winner, inputs = made.contractor, frozen_inputs(case, made)
    lot_says = contracting_party_of(case.conn, lot=inputs.lot)
    client = pricing.vat_client(case.row, lot_says=lot_says)
    declared = client != inputs.client  # since it was awarded
    if made.price_id is not None and not declared:
        return
    on = london_date(case.now) if declared else inputs.on
    found = evaluation_of(case.conn, case=case.row, competition=competition, on=on)
    priced = found.priced[winner]
    price_id = keep_tender(case, found.inputs, contractor=winner, priced=priced)
    if made.price_id is None:
        change_award(case.conn, award_id=made.id, price_id=price_id)
    else:  # what was filed stays as it was
        again_award(case, made, contractor=winner, price_id=price_id)
        made = award_in_force(case.conn, case_id=case.id)
    if declared:
        freeze(case.conn, award_id=made.id, competition=competition, found=found, winner=winner)
    tell_chosen(case, competition, contractor=winner)
    tell_regret(case, competition, winner=winner, ranked=found.ranked, marks=found.marks)
    before = done_before(case.conn, case_id=case.id)
    check_consent_covers(case, value_pence=before.net_pence + priced.net_pence)
    case.note(
        actor=AUTOMATIC,
        action="tender: competition finished",
        reason="the officer awarded it",
        detail={"contractor": winner, "net_pence": priced.net_pence},
    )


def frozen_prices(case: CaseInHand, made: AnyRow) -> dict[str, Priced]:
    """Return what each contractor asked when an award was made: by its inputs, or by its quotes.

    An award of quotes that was made anew for the next contractor rests on the same competition.
    """
    inputs = frozen_inputs(case, made)
    if made.route == Route.QUOTES:
        held = competition_of(case.conn, case_id=case.id, version=made.version)
        return priced_quotes(case.conn, competition=held, inputs=inputs) if held else {}
    found = tendering.prices(inputs).priced
    if not made.inputs:  # made before inputs were kept
        kept = price_by_id(case.conn, price_id=made.price_id)
        found[made.contractor] = Priced((), kept.net_pence, kept.vat_pence, kept.total_pence)
    return found
