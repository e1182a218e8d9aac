"""Decisions on pauses: recorded, ended and corrected, with every due date that moves by it.

A pause is corrected in place, and never deleted: what it said before is in the decision that
changed it. The review of one that is under way is a clock of the case, by the pause's number.
"""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from models.audit import AUTOMATIC
from models.tables.clocks import Pause as PauseRow
from rules.clocks.clock_names import CLOCKS
from rules.clocks.dates import london_date
from rules.clocks.pause_terms import PauseCause, PauseTerms
from rules.clocks.pause_words import days_in_words, notice_words, paused_words
from rules.clocks.pauses import PausedTime
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, decided, from_to, known, particular
from rules.errors import InvalidDecisionError, UnknownReferenceError
from rules.parties import Party
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies
from services.cases.clocks.retime import retime
from services.clocks.pause_words import fact_words, listed, looked_at, one_line, plain
from services.clocks.pauses import PauseOnCase, check_paused, pauses_on

REVIEW: Final = "review_pause"

_KEEP: Final = insert(PauseRow)
_CHANGE: Final = update(PauseRow).where(
    PauseRow.case_id == bindparam("of_case"), PauseRow.number == bindparam("of_number")
)
_BY: Final = OFFICERS | {Role.MANAGER, Role.ASSESSOR}


@decided("pause", at=None, by=_BY, any_time=True)
class Pause(BaseDecision):
    """The controllable clocks stand still: the client is in hospital, or asked us to wait."""

    cause: PauseCause = particular("Why the clocks stand still.")
    started_on: date = particular("The first day not counted; it may lie back.", "--from")
    evidence: str = particular("What shows it and where that is filed.", long=True, evidence=True)
    ended_on: date | None = particular(
        "The last day not counted; leave out while it goes on.", "--to", default=None
    )
    owner: Party = particular("Whose delay it is.", default=Party.CLIENT)
    review_on: date | None = particular(
        "When to look at it again; by the target of its review if left out.", default=None
    )

    @property
    def terms(self) -> PauseTerms:
        """The pause as it is to be kept."""
        return PauseTerms(self.started_on, self.ended_on, self.evidence, self.review_on)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        cause = known(" ({})", facts["cause"] and PauseCause(facts["cause"]).words)
        end = known(" to {}", facts.day("ended_on")) or ", still under way"
        number, shown = known(" {}", facts["number"]), known("; shown by: {}", facts["evidence"])
        owner = known(", the wait of the {}", facts.words("owner"))
        return f"Pause{number}{cause} from {facts.day('started_on')}{end}{owner}{shown}."


@decided("end-pause", at=None, by=_BY, any_time=True)
class EndPause(BaseDecision):
    """A pause that is under way is over, and the clocks go on from the day after."""

    on: date = particular("The last day not counted.", label="Last day")
    number: int | None = particular(
        "Which pause of the case; `handrail case waits` shows. The one under way if left out.",
        default=None,
        label="Which pause",
        hint="The one under way if left out.",
        offers="pauses",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Pause{known(' {}', facts['number'])} is over; its last day was {facts.day('on')}."


@decided("correct-pause", at=None, by=_BY, any_time=True)
class CorrectPause(BaseDecision):
    """What was recorded of a pause was wrong, or it goes on; what was recorded stays on record."""

    number: int = particular(
        "Which pause of the case; `handrail case waits` shows.",
        label="Which pause",
        hint="What is recorded of it now stands beside it.",
        offers="pauses",
    )
    started_on: date | None = particular("Its first day.", "--from", default=None)
    ended_on: date | None = particular("Its last day.", "--to", default=None)
    under_way: bool = particular("It has no last day after all.", default=False)
    cause: PauseCause | None = particular("Why the clocks stand still.", default=None)
    owner: Party | None = particular("Whose delay it is.", default=None)
    evidence: str | None = particular(
        "What shows it and where that is filed.", default=None, evidence=True
    )
    review_on: date | None = particular("When to look at it again.", default=None)
    withdrawn: bool = particular("It was entered in error.", "--withdraw", default=False)

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        new = (self.started_on, self.ended_on, self.cause, self.owner, self.evidence)
        corrected = self.under_way or self.review_on is not None
        corrected = corrected or any(value is not None for value in new)
        found = []
        if not corrected and not self.withdrawn:
            found.append("Say what is corrected, or that the pause is withdrawn.")
        if corrected and self.withdrawn:
            found.append("A pause is corrected or withdrawn, not both.")
        if self.under_way and self.ended_on is not None:
            found.append("A pause is under way or has a last day, not both.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        if facts["withdrawn"]:
            return f"Pause {facts['number']} is withdrawn: entered in error."
        changed = [
            f"{name.replace('_', ' ')} {from_to(fact_words(before), fact_words(facts[name]))}"
            for name, before in (facts["before"] or {}).items()
        ]
        return f"Pause {facts['number']} is corrected: {'; '.join(changed)}."


@applies(Pause)
def pause(context: Context, decision: Pause) -> Effect:
    """Keep a pause under the case's next number, and move the due dates."""
    _check(context, decision.terms, what="The pause cannot be recorded.")
    held = pauses_on(context.conn, case_id=context.case.id)
    number = max((one.number for one in held), default=0) + 1
    review_on = _review_on(context, decision.review_on, ended_on=decision.ended_on)
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "number": number,
            "cause": decision.cause,
            "owner": decision.owner,
            "evidence": one_line(decision.evidence),
            "reason": context.reason,
            "started_on": decision.started_on,
            "ended_on": decision.ended_on,
            "review_on": review_on,
            "withdrawn": False,
            "recorded_by": context.actor.identity,
            "recorded_at": context.now,
        },
    )
    _review(context.case, number, review_on, why="")
    time = PausedTime(decision.started_on, decision.ended_on)
    told = f"It is pause {number}" + looked_at(review_on)
    review = {"review_on": plain(review_on)}
    return _moved(context, number, why=paused_words(time), told=told, facts=review)


@applies(EndPause, check=check_paused)
def end_pause(context: Context, decision: EndPause, _: None) -> Effect:
    """End a pause that is under way; the day given is its last."""
    found = _to_end(context, decision.number)
    terms = PauseTerms(found.started_on, decision.on, found.evidence)
    _check(context, terms, what=f"Pause {found.number} cannot end so.")
    _change(context.case, found.number, ended_on=decision.on, review_on=None)
    _review(context.case, found.number, None, why="pause ended")
    why = paused_words(PausedTime(found.started_on, decision.on))
    told = f"Pause {found.number} was {days_in_words(found.started_on, decision.on)}."
    return _moved(context, found.number, why=why, told=told)


@applies(CorrectPause, check=check_paused)
def correct_pause(context: Context, decision: CorrectPause, _: None) -> Effect:
    """Correct what a pause says, or withdraw it; what it said is kept with the decision."""
    found = _standing(context, decision.number)
    if decision.withdrawn:
        return _withdraw(context, found)
    after = _corrected(context, found, decision)
    terms = PauseTerms(
        after["started_on"],
        after["ended_on"],
        after["evidence"],
        after["review_on"] if decision.review_on else None,
    )
    _check(context, terms, what=f"Pause {found.number} cannot be corrected so.")
    changed = {name: value for name, value in after.items() if value != getattr(found, name)}
    if not changed:
        raise InvalidDecisionError(
            f"Pause {found.number} of {context.case.reference} says that already.",
            next_step="Nothing was changed.",
        )
    _change(context.case, found.number, **changed)
    if changed.keys() & {"review_on", "ended_on"}:
        ended = "pause ended" if after["ended_on"] else "pause corrected"
        _review(context.case, found.number, after["review_on"], why=ended)
    time = PausedTime(after["started_on"], after["ended_on"])
    why = f"pause {found.number} corrected: {paused_words(time)}"
    before = {name: plain(getattr(found, name)) for name in changed}
    told = f"Pause {found.number} is corrected" + looked_at(after["review_on"])
    return _moved(context, found.number, why=why, told=told, facts={"before": before})


def end_open_pauses(case: CaseInHand, *, why: str, clocks_go_on: bool) -> None:
    """End every pause under way on a case that is over, or paid; the record says what ended it.

    Args:
        case: The case in hand; it is put back where clocks go on.
        why: What ended it, such as ``case ended``.
        clocks_go_on: Whether some of its clocks run on, and so have due dates again.
    """
    if case.row.paused_on is None:
        return
    last = london_date(case.now)
    for found in pauses_on(case.conn, case_id=case.id):
        if found.under_way:
            _change(case, found.number, ended_on=last, review_on=None)
            _review(case, found.number, None, why=why)
            detail = {"started_on": found.started_on.isoformat(), "ended_on": last.isoformat()}
            action = f"pause {found.number}: ended"
            case.note(actor=AUTOMATIC, action=action, reason=why, detail=detail)
    case.set(paused_on=None)
    if clocks_go_on:
        case.put_back()
        retime(case.conn, now=case.now, why=f"pause ended: {why}", case_ids=[case.id])
        case.look_again()


# ---- checks


def _check(context: Context, terms: PauseTerms, *, what: str) -> None:
    problems = terms.problems(contact_on=context.case.row.contact_on, today=context.today)
    if problems:
        raise InvalidDecisionError(
            what, why=" ".join(problems), next_step="Correct it; nothing was recorded."
        )


def _standing(context: Context, number: int) -> PauseOnCase:
    """Return a pause of the case that was not withdrawn."""
    held = pauses_on(context.conn, case_id=context.case.id)
    found = next((one for one in held if one.number == number), None)
    if found is None:
        raise UnknownReferenceError(
            f"There is no pause {number} on {context.case.reference}.",
            why=listed(held),
            next_step=f"`handrail case waits {context.case.reference}` lists its pauses.",
        )
    if found.withdrawn:
        raise InvalidDecisionError(
            f"Pause {number} of {context.case.reference} was withdrawn.",
            next_step="Record it anew if it holds after all.",
        )
    return found


def _to_end(context: Context, number: int | None) -> PauseOnCase:
    """Return the pause to end: the one named, or the only one under way."""
    if number is not None:
        found = _standing(context, number)
        if found.ended_on is not None:
            raise InvalidDecisionError(
                f"Pause {number} of {context.case.reference} ended on {in_words(found.ended_on)}.",
                next_step="If that day is wrong, correct the pause: "
                f"`handrail decide {context.case.reference} correct-pause --number {number}`.",
            )
        return found
    held = pauses_on(context.conn, case_id=context.case.id)
    open_ones = [one for one in held if one.under_way]
    if len(open_ones) == 1:
        return open_ones[0]
    raise InvalidDecisionError(
        f"{len(open_ones) or 'No'} pause{'s are' if open_ones else ' is'} under way on "
        f"{context.case.reference}.",
        why=listed(open_ones or held),
        next_step="Say which with --number." if open_ones else "Nothing was changed.",
    )


# ---- what changes


def _withdraw(context: Context, found: PauseOnCase) -> Effect:
    _change(context.case, found.number, withdrawn=True, review_on=None)
    _review(context.case, found.number, None, why="pause withdrawn")
    why = f"pause {found.number} withdrawn"
    told = f"Pause {found.number} counts no longer; it stays on record."
    return _moved(context, found.number, why=why, told=told, facts={"before": {"withdrawn": False}})


def _corrected(context: Context, found: PauseOnCase, decision: CorrectPause) -> dict[str, Any]:
    """Return everything that a corrected pause says, by column."""
    ended_on = None if decision.under_way else decision.ended_on or found.ended_on
    evidence = found.evidence if decision.evidence is None else one_line(decision.evidence)
    review_on = decision.review_on
    if review_on is None and ended_on is None:
        review_on = found.review_on or _review_on(context, None, ended_on=None)
    return {
        "started_on": decision.started_on or found.started_on,
        "ended_on": ended_on,
        "cause": decision.cause or found.cause,
        "owner": decision.owner or found.owner,
        "evidence": evidence,
        "review_on": review_on,
    }


def _change(case: CaseInHand, number: int, **columns: Any) -> None:
    case.conn.execute(_CHANGE, {"of_case": case.id, "of_number": number} | columns)


def _review_on(context: Context, given: date | None, *, ended_on: date | None) -> date | None:
    """Return when a pause under way is looked at again: as given, or by its target."""
    if ended_on is not None or given is not None:
        return given
    return context.case.calendar.add(context.today, context.case.days(REVIEW))


def _review(case: CaseInHand, number: int, review_on: date | None, *, why: str) -> None:
    """Let the clock of a pause's review run to a day, or stop where there is nothing to review."""
    if review_on is not None:
        case.start_clock(REVIEW, subject=str(number), due_on=review_on)
    elif why:
        case.stop_clock(REVIEW, subject=str(number), why=why)


def _moved(
    context: Context, number: int, *, why: str, told: str, facts: dict[str, Any] | None = None
) -> Effect:
    """Move the case's due dates to its pauses as they are now, and say which moved."""
    case = context.case
    held = pauses_on(context.conn, case_id=case.id)
    since = min((one.started_on for one in held if one.under_way), default=None)
    case.set(paused_on=since)
    moves = retime(context.conn, now=context.now, why=why, case_ids=[case.id])
    said = notice_words([(CLOCKS[one.clock].title, one.from_due, one.to_due) for one in moves])
    return Effect(to=None, facts={"number": number} | (facts or {}), notice=f"{told} {said}")
