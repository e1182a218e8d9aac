"""The tasks of assignment: each a name in Prefect and one call."""

from services.assignment import offers
from tasks.unit import service_task, step_task

offer_works = step_task("offer the works")(offers.offer_works)
lapse_offer = step_task("lapse an offer nobody answered")(offers.lapse_offer)
offers_to_lapse = service_task("find offers nobody answered")(offers.offers_to_lapse)
