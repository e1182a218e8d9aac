"""Decisions about who does the works: the direction, and a contractor's answer to its offer."""

from typing import Final

from sqlalchemy import bindparam, update

from models.case_queries import award_in_force
from models.tables.prices import Award
from rules.decisions import Direct
from rules.pathway import StepStatus
from rules.tenders.routes import Route
from services.cases.effect import Context, Effect
from services.competitions.competition import direct_one

_AWARD: Final = update(Award).where(Award.id == bindparam("row_id"))


def direct(context: Context, decision: Direct) -> Effect:
    """Record the s.2(2)(b) direction on the award; without quotes it closes the gate."""
    award_row = award_in_force(context.conn, case_id=context.case.id)
    if award_row.route == Route.QUOTES:
        return direct_one(context, decision)
    words = (
        f"Directed by {context.actor.name} on {context.today:%-d %B %Y}, in this particular case, "
        f"that one price is enough: {context.reason}"
    )
    context.conn.execute(_AWARD, {"row_id": award_row.id, "direction": words})
    return Effect(to=StepStatus.READY, closes=True, outcome="directed")
