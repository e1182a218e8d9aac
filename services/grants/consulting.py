"""The social services authority is consulted, where the housing authority is not itself it."""

from datetime import date
from enum import StrEnum

from models.case_queries import decided_on
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts
from rules.errors import InvalidDecisionError, StatuteError
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.grants.terms import consulted_on_works


class View(StrEnum):
    """What the social services authority said of the works."""

    NECESSARY_AND_APPROPRIATE = "necessary_and_appropriate"
    NOT_NECESSARY_OR_APPROPRIATE = "not_necessary_or_appropriate"


@decided("consult", at=None, by=OFFICERS | {Role.ASSESSOR}, before_approval=True)
class Consult(BaseDecision):
    """The social services authority was consulted on whether the works are needed (s.24(3))."""

    consulted_on: date = particular("When it was consulted.", label="Consulted on")
    view: View = particular(
        "What it said of the works.",
        choices={one.value: one for one in View},
        label="What they said",
        hint="Whether the works are necessary and appropriate. The decision stays the authority’s.",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say when it was consulted, and what it said."""
        day = facts.day("consulted_on")
        return f"Social services were consulted on {day}: {facts.words('view')}."


@applies(Consult)
def consult(context: Context, decision: Consult) -> Effect:
    """Record what social services said; the newest is what the decision rests on."""
    if decision.consulted_on > context.today:
        raise InvalidDecisionError(
            f"{in_words(decision.consulted_on)} is still to come.",
            next_step="Give the day on which they were consulted.",
        )
    return Effect(to=None)


def not_consulted(case: CaseInHand) -> StatuteError | None:
    """Return that the social services authority was not consulted, where it has to be."""
    on = london_date(case.now)
    whom = consulted_on_works(case.conn, authority=case.row.authority, on=on)
    made = {one.kind for one in decided_on(case.conn, case_id=case.id)}
    if not whom or Consult.kind in made:
        return None
    return StatuteError(
        f"{whom} was not consulted on {case.reference}.",
        why="A housing authority that is not itself the social services authority consults it "
        "on whether the works are necessary and appropriate.",
        section="s.24(3)",
        next_step=f"Consult them, and record it: `handrail decide {case.reference} consult`.",
    )
