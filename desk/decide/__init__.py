"""`handrail decide REF STEP …`: one command a step, with the particulars its gate needs."""

from desk.decide import before_order, clocks, from_offer, funding, routing, tendering
from desk.decide.recording import app

__all__ = ["app", "before_order", "clocks", "from_offer", "funding", "routing", "tendering"]
