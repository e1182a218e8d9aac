"""The decision on the route: an officer's choice against the rule, or back to the rule."""

from typing import Final

from models.case_queries import newest_award
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.tenders.routes import Route, route_words
from services.cases import Context, Effect, applies
from services.competitions import competitions
from services.tenders.routes import newest_choice, problems_with, route_facts

BY_RULE: Final = "by_rule"


@decided(
    "route",
    at=None,
    by=OFFICERS,
    plan="A choice against the rule is discretionary.",
    before_approval=True,
)
class ChooseRoute(BaseDecision):
    """A route to a price against the rule, or by the rule again; the works are tendered anew."""

    route: Route | None = particular(
        "The route to a price, or by the rule again.",
        "--to",
        choices={**{one.value: one for one in Route}, BY_RULE: None},
    )
    package: str = particular(
        "pre_priced: the package that prices it.",
        default="",
        hint="Only for the pre-priced route: the package that prices the works.",
        offers="packages",
    )

    def problems(self) -> tuple[str, ...]:
        """Return a package without its route, and the route without its package."""
        if self.route is Route.PRE_PRICED and not self.package:
            return ("The pre-priced route needs its package.",)
        if self.package and self.route is not Route.PRE_PRICED:
            return ("A package belongs to the pre-priced route only.",)
        return ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        route, package = facts["route"], facts["package"]
        now = f"priced {route_words(route, package)}" if route else "priced as the rule says"
        route, package = facts.before("route"), facts.before("package")
        before = known("; before, an officer's choice: {}", route and route_words(route, package))
        return f"The works are {now}{before}."


@applies(ChooseRoute)
def choose_route(context: Context, decision: ChooseRoute) -> Effect:
    """Keep the route chosen, if the works can go it, and have the works tendered again."""
    case = context.case
    before = _chosen_before(context)
    _check_changes(context, decision, before)
    _check_possible(context, decision)
    case.set(route=decision.route or "")
    words = route_words(decision.route, decision.package) if decision.route else "as the rule says"
    again = _tender_again(context, decision, words)
    notice = f"The works are {'tendered again' if again else 'to be priced'}, {words}."
    return Effect(to=None, facts={"before": before}, notice=notice)


def _chosen_before(context: Context) -> dict[str, str]:
    """Return the route and package chosen until now; empty words where the rule chose."""
    case = context.case.row
    if not case.route:
        return {"route": "", "package": ""}
    package = newest_choice(context.conn, case_id=case.id).facts["package"]
    return {"route": case.route, "package": package}


def _check_changes(context: Context, decision: ChooseRoute, before: dict[str, str]) -> None:
    """Refuse a choice that changes nothing."""
    reference = context.case.reference
    if decision.route is None:
        problem = "" if before["route"] else f"{reference} goes by the rule already."
    else:
        award = newest_award(context.conn, case_id=context.case.id)
        held = [(before["route"], before["package"])]
        held += [(award.route, award.package or "")] if award else []
        words = route_words(decision.route, decision.package)
        same = (decision.route, decision.package) in held
        problem = f"{reference} is priced {words} already." if same else ""
    if problem:
        raise InvalidDecisionError(problem, next_step="Nothing was changed.")


def _check_possible(context: Context, decision: ChooseRoute) -> None:
    """Refuse a route that the works cannot go, with everything that stands in the way."""
    if decision.route is None or decision.route is Route.QUOTES:
        return
    case = context.case.row
    facts = route_facts(context.conn, case=case, on=context.today)
    problems = problems_with(
        context.conn, facts=facts, route=decision.route, package=decision.package
    )
    if not facts.lines:
        problems = (f"Case {case.reference} has no works lines.", *problems)
    if problems:
        raise InvalidDecisionError(
            f"{case.reference} cannot be priced "
            f"{route_words(decision.route, decision.package)}. {' '.join(problems)}",
            next_step="Nothing was changed.",
        )


def _tender_again(context: Context, decision: ChooseRoute, words: str) -> bool:
    """Have the works tendered anew if the tender has begun; whoever was invited to quote is told.

    Where the rule is to choose again, the tender itself finds whether the quotes still stand.

    Returns:
        Whether it had begun.
    """
    case = context.case
    step = case.steps.get(StepName.TENDER)
    if step is None:
        return False
    if decision.route not in (None, Route.QUOTES):
        competitions.cancel(case, reason=f"an officer chose that the works are priced {words}")
    if step.outcome or step.status is StepStatus.DONE:
        case.reopen(StepName.TENDER, reason=f"an officer chose another route: {words}")
    elif step.status is StepStatus.WAITING:
        case.move(StepName.TENDER, StepStatus.READY)
        until = case.calendar.add(context.today, case.days(StepName.TENDER))
        case.date_step(StepName.TENDER, until=until, why=f"tendered again, {words}", sooner=True)
    return True
