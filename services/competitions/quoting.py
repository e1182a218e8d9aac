"""What contractors answer to an invitation: a quote, its withdrawal, or that they will not quote.

An answer is acknowledged in its own transaction. The money of a quote goes under its seal:
neither the record nor the audit nor a message ever holds it.
"""

from collections.abc import Mapping
from typing import Final

from models.base import AnyRow
from models.case_queries import lines_to_do
from rules.competitions.competition import in_words_of, is_over, problems_with_quote
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, NotPermittedError
from rules.money import pounds
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from rules.sentences import several
from services.cases import Context, Effect, applies
from services.competitions.competing import competition_on, is_closed, wait_on
from services.competitions.competitions import invited, standing
from services.competitions.messages import tell_late, tell_received, tell_withdrawn_quote
from services.competitions.sealed import keep_answer, open_quotes, seal, withdraw

NOTHING: Final = "Nothing was recorded."


_BY: Final = OFFICERS | {Role.CONTRACTOR}


@decided(
    "quote", at=StepName.TENDER, by=_BY, command="tender", sealed=frozenset({"line_net_pence"})
)
class RecordQuote(BaseDecision):
    """A contractor's quote in a mini-competition: net pounds by line, sealed until the deadline."""

    contractor: str = particular(
        "Record this contractor's quote; sealed until the deadline.",
        "--quote-from",
        asks=True,
        offers="invited",
    )
    line_net_pence: Mapping[int, int] = particular(
        "The quote's net pounds.",
        "--amount",
        unit="pounds",
        entry="LINE=POUNDS",
        label="Net sum of each line",
        offers="lines",
    )

    def problems(self) -> tuple[str, ...]:
        """Return amounts that are not above zero."""
        if not self.line_net_pence:
            return ("A quote prices at least one line.",)
        return tuple(
            f"Line {line}: a quote is above zero."
            for line, pence in self.line_net_pence.items()
            if pence <= 0
        )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        who = facts["contractor"]
        if facts["late"]:
            return f"Quote of {who}: too late, and not considered."
        lines = known(" for {}", facts["lines"] and several(facts["lines"], "line"))
        open_sums = facts["line_net_pence"]  # of a version whose quotes came in the open
        much = pounds(sum(open_sums.values())) if open_sums else facts.pounds("net_pence")
        sealed = f": {much} net, as opened" if much else ", its sum sealed"
        return f"Quote of {who}{lines}{sealed}."


@decided(
    "correct-quote",
    at=StepName.TENDER,
    by=_BY,
    sealed=frozenset({"line_net_pence"}),
    corrects=RecordQuote,
    rests={
        "award": "The works are awarded on it. Specify them again, and invite contractors "
        "anew: `handrail decide REF specify-again`."
    },
)
class CorrectQuote(BaseDecision):
    """A quote was typed wrongly: its sums are given anew, and sealed, before the deadline."""

    contractor: str = particular("Whose quote.", "--quote-from", offers="invited")
    line_net_pence: Mapping[int, int] = particular(
        "The quote's net pounds; all of its lines are given anew.",
        "--amount",
        unit="pounds",
        entry="LINE=POUNDS",
        label="Net sum of each line",
        offers="lines",
    )

    def problems(self) -> tuple[str, ...]:
        """Return amounts that are not above zero."""
        return RecordQuote(self.contractor, self.line_net_pence).problems()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The quote of {facts['contractor']} is given anew, sealed as it was."


@decided("withdraw-quote", at=StepName.TENDER, by=_BY, command="tender")
class WithdrawQuote(BaseDecision):
    """A contractor takes its quote back before the award; until the deadline it may quote again."""

    contractor: str = particular(
        "Withdraw this contractor's quote.", "--withdraw-quote", asks=True, offers="invited"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"{facts['contractor']} withdraws its quote{known(', which was {}', facts['was'])}."


@decided("decline-to-quote", at=StepName.TENDER, by=_BY, command="tender")
class DeclineToQuote(BaseDecision):
    """A contractor that was invited says that it will not quote."""

    contractor: str = particular(
        "This contractor declines to quote.", "--no-quote-from", asks=True, offers="invited"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"{facts['contractor']} declines to quote."


@applies(RecordQuote, check=competition_on)
def quote(context: Context, decision: RecordQuote, competition: AnyRow) -> Effect:
    """Seal a contractor's quote; one that comes after the deadline is noted without its money."""
    _check_own(context, decision.contractor)
    held = standing(context.conn, award_id=competition.award_id)
    problems = _not_invited(competition, decision.contractor)
    present = held.get(decision.contractor)
    if present is not None and present.status != "declined":
        problems.append(
            f"{decision.contractor} has quoted already; until the deadline it may withdraw its "
            "quote and send another."
        )
    late = is_over(deadline=competition.deadline, now=context.now)
    if not late:
        lines = [line.line for line in lines_to_do(context.conn, case_id=context.case.id)]
        sums = decision.line_net_pence
        problems += problems_with_quote(lines=lines, line_net_pence=sums)
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step=NOTHING)
    if late:
        return _late(context, competition, decision.contractor)
    if present is not None:  # it declined, and thought better of it
        withdraw(context.conn, quote_ids=[present.id])
    _take_in(context, decision, competition)
    if competition.status == "opened":  # it was in time, and waited while the others were opened
        open_quotes(context.case, competition)
    return wait_on(context, competition, facts={"lines": len(decision.line_net_pence)})


def _late(context: Context, competition: AnyRow, contractor: str) -> Effect:
    """Keep that a quote came late, and when; its sums are not kept."""
    quote_id = keep_answer(
        context.conn,
        award_id=competition.award_id,
        contractor=contractor,
        status="late",
        by=context.actor.identity,
        now=context.now,
    )
    tell_late(context.case, competition, contractor=contractor, quote_id=quote_id)
    notice = (
        f"The quote of {contractor} came too late: quotes were due by "
        f"{in_words_of(competition.deadline)}. It is noted, without its sums, and not considered."
    )
    return Effect(to=None, facts={"late": True}, notice=notice)


def _take_in(context: Context, decision: RecordQuote | CorrectQuote, competition: AnyRow) -> int:
    """Seal a quote's sums, tell its contractor that it is in, and return its number."""
    quote_id = seal(
        context.conn,
        award_id=competition.award_id,
        contractor=decision.contractor,
        line_net_pence=decision.line_net_pence,
        by=context.actor.identity,
        now=context.now,
    )
    tell_received(context.case, competition, contractor=decision.contractor, quote_id=quote_id)
    return quote_id


@applies(CorrectQuote, check=competition_on)
def correct_quote(context: Context, decision: CorrectQuote, competition: AnyRow) -> Effect:
    """Seal the sums that are right; those that were typed first are destroyed under their seal.

    What was typed wrongly stays on record as withdrawn; its money nobody has seen, nor will.
    """
    _check_own(context, decision.contractor)
    present = standing(context.conn, award_id=competition.award_id).get(decision.contractor)
    problems = []
    if present is None or present.status == "declined":
        problems.append(f"{decision.contractor} has no quote in for {context.case.reference}.")
    if is_closed(context, competition):
        problems.append(
            f"Quotes were due by {in_words_of(competition.deadline)}: one that may be known is "
            "not corrected, only withdrawn."
        )
    lines = [line.line for line in lines_to_do(context.conn, case_id=context.case.id)]
    problems += problems_with_quote(lines=lines, line_net_pence=decision.line_net_pence)
    if problems or present is None:
        raise InvalidDecisionError(" ".join(problems), next_step=NOTHING)
    withdraw(context.conn, quote_ids=[present.id])
    quote_id = _take_in(context, decision, competition)
    facts: dict[str, object] = {"before": {"quote": present.id}, "after": {"quote": quote_id}}
    return wait_on(context, competition, facts=facts)


@applies(WithdrawQuote, check=competition_on)
def withdraw_quote(context: Context, decision: WithdrawQuote, competition: AnyRow) -> Effect:
    """Withdraw a quote before the award; what it asked for is destroyed."""
    _check_own(context, decision.contractor)
    present = standing(context.conn, award_id=competition.award_id).get(decision.contractor)
    if present is None or present.status == "declined":
        raise InvalidDecisionError(
            f"{decision.contractor} has no quote in for {context.case.reference}.",
            next_step=NOTHING,
        )
    withdraw(context.conn, quote_ids=[present.id])
    tell_withdrawn_quote(
        context.case,
        competition,
        contractor=decision.contractor,
        quote_id=present.id,
        in_time=not is_closed(context, competition),
    )
    return wait_on(context, competition, facts={"was": present.status})


@applies(DeclineToQuote, check=competition_on)
def decline_to_quote(context: Context, decision: DeclineToQuote, competition: AnyRow) -> Effect:
    """Note that a contractor invited will not quote."""
    _check_own(context, decision.contractor)
    problems = _not_invited(competition, decision.contractor)
    present = standing(context.conn, award_id=competition.award_id).get(decision.contractor)
    if present is not None:
        said = "declined" if present.status == "declined" else "quoted"
        problems.append(f"{decision.contractor} has {said} already.")
    if is_closed(context, competition):
        problems.append(f"Quotes were due by {in_words_of(competition.deadline)}.")
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step=NOTHING)
    keep_answer(
        context.conn,
        award_id=competition.award_id,
        contractor=decision.contractor,
        status="declined",
        by=context.actor.identity,
        now=context.now,
    )
    return wait_on(context, competition)


def _check_own(context: Context, contractor: str) -> None:
    if context.actor.role is Role.CONTRACTOR and context.actor.identity != contractor:
        raise NotPermittedError(
            f"{context.actor.name} may not answer for {contractor}.",
            next_step="A contractor answers its own invitations only.",
        )


def _not_invited(competition: AnyRow, contractor: str) -> list[str]:
    asked = invited(competition)
    if contractor in asked:
        return []
    return [f"{contractor} was not invited; invited were {', '.join(asked)}."]
