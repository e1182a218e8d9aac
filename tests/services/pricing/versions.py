"""The schedule's next version, as an authority brings one in while cases are under way."""

from __future__ import annotations

from adapters import clock
from models.database import writing
from services.imports import ScheduleOptions, run_import
from tests.services.imports.importing import ALL_MEANT, sheet
from tests.small_service import MIA


def new_version(url: str, text: str) -> None:
    """Import a schedule as the next version of the small service's, in force from today."""
    with writing(url) as conn:
        run_import(
            conn,
            kind="schedule",
            sheet=sheet(text, file="schedule.csv"),
            now=clock.now(),
            actor=MIA,
            schedule=ScheduleOptions("BASE", clock.today()),
            said=ALL_MEANT,
            dry_run=False,
        )
