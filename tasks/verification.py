"""The tasks of verification: each linked to its run."""

from services.verification import daily
from tasks.unit import of_run

seal_daily = of_run(daily.seal_daily)
