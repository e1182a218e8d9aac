"""What the decisions in a mini-competition share: the competition, and what is waited for next."""

from models.base import AnyRow
from models.case_queries import award_in_force
from rules.competitions.competition import is_over
from rules.errors import InvalidDecisionError
from rules.tenders.routes import Route, route_words
from services.cases import Context, Effect
from services.competitions.competitions import competition_of
from services.competitions.waiting import wait_for_next


def competition_on(context: Context) -> AnyRow:
    """Return the competition under way on the case, as it is now.

    Raises:
        InvalidDecisionError: The case does not go to quotes.
    """
    made = award_in_force(context.conn, case_id=context.case.id)
    found = competition_of(context.conn, case_id=context.case.id)
    if made.route != Route.QUOTES or found is None or found.status == "cancelled":
        raise InvalidDecisionError(
            f"{context.case.reference} is priced {route_words(made.route, made.package)}, "
            "without quotes.",
            next_step="Record the s.2(2)(b) direction instead.",
        )
    return found


def is_closed(context: Context, competition: AnyRow) -> bool:
    """Say whether quotes are no longer taken: the deadline has come, or they are opened."""
    over = is_over(deadline=competition.deadline, now=context.now)
    return over or competition.status != "open"


def wait_on(
    context: Context, competition: AnyRow, *, facts: dict[str, object] | None = None
) -> Effect:
    """Leave the tender waiting for what is next, and return the effect.

    Args:
        competition: The competition as it is now.
        facts: Particulars for the record.
    """
    wait_for_next(context.case, competition)
    return Effect(to=None, facts=dict(facts or {}))
