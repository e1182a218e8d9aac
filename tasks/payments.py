"""The tasks of payments: each linked to its run."""

from services.payments import match, remit
from tasks.unit import of_run

match_payment = of_run(match.match_payment)
remit_left = of_run(remit.remit_left)
