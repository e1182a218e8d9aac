"""The s.2(2)(b) direction that one price is enough, with or without a mini-competition."""

from models.base import AnyRow
from models.case_queries import award_in_force
from rules.decisions import BaseDecision, Facts, Option, decided, known
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from rules.tenders.routes import Route
from services.cases import Context, Effect, applies
from services.competitions.competition import check_direct_one, direct_one
from services.tenders.awards import change_award


@decided(
    "direct",
    at=StepName.TENDER,
    by=OFFICERS,
    command="tender",
    flag=Option("--direct", "Direct under s.2(2)(b) that one price will do."),
    plan="A direction is discretionary.",
)
class Direct(BaseDecision):
    """The s.2(2)(b) direction that one price is enough in this particular case."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        whose = known(": that of {}", facts["contractor"])
        return (
            f"Directed under s.2(2)(b), in this particular case, that one price is enough{whose}."
        )


def check_direct(context: Context) -> tuple[AnyRow, AnyRow | None]:
    """Return the award to direct on, with the competition where it goes to quotes."""
    award_row = award_in_force(context.conn, case_id=context.case.id)
    quotes = award_row.route == Route.QUOTES
    return award_row, check_direct_one(context) if quotes else None


@applies(Direct, check=check_direct)
def direct(context: Context, _: Direct, found: tuple[AnyRow, AnyRow | None]) -> Effect:
    """Record the s.2(2)(b) direction on the award; without quotes it closes the gate."""
    award_row, competition = found
    if competition is not None:
        return direct_one(context, competition)
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that one price is enough: {context.reason}"
    )
    change_award(context.conn, award_id=award_row.id, direction=words)
    facts = {"contractor": award_row.contractor}
    return Effect(to=StepStatus.READY, closes=True, outcome="directed", facts=facts)
