"""The tasks of payments: each a name in Prefect and one call."""

from services.payments import aftercare, match
from tasks.unit import step_task

follow_up = step_task("begin aftercare")(aftercare.follow_up)
match_payment = step_task("match the invoice")(match.match_payment)
