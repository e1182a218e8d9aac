"""Cases: the case in hand, what a decision on it does, and whom it tells."""

from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell, working_days_on, works_dates
from services.cases.unit import at_step, look_at, seeing

__all__ = [
    "CaseInHand",
    "Context",
    "Effect",
    "applies",
    "at_step",
    "look_at",
    "seeing",
    "tell",
    "working_days_on",
    "works_dates",
]
