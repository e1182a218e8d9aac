"""The tasks of people: each linked to its run."""

from services.people import old
from tasks.unit import of_run

forget_old_sessions = of_run(old.forget_old_sessions)
