"""What officers decide in a mini-competition: its deadline, a direction, marks and the award."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from models.base import AnyRow
from rules.competitions.competition import ENOUGH, in_words_of, later_deadline
from rules.decisions import BaseDecision, Facts, day_words, decided, known, particular
from rules.errors import InvalidDecisionError, StatuteError
from rules.numbers import plain
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.sentences import spoken
from rules.typed import read_exact
from services.cases import Context, Effect, applies
from services.competitions.competing import competition_on, is_closed, wait_on
from services.competitions.competitions import change, direct, invited, mark, marks, standing
from services.competitions.evaluations import Evaluation, evaluation_of, freeze
from services.competitions.messages import tell_extended
from services.competitions.sealed import open_quotes
from services.competitions.waiting import quotes_in

NOTHING: Final = "Nothing was recorded."


_FULL_MARKS: Final = Decimal(100)


@decided("extend-deadline", at=StepName.TENDER, by=OFFICERS, command="tender")
class ExtendDeadline(BaseDecision):
    """The deadline for quotes is put off; everybody invited is told, and quotes stay sealed."""

    until: date = particular(
        "Take quotes until 12 noon on this day.", "--extend-to", asks=True, label="New deadline"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        before = known("from {} ", facts["earlier"] and day_words(facts["earlier"]))
        return f"The deadline for quotes is put off {before}to {facts.day('until')}."


@decided("score", at=StepName.TENDER, by=OFFICERS, command="tender")
class ScoreQuote(BaseDecision):
    """An officer's marks for the quality of an opened quote, 0 to 100 by criterion."""

    contractor: str = particular(
        "Mark this contractor's opened quote.", "--score", asks=True, offers="quoted"
    )
    scores: Mapping[str, Decimal] = particular(
        "A mark from 0 to 100.",
        "--mark",
        entry="CRITERION=NN",
        example="programme=80",
        reads=read_exact,
        label="Marks",
        offers="criteria",
    )

    def problems(self) -> tuple[str, ...]:
        """Return marks that are not from 0 to 100."""
        if not self.scores:
            return ("Give at least one mark.",)
        return tuple(
            f"{criterion}: a mark is 0 to 100, with at most 2 decimal places."
            for criterion, score in self.scores.items()
            if not (plain(score, _FULL_MARKS, 2) and score >= 0)
        )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        held = facts["before"] or {}
        given = [
            f"{name} {score}{known(' (before {})', held.get(name))}"
            for name, score in (facts["scores"] or {}).items()
        ]
        return f"Marks for the quote of {facts['contractor']}: {spoken(given)}."


@decided(
    "award",
    at=StepName.TENDER,
    by=OFFICERS,
    command="tender",
    plan="An award on price and quality is discretionary.",
)
class AwardQuote(BaseDecision):
    """The mini-competition is awarded to one of those who quoted."""

    contractor: str = particular(
        "Award the competition to this contractor.", "--award-to", asks=True, offers="quoted"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        place = known(", in place {} of {}", facts["place"], facts["quotes"])
        instead = known(", not to {}, which came first", facts["instead_of"])
        sum_ = known(" at {} net", facts.pounds("net_pence"))
        return f"The competition is awarded to {facts['contractor']}{sum_}{place}{instead}."


def check_extend_deadline(context: Context) -> AnyRow:
    """Return the competition, still sealed."""
    competition = competition_on(context)
    if competition.status != "open":
        raise InvalidDecisionError(
            f"The quotes for {context.case.reference} are opened.",
            why="Who has seen the quotes cannot ask for more of them.",
            next_step="Award to one of them, choose another route, or end the case.",
        )
    return competition


@applies(ExtendDeadline, check=check_extend_deadline)
def extend_deadline(context: Context, decision: ExtendDeadline, competition: AnyRow) -> Effect:
    """Put the deadline off and tell everybody invited who has not declined."""
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


def check_direct_one(context: Context) -> AnyRow:
    """Return the competition in which one quote is in and its deadline past."""
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
    return competition


def direct_one(context: Context, competition: AnyRow) -> Effect:
    """Record the s.2(2)(b) direction that the one quote is enough, and open it if it is sealed."""
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that the one quote received is enough: {context.reason}"
    )
    direct(context.conn, competition, words=words)
    open_quotes(context.case, competition, direction=words)
    return wait_on(context, competition_on(context))


@applies(ScoreQuote, check=competition_on)
def score(context: Context, decision: ScoreQuote, competition: AnyRow) -> Effect:
    """Keep an officer's marks for an opened quote; until the award they may be given anew."""
    competition = _opened_if_due(context, competition)
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
    held = marks(context.conn, award_id=competition.award_id).get(decision.contractor, {})
    mark(context.conn, quote_id=present.id, scores=decision.scores, by=context.actor.identity)
    before = {name: str(held[name]) for name in decision.scores if name in held}
    return wait_on(context, competition, facts={"before": before} if before else {})


@applies(AwardQuote, check=competition_on)
def award(context: Context, decision: AwardQuote, competition: AnyRow) -> Effect:
    """Award the mini-competition on the opened quotes, fully marked; freeze who came where."""
    competition = _opened_if_due(context, competition)
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
    facts = {
        "place": place,
        "quotes": len(found.ranked),
        "instead_of": first if note else None,
        "net_pence": found.priced[winner].net_pence,
    }
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


def _opened_if_due(context: Context, competition: AnyRow) -> AnyRow:
    """Return the competition, opened now if the deadline came and the sweep has not come by yet."""
    open_quotes(context.case, competition)
    return competition_on(context)


def _evaluation(context: Context, competition: AnyRow) -> Evaluation:
    return evaluation_of(
        context.conn, case=context.case.row, competition=competition, on=context.today
    )
