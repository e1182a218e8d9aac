"""The tasks of batches: each linked to its run."""

from services.batches import propose
from tasks.unit import of_run

propose_batch = of_run(propose.propose_batch)
