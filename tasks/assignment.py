"""The tasks of assignment: each linked to its run."""

from services.assignment import offers
from tasks.unit import of_run

offer_works = of_run(offers.offer_works)
lapse_offer = of_run(offers.lapse_offer)
offers_to_lapse = of_run(offers.offers_to_lapse)
