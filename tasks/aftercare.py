"""The tasks of aftercare: each linked to its run."""

from services.aftercare import follow_up as _aftercare
from tasks.unit import of_run

follow_up = of_run(_aftercare.follow_up)
look_at = of_run(_aftercare.look_at)
cases_to_look_at = _aftercare.cases_to_look_at
