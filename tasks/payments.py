"""The tasks of payments: each linked to its run."""

from services.payments import aftercare, match, remit
from tasks.unit import of_run

follow_up = of_run(aftercare.follow_up)
match_payment = of_run(match.match_payment)
remit_left = of_run(remit.remit_left)
