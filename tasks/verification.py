"""The tasks of verification: each linked to its run."""

from services.verification import seal
from tasks.unit import of_run

seal_daily = of_run(seal.seal_daily)
