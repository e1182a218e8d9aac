"""The tasks of documents: each linked to its run."""

from services.documents import delivery
from tasks.unit import of_run

any_due = of_run(delivery.any_due)
deliver_for_case = of_run(delivery.deliver_for_case)
deliver_due = of_run(delivery.deliver_due)
