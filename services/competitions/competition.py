"""What officers decide in a mini-competition: its deadline, a direction, marks and the award."""

from typing import Final

from models.base import AnyRow
from rules.competitions.competition import ENOUGH, in_words_of, later_deadline
from rules.decisions import AwardQuote, Direct, ExtendDeadline, ScoreQuote
from rules.errors import InvalidDecisionError, StatuteError
from rules.pathway import StepName, StepStatus
from services.cases.effect import Context, Effect
from services.competitions.competing import competition_on, is_closed, wait_on
from services.competitions.competitions import change, direct, invited, mark, standing
from services.competitions.evaluations import Evaluation, evaluation_of, freeze
from services.competitions.messages import tell_extended
from services.competitions.sealed import open_quotes
from services.competitions.waiting import quotes_in

NOTHING: Final = "Nothing was recorded."


def extend_deadline(context: Context, decision: ExtendDeadline) -> Effect:
    """Put the deadline off and tell everybody invited who has not declined."""
    competition = competition_on(context)
    if competition.status != "open":
        raise InvalidDecisionError(
            f"The quotes for {context.case.reference} are opened.",
            why="Who has seen the quotes cannot ask for more of them.",
            next_step="Award to one of them, choose another route, or end the case.",
        )
    until = later_deadline(
        present=competition.deadline,
        until=decision.until,
        now=context.now,
        calendar=context.case.calendar,
    )
    change(context.conn, competition, deadline=until)
    held = standing(context.conn, award_id=competition.award_id)
    asked = {
        code: code in held
        for code in invited(competition)
        if code not in held or held[code].status != "declined"
    }
    tell_extended(context.case, competition, contractors=asked, until=until)
    facts = {"earlier": competition.deadline.isoformat(), "told": sorted(asked)}
    return wait_on(context, competition_on(context), facts=facts)


def direct_one(context: Context, decision: Direct) -> Effect:  # noqa: ARG001 - it has no particulars
    """Record the s.2(2)(b) direction that the one quote is enough, and open it if it is sealed."""
    competition = competition_on(context)
    quotes = quotes_in(context.case, competition)
    problem = ""
    if competition.status == "open" and not is_closed(context, competition):
        problem = f"Quotes are due by {in_words_of(competition.deadline)} and sealed until then."
    elif quotes == 0:
        problem = "No quote is in."
    elif quotes >= ENOUGH:
        problem = f"{quotes} quotes are in; a direction is for one."
    elif competition.direction:
        problem = "It is directed already."
    if problem:
        raise InvalidDecisionError(
            f"{context.case.reference} goes to quotes; a direction does not replace them.",
            why=problem,
            next_step=f"It waits for {context.case.steps[StepName.TENDER].waiting_for}.",
        )
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that the one quote received is enough: {context.reason}"
    )
    direct(context.conn, competition, words=words)
    open_quotes(context.case, competition, direction=words)
    return wait_on(context, competition_on(context))


def score(context: Context, decision: ScoreQuote) -> Effect:
    """Keep an officer's marks for an opened quote; until the award they may be given anew."""
    competition = _opened_if_due(context)
    weights: dict[str, int] = competition.quality_weights
    problems = []
    if competition.status != "opened":
        problems.append(f"The quotes are sealed until {in_words_of(competition.deadline)}.")
    present = standing(context.conn, award_id=competition.award_id).get(decision.contractor)
    if competition.status == "opened" and (present is None or present.status != "opened"):
        problems.append(f"{decision.contractor} has no opened quote.")
    unknown = sorted(set(decision.scores) - set(weights))
    if not weights:
        problems.append("This competition weighs price alone; nothing is marked.")
    elif unknown:
        known = ", ".join(sorted(weights))
        problems.append(f"No criterion is called {', '.join(unknown)}; they are: {known}.")
    if problems or present is None:
        raise InvalidDecisionError(" ".join(problems), next_step=NOTHING)
    mark(context.conn, quote_id=present.id, scores=decision.scores, by=context.actor.identity)
    return wait_on(context, competition)


def award(context: Context, decision: AwardQuote) -> Effect:
    """Award the mini-competition on the opened quotes, fully marked; freeze who came where."""
    competition = _opened_if_due(context)
    if competition.status == "open":
        raise InvalidDecisionError(
            f"The quotes for {context.case.reference} are sealed.",
            why=f"They are opened after {in_words_of(competition.deadline)}, two or more at once.",
            next_step=f"It waits for {context.case.steps[StepName.TENDER].waiting_for}.",
        )
    found = _evaluation(context, competition)
    if decision.contractor not in found.priced:
        raise InvalidDecisionError(
            f"{decision.contractor} has not quoted for {context.case.reference}.",
            next_step=f"Quotes are held from {', '.join(found.priced) or 'nobody'}.",
        )
    if len(found.priced) < ENOUGH and not competition.direction:
        raise StatuteError(
            f"Only one quote is held for {context.case.reference}.",
            why="Two estimates are needed unless an officer directs otherwise in the particular "
            "case.",
            next_step="Record the direction first with --direct, or choose another route.",
            section="s.2(2)(b)",
        )
    if found.missing:
        raise InvalidDecisionError(
            "Marks are missing for "
            + "; ".join(f"{who}: {', '.join(names)}" for who, names in found.missing.items())
            + ".",
            why="Every quote that was opened is marked on every criterion before the award.",
            next_step="Record them with --score CONTRACTOR --mark CRITERION=NN.",
        )
    return _awarded(context, competition, found, decision.contractor)


def _awarded(context: Context, competition: AnyRow, found: Evaluation, winner: str) -> Effect:
    first = found.ranked[0].contractor
    place = next(quote.place for quote in found.ranked if quote.contractor == winner)
    note = ""
    if winner != first:
        note = (
            f"Awarded all the same, by {context.actor.name}, and not to {first}: {context.reason}"
        )
    facts = {"place": place, "quotes": len(found.ranked), "instead_of": first if note else None}
    freeze(
        context.conn,
        award_id=competition.award_id,
        competition=competition,
        found=found,
        winner=winner,
        note=note,
    )
    change(context.conn, competition, status="awarded")
    return Effect(to=StepStatus.READY, closes=True, outcome="awarded", facts=facts)


def _opened_if_due(context: Context) -> AnyRow:
    """Return the competition, opened now if the deadline came and the sweep has not come by yet."""
    competition = competition_on(context)
    open_quotes(context.case, competition)
    return competition_on(context)


def _evaluation(context: Context, competition: AnyRow) -> Evaluation:
    return evaluation_of(
        context.conn, case=context.case.row, competition=competition, on=context.today
    )
