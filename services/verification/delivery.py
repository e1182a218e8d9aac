"""Who delivers: what ended has nothing open, nobody follows themselves, each case has its team."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, literal, select

from models.succession_queries import EVERY, as_rule
from models.tables.cases import Case
from models.tables.delivery import Arrangement, CarriedPlan, Succession
from models.tables.funding import Budget
from rules.delivery.succession import in_circle
from rules.grants.budgets import year_words
from rules.money import pounds
from rules.pathway import LIVE
from services.delivery.figures import budget_totals
from services.verification.checks import PLACE, Check, Finding, Severity, broken

_ENDED: Final = CarriedPlan.ended_at.is_not(None)

SUCCESSIONS: Final = (
    Check(
        select(PLACE, Case.authority, Arrangement.team, Arrangement.authority.label("other"))
        .join(Arrangement, Arrangement.id == Case.arrangement)
        .where(Case.status.in_(LIVE), Arrangement.authority != Case.authority),
        "It is a case of {authority}, and worked by {team} as one of {other}.",
    ),
    Check(
        select(PLACE, Case.authority, Arrangement.plan)
        .join(Arrangement, Arrangement.authority == Case.authority)
        .join(CarriedPlan, CarriedPlan.plan == Arrangement.plan)
        .where(Case.status.in_(LIVE), Case.arrangement.is_(None), _ENDED)
        .distinct(),
        "No team works it, and plan {plan} arranges the work of {authority}: `handrail delivery "
        "carry-out {plan}` gives it to one.",
    ),
    Check(
        select(PLACE, Case.authority, Succession.plan)
        .join(Succession, Succession.predecessor == Case.authority)
        .join(CarriedPlan, CarriedPlan.plan == Succession.plan)
        .where(Case.status.in_(LIVE), _ENDED)
        .distinct(),
        "It is open, and {authority} ended with plan {plan}: `handrail delivery carry-out {plan}` "
        "takes it along.",
    ),
    Check(
        select(
            literal("budget of ").concat(Budget.authority).label("place"),
            Budget.year,
            (Budget.amount_pence - Budget.committed_pence).label("left_pence"),
            Succession.plan,
        )
        .join(Succession, Succession.predecessor == Budget.authority)
        .join(CarriedPlan, CarriedPlan.plan == Succession.plan)
        .where(Budget.amount_pence > Budget.committed_pence, _ENDED)
        .distinct(),
        "{left_pence} is left in {year}, and the authority ended with plan {plan}: `handrail "
        "delivery carry-out {plan}` hands it on.",
    ),
)
"""What a plan that was carried out leaves behind: nothing that is open."""

_CARRIED: Final = select(*CarriedPlan.__table__.c).where(_ENDED).order_by(CarriedPlan.plan)


def findings(conn: Connection) -> Iterator[Finding]:
    """Yield councils that follow themselves, and plans that changed what budgets come to."""
    for name in sorted(in_circle(as_rule(row) for row in conn.execute(EVERY))):
        yield broken(f"authority {name}", "It would come to follow itself.")
    for row in conn.execute(_CARRIED):
        was, now = budget_totals(row.before), budget_totals(row.after)
        for year in sorted({*was, *now}):
            before, after = was.get(year, 0), now.get(year, 0)
            if before != after:
                yield Finding(
                    Severity.WARNING,
                    f"plan {row.plan}",
                    f"The budgets of {year_words(year)} came to {pounds(before)} as it began and "
                    f"to {pounds(after)} as it ended: somebody changed them meanwhile.",
                )
