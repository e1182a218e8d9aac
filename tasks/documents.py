"""The tasks of documents: each linked to its run."""

from services.documents import delivery, left_files
from tasks.unit import of_run

any_due = of_run(delivery.any_due)
deliver_for_case = of_run(delivery.deliver_for_case)
deliver_due = of_run(delivery.deliver_due)
withdraw_left_files = of_run(left_files.withdraw_left_files)
