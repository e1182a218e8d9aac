"""Pricing a case from the schedule of rates.

Triggered by: advance-case, or an officer from Prefect's UI or CLI.
Needs: works lines of a specified case, and a schedule of rates in force.
Leaves behind: an estimate frozen line by line, and the step waiting for the officer's confirmation.
"""

from flows.endings import case_flow
from rules.pathway import StepName
from tasks.pricing import price_case


def price(case_ref: str) -> None:
    """Price the works of a case from the schedule of rates, line by line, with VAT."""
    price_case(case_ref)


price_works = case_flow("price-works", StepName.PRICE, price)
