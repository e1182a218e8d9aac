"""The decision on an offer: a contractor accepts, with the day it begins, or declines."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, update

from models.approved import time_runs_from
from models.base import AnyRow, word
from models.case_queries import approval_in_force, award_in_force, live_offer
from models.tables.prices import Offer
from rules.clocks.dates import finish_by
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import InvalidDecisionError, NotPermittedError, StatuteError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from rules.tenders.procurement import STANDSTILL_DAYS
from services.cases.effect import Context, Effect, applies
from services.cases.messages import works_dates
from services.tenders.capacity import over_by_accepting
from services.tenders.standstill import standstill_of

_ANSWER: Final = update(Offer).where(
    Offer.id == bindparam("row_id"), Offer.status == word("offered")
)


@decided("answer-offer", at=StepName.ASSIGN, by=OFFICERS | {Role.CONTRACTOR}, command="assign")
class AnswerOffer(BaseDecision):
    """The contractor accepts or declines the works it was offered."""

    accepted: bool = particular(
        "The answer, one of the two.",
        "--accept/--decline",
        label="The contractor’s answer",
        hint="As the contractor gave it.",
        answers=("Accepts the works", "Declines them"),
    )
    start_on: date | None = particular(
        "The day on which it will begin, within the dates of the offer; the order's then.",
        "--start-on",
        default=None,
        label="Date works will begin",
        hint="Where the works are accepted: no later than the offer’s date to start.",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a day to begin works that are declined."""
        if self.start_on is None or self.accepted:
            return ()
        return ("Works that are declined have no day to begin.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        answer = "accepts" if facts["accepted"] else "declines"
        sum_ = known(" at {} net", facts.pounds("net_pence"))
        begins = known(", to begin on {}", facts.day("start_on"))
        whose = facts["contractor"] or "The contractor"
        return f"{whose} {answer} the works it was offered{sum_}{begins}."


def check_answer_offer(context: Context) -> AnyRow:
    """Return the offer that is out; a contractor answers its own only."""
    offer = live_offer(context.conn, case_id=context.case.id)
    if offer is None or offer.status != "offered":
        raise StepNotOpenError(
            f"No offer is out on {context.case.reference}.",
            why=f"It waits for {context.case.steps[StepName.ASSIGN].waiting_for}.",
            next_step="The offer goes out by itself once that is settled.",
        )
    if context.actor.role is Role.CONTRACTOR and context.actor.identity != offer.contractor:
        raise NotPermittedError(
            f"The works on {context.case.reference} are not offered to {context.actor.name}.",
            next_step="A contractor answers its own offers only.",
        )
    _check_in_time(context, offer)
    return offer


@applies(AnswerOffer, check=check_answer_offer)
def answer_offer(context: Context, decision: AnswerOffer, offer: AnyRow) -> Effect:
    """Record a contractor's one answer; an acceptance takes its place of the firm's capacity."""
    if decision.accepted:
        _check_standstill(context, offer)
        _check_start(context, decision.start_on)
        _check_room(context, offer)
    context.conn.execute(
        _ANSWER,
        {
            "row_id": offer.id,
            "status": "accepted" if decision.accepted else "declined",
            "answered_at": context.now,
            "reason": context.reason,
            "start_on": decision.start_on,
        },
    )
    context.case.stop_clock("answer_offer", subject=str(offer.id), why="answered")
    facts = {"contractor": offer.contractor, "net_pence": offer.net_pence}
    if decision.accepted:
        return Effect(to=StepStatus.DONE, closes=True, outcome="accepted", facts=facts)
    return Effect(to=StepStatus.READY, facts=facts)


def _check_in_time(context: Context, offer: AnyRow) -> None:
    """Refuse a contractor's own answer after its day, though the offer still stands.

    An officer may record one that came in time.
    """
    if context.actor.role is Role.CONTRACTOR and context.today > offer.expires_on:
        raise StepNotOpenError(
            f"The offer could be accepted until {offer.expires_on:%-d %B %Y}.",
            why="It lapses now, and the works go on to the next contractor.",
            next_step="If you accepted before in another way, call the officer.",
        )


def _check_standstill(context: Context, offer: AnyRow) -> None:
    """Refuse to enter the council's own contract before its standstill is over."""
    conn, made = context.conn, award_in_force(context.conn, case_id=context.case.id)
    calendar = context.case.calendar
    last = standstill_of(conn, made=made, price_id=offer.price_id, calendar=calendar)
    if last is not None and context.today <= last:
        raise StatuteError(
            f"The works cannot be accepted up to {last:%-d %B %Y}.",
            why="The contract is the council’s own, at or above the threshold and under no "
            f"framework: {STANDSTILL_DAYS} working days pass once the bidders are told.",
            section="Procurement Act 2023 s.51",
            next_step=f"Accept after it; the offer stays out until {offer.expires_on:%-d %B %Y}.",
        )


def _check_start(context: Context, day: date | None) -> None:
    """Refuse a start before today, or later than the order would have it."""
    if day is None:
        return
    approval = approval_in_force(context.conn, case_id=context.case.id)
    last = finish_by(approved_on=time_runs_from(approval))  # s.37(1)
    latest = min(works_dates(context.case)["start_by"], last)
    if not context.today <= day <= latest:
        raise InvalidDecisionError(
            f"Works cannot be promised to begin on {day:%-d %B %Y}.",
            why=f"The order has them begin from {context.today:%-d %B %Y} to "
            f"{latest:%-d %B %Y} (s.37).",
            next_step="Give a day within these, or call the officer before you accept.",
        )


def _check_room(context: Context, offer: AnyRow) -> None:
    over, name = over_by_accepting(
        context.conn, contractor=offer.contractor, offer_id=offer.id, net_pence=offer.net_pence
    )
    if over:
        raise InvalidDecisionError(
            f"{name} has no room for these works now: {over}.",
            why="Works are accepted up to the capacity on record, and no further.",
            next_step=f"The offer stays out until {offer.expires_on:%-d %B %Y}: complete other "
            "works first, have the capacity on record put right, or decline.",
        )
