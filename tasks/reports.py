"""The task of reports: linked to its run."""

from services.reports import counting
from tasks.unit import of_run

count_what_grew = of_run(counting.count_what_grew)
