"""The tasks of pricing: each linked to its run."""

from services.pricing import estimates, reprice
from tasks.unit import of_run

price_case = of_run(estimates.price_case)
cases_to_reprice = of_run(reprice.cases_to_reprice)
reprice_case = of_run(reprice.reprice_case)
finish_repricing = of_run(reprice.finish_repricing)
