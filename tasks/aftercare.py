"""The tasks of aftercare: each linked to its run."""

from services.aftercare import follow_up as _follow_up
from tasks.unit import of_run

follow_up = of_run(_follow_up.follow_up)
