"""The tasks of personal data: each linked to its run."""

from services.personal import erase, proposals
from tasks.unit import of_run

propose_erasures = of_run(proposals.propose_erasures)
cases_to_erase = of_run(erase.cases_to_erase)
erase_case = of_run(erase.erase_case)
finish_erasing = of_run(erase.finish_erasing)
