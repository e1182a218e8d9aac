"""What else was looked at where a landlord does not consent: another design, money, or a move."""

from enum import StrEnum

from models.base import AnyRow
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.decisions.particulars import unwritable
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.consents.decide import check_asked

LONGEST = 1_000


class Alternative(StrEnum):
    """What may meet the need without the landlord's consent to these works."""

    OTHER_DESIGN = "other_design"
    OTHER_FUNDING = "other_funding"
    MOVE = "move"


class Found(StrEnum):
    """What came of looking at it."""

    TAKEN = "taken"
    NOT_POSSIBLE = "not_possible"
    NOT_WANTED = "not_wanted"
    OPEN = "open"


@decided("alternative", at=StepName.CONSENT, by=OFFICERS | {Role.ASSESSOR})
class ConsiderAlternative(BaseDecision):
    """Another way to meet the need was looked at: another design, other funding, or a move.

    One that is taken is then carried out by its own decision: specify anew, or leave the pathway.
    """

    what: Alternative = particular(
        "What: other_design (needs no consent), other_funding or move.", "--what", label="What"
    )
    found: Found = particular(
        "What came of it: taken, not_possible, not_wanted or open.",
        "--found",
        label="What came of it",
    )
    why: str = particular("Why, without anything of the client’s health.", long=True)

    def problems(self) -> tuple[str, ...]:
        """Return what says nothing, or too much."""
        found = list(unwritable(self.why))
        if not self.why.strip() or len(self.why) > LONGEST:
            found.append(f"Say why, in {LONGEST:,} characters at most.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was looked at, and what came of it."""
        why = known(" ({})", facts.words("why").rstrip("."))
        return f"An alternative, {facts.words('what')}: {facts.words('found')}{why}."


@applies(ConsiderAlternative, check=check_asked)
def consider(context: Context, decision: ConsiderAlternative, asked: AnyRow) -> Effect:
    """Keep it on record; the step waits as it did, and says what is to be done next."""
    del context, asked
    todo = {
        Alternative.OTHER_DESIGN: "Specify the works anew: the consent is looked at again by them.",
        Alternative.OTHER_FUNDING: "Record who pays, or end the case where no grant is wanted.",
        Alternative.MOVE: "End the case once the move is certain.",
    }
    taken = decision.found is Found.TAKEN
    return Effect(to=None, notice=todo[decision.what] if taken else "")
