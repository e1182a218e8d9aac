"""The tasks of batches: each a name in Prefect and one call."""

from services.batches import propose
from tasks.unit import service_task

propose_batch = service_task("work out the batch award")(propose.propose_batch)
