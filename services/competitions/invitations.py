"""Invitations to a mini-competition: begun for the works as they stand, sent with their terms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.contacts import authority_of, officer_of, works_title
from models.tables.competition import Competition
from models.tables.record import Document
from rules.clocks.dates import london_date
from rules.competitions.competition import deadline_after, in_words_of
from rules.competitions.evaluation import weights_in_words
from rules.competitions.specification import SpecificationPaper
from rules.documents.paper_lines import UnpricedLine
from rules.errors import NobodyEligibleError
from rules.pathway import StepName, StepStatus
from rules.plain import made_of, shown
from rules.tenders.awards import Placing
from rules.tenders.tendering import Tenderer
from services.cases import CaseInHand, at_step, look_at, seeing
from services.cases.clocks.terms import days_given
from services.competitions.award import finish
from services.competitions.competitions import (
    cancel,
    change,
    competition_in_force,
    competition_of,
    due_on,
    invited,
)
from services.competitions.evaluations import inputs_of
from services.competitions.messages import tell_invited
from services.competitions.waiting import wait_for_next
from services.documents.keep import Written, keep_document, write_document
from services.tenders.award_facts import lot_title
from services.tenders.awards import keep_award
from services.tenders.baskets import Basket
from services.tenders.lot_terms import terms_of

SPECIFICATION: Final = "specification"

_KEEP: Final = insert(Competition)
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
        Placing(one.contractor, None, None, None, one.reasons, _invited_or_not(one))
        for one in basket.inputs.tenderers
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
    values = {
        "award_id": award_id,
        "invited_at": case.now,
        "deadline": _deadline(case, days=terms.quote_days),
        **shown(terms, "price_weight", "quality_weights"),
        "status": "open",
    }
    case.conn.execute(_KEEP, values)


def _invited_or_not(tenderer: Tenderer) -> str:
    if tenderer.reasons:
        return f"{tenderer.contractor} is not invited: {'; '.join(tenderer.reasons)}."
    return f"{tenderer.contractor} is invited to quote."


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


def write_specification(case_ref: str, to_invite: ToInvite) -> Written:
    """Write the specification that contractors quote from.

    Raises:
        StorageError: It could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        paper = specification_paper(conn, case=case)
    return write_document(kind=SPECIFICATION, version=to_invite.version, paper=paper)


def specification_paper(conn: Connection, *, case: AnyRow) -> SpecificationPaper:
    """Return the specification of the newest competition of a case as it is printed."""
    competition = competition_in_force(conn, case_id=case.id)
    written_on = london_date(competition.invited_at)
    inputs = inputs_of(conn, case=case, competition=competition, on=written_on)
    return SpecificationPaper(
        case_reference=case.reference,
        written_on=written_on,
        authority=authority_of(conn, case=case),
        officer=officer_of(conn, case=case, on=written_on),
        lot_title=lot_title(conn, made=competition),
        works_title=works_title(case),
        postcode_area=case.postcode.split(" ")[0],
        lines=tuple(
            made_of(UnpricedLine, line, code=line.code or "")
            for line in sorted(inputs.lines, key=lambda line: line.line)
        ),
        deadline=in_words_of(competition.deadline),
        weighing=weights_in_words(
            price_weight=competition.price_weight, quality_weights=competition.quality_weights
        ),
        criteria=tuple(sorted(competition.quality_weights)),
        start_days=days_given(conn, case=case, clock="start_works", on=written_on),
        works_days=days_given(conn, case=case, clock="finish_works", on=written_on),
    )


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
        asked, name = invited(competition), f"{case.reference} specification"
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
            lot_title=lot_title(case.conn, made=competition),
            specification=keep_document(case, written=specification, name=name),
        )
        wait_for_next(case, competition)
