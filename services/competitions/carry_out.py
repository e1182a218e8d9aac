"""The mini-competition: invitations with their specification, quotes opened, the works priced."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from adapters import clock
from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import award_in_force, case_row
from models.tables.competition import Competition
from models.tables.contractors import Lot
from models.tables.prices import Award
from models.tables.record import Document
from rules.clocks.dates import london_date
from rules.competitions.competition import deadline_after, in_words_of, is_over
from rules.errors import NobodyEligibleError
from rules.pathway import StepName, StepStatus
from rules.pricing.works import Priced
from rules.tenders.awards import Placing
from services.cases.in_hand import CaseInHand
from services.cases.unit import at_step, in_hand, look_at, reading
from services.competitions.competitions import (
    cancel,
    change,
    competition_in_force,
    competition_of,
    due_on,
    due_to_open,
    invited,
)
from services.competitions.evaluations import evaluation_of, freeze, inputs_of, priced_quotes
from services.competitions.messages import tell_chosen, tell_invited, tell_regret
from services.competitions.papers import specification_paper
from services.competitions.sealed import open_quotes
from services.competitions.waiting import OFFICER, wait_for_next
from services.documents.keep import Written, keep_document, write_document
from services.rates import pricing
from services.tenders.awards import (
    again_award,
    check_consent_covers,
    frozen_inputs,
    keep_award,
    keep_tender,
)
from services.tenders.baskets import Basket
from services.tenders.lot_terms import terms_of

SPECIFICATION: Final = "specification"

_KEEP: Final = insert(Competition)
_LOT_TITLE: Final = select(Lot.title).where(Lot.code == bindparam("code"))
_PRICE: Final = update(Award).where(Award.id == bindparam("row_id"))
_ANNOUNCED: Final = select(Document.id).where(
    Document.case_id == bindparam("case_id"),
    Document.kind == SPECIFICATION,
    Document.version == bindparam("version"),
)


@dataclass(frozen=True, slots=True)
class ToInvite:
    """A competition whose invitations are to be written and sent.

    Args:
        version: The award's version, which the specification carries.
        deadline: When quotes are due.
    """

    version: int
    deadline: datetime


# ---- inviting


def invite(case: CaseInHand, basket: Basket) -> None:
    """Begin a mini-competition for the works as they stand, or go on with the one begun for them.

    A tender opened again for the same works keeps its quotes; for other works they are void, and
    everybody is told and invited anew.

    Args:
        basket: The works as tendered.

    Raises:
        NobodyEligibleError: Nobody may be invited; the message says why of each.
    """
    held = competition_of(case.conn, case_id=case.id)
    if held is None or held.status == "cancelled":
        _begin(case, basket)
        return
    today = london_date(case.now)
    announced = inputs_of(case.conn, case=case.row, competition=held, on=today)
    if announced.lines != basket.inputs.lines:
        cancel(case, reason="the works have changed since they were announced")
        _begin(case, basket)
    elif held.status == "awarded":
        finish(case)
        case.move(StepName.TENDER, StepStatus.READY, outcome="awarded")
    elif held.status == "opened" or _announced(case, held):
        wait_for_next(case, held)


def _begin(case: CaseInHand, basket: Basket) -> None:
    placings = tuple(
        Placing(
            contractor=tenderer.contractor,
            place=None,
            total_pence=None,
            net_pence=None,
            reasons=tenderer.reasons,
            explanation=f"{tenderer.contractor} is not invited: {'; '.join(tenderer.reasons)}."
            if tenderer.reasons
            else f"{tenderer.contractor} is invited to quote.",
        )
        for tenderer in basket.inputs.tenderers
    )
    if all(placing.reasons for placing in placings):
        raise NobodyEligibleError(
            f"Nobody in lot {basket.lot.code} may be invited to quote for {case.reference}.",
            why=" ".join(placing.explanation for placing in placings),
            next_step="Renew the documents named, or widen the lot; the tender goes on by itself.",
        )
    award_id = keep_award(case, basket, contractor=None, price_id=None, placings=placings)
    postcode, today = case.row.postcode, london_date(case.now)
    terms = terms_of(case.conn, lot=basket.lot.code, postcode=postcode, on=today)
    case.conn.execute(
        _KEEP,
        {
            "award_id": award_id,
            "invited_at": case.now,
            "deadline": _deadline(case, days=terms.quote_days),
            "price_weight": terms.price_weight,
            "quality_weights": dict(terms.quality_weights),
            "status": "open",
        },
    )


def _deadline(case: CaseInHand, *, days: int) -> datetime:
    return deadline_after(today=london_date(case.now), days=days, calendar=case.calendar)


def _announced(case: CaseInHand, competition: AnyRow) -> bool:
    key = {"case_id": case.id, "version": competition.version}
    return case.conn.execute(_ANNOUNCED, key).first() is not None


def invitation_due(case_ref: str) -> ToInvite | None:
    """Return the competition whose invitations are still to be sent, or None.

    One that could not be sent on the day it was begun is given its working days from today.
    """
    seen = look_at(case_ref)
    if not seen.is_ready(StepName.TENDER) or seen.steps[StepName.TENDER].outcome:
        return None
    to_invite: ToInvite | None = None
    with at_step(case_ref, StepName.TENDER) as case:
        competition = competition_of(case.conn, case_id=case.id) if case is not None else None
        if case is not None and competition is not None and competition.status == "open":
            to_invite = ToInvite(competition.version, _from_today(case, competition))
    return to_invite


def _from_today(case: CaseInHand, competition: AnyRow) -> datetime:
    """Return the deadline, moved on where a day has passed since the competition was begun."""
    begun = london_date(competition.invited_at)
    if begun == london_date(case.now):
        return competition.deadline  # type: ignore[no-any-return]  # a column's value
    days = case.calendar.between(begun, due_on(competition))
    deadline = _deadline(case, days=days)
    change(case.conn, competition, invited_at=case.now, deadline=deadline)
    return deadline


def send_invitations(case_ref: str, to_invite: ToInvite, specification: Written) -> None:
    """Put the specification on record and the invitations in the outbox; the step then waits.

    Args:
        to_invite: The competition as it was written about.
        specification: The specification as written.
    """
    with at_step(case_ref, StepName.TENDER) as case:
        if case is None:
            return
        competition = competition_of(case.conn, case_id=case.id)
        if competition is None or competition.status != "open":
            return
        if (competition.version, competition.deadline) != (to_invite.version, to_invite.deadline):
            return  # begun anew meanwhile; its own specification is written next
        name = f"{case.reference} specification"
        asked = invited(competition)
        case.note(
            actor=AUTOMATIC,
            action="tender: contractors invited",
            reason=f"quotes are due by {in_words_of(competition.deadline)}",
            detail={"invited": asked, "deadline": competition.deadline.isoformat()},
        )
        tell_invited(
            case,
            competition,
            contractors=asked,
            lot_title=case.conn.execute(_LOT_TITLE, {"code": competition.lot}).scalar_one(),
            specification=keep_document(case, written=specification, name=name),
        )
        wait_for_next(case, competition)


# ---- the deadline


def open_competition(case_ref: str) -> None:
    """Open the quotes of a competition whose deadline has come; too few are for the officer."""
    with in_hand(case_ref) as case:
        competition = competition_of(case.conn, case_id=case.id)
        if competition is None or competition.status != "open" or case.status_is_exit():
            return
        if case.step_status(StepName.TENDER) is not StepStatus.WAITING:
            return
        if not is_over(deadline=competition.deadline, now=case.now):
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


# ---- the award


def finish(case: CaseInHand) -> None:
    """Price the works at the quote the officer chose, once, and tell everybody who quoted.

    The step stays with Handrail: the record of the award is written next.
    """
    competition = competition_in_force(case.conn, case_id=case.id)
    made = award_in_force(case.conn, case_id=case.id)
    winner, inputs = made.contractor, frozen_inputs(case, made)
    declared = pricing.vat_client(case.row) != inputs.client  # since it was awarded
    if made.price_id is not None and not declared:
        return
    on = london_date(case.now) if declared else inputs.on
    found = evaluation_of(case.conn, case=case.row, competition=competition, on=on)
    priced = found.priced[winner]
    price_id = keep_tender(case, found.inputs, contractor=winner, priced=priced)
    if made.price_id is None:
        case.conn.execute(_PRICE, {"row_id": made.id, "price_id": price_id})
    else:  # what was filed stays as it was
        again_award(case, made, contractor=winner, price_id=price_id)
        made = award_in_force(case.conn, case_id=case.id)
    if declared:
        freeze(case.conn, award_id=made.id, competition=competition, found=found, winner=winner)
    tell_chosen(case, competition, contractor=winner)
    tell_regret(case, competition, winner=winner, ranked=found.ranked, marks=found.marks)
    check_consent_covers(case, value_pence=priced.net_pence)
    case.note(
        actor=AUTOMATIC,
        action="tender: competition finished",
        reason="the officer awarded it",
        detail={"contractor": winner, "net_pence": priced.net_pence},
    )


def quoted_prices(case: CaseInHand, made: AnyRow) -> dict[str, Priced]:
    """Return what each contractor whose quote was opened asks, as it was frozen with the award.

    Args:
        made: The award; one made anew for the next contractor rests on the same competition.
    """
    competition = competition_of(case.conn, case_id=case.id, version=made.version)
    if competition is None:
        return {}
    inputs = frozen_inputs(case, made)
    return priced_quotes(case.conn, award_id=competition.award_id, inputs=inputs)


def write_specification(case_ref: str, to_invite: ToInvite) -> Written:
    """Write the specification that contractors quote from.

    Args:
        to_invite: The competition.

    Raises:
        StorageError: It could not be stored.
    """
    with reading() as conn:
        case = case_row(conn, reference=case_ref)
        paper = specification_paper(conn, case=case)
    return write_document(kind=SPECIFICATION, version=to_invite.version, paper=paper)


def competitions_to_open() -> tuple[str, ...]:
    """Return the cases whose quotes are due and neither opened nor found too few, by reference."""
    with reading() as conn:
        return due_to_open(conn, now=clock.now())
