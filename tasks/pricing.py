"""The tasks of pricing: each a name in Prefect and one call."""

from services.pricing import estimates, reprice
from tasks.unit import service_task, step_task

price_case = step_task("price the works")(estimates.price_case)
cases_to_reprice = service_task("find the cases to price again")(reprice.cases_to_reprice)
reprice_case = step_task("price the case again")(reprice.reprice_case)
finish_repricing = service_task("end the repricing")(reprice.finish_repricing)
