"""What the demo's manager does over many cases at once: a batch award, and a repricing."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from adapters import clock
from desk.demonstration.scene import PLAN, Scene
from desk.demonstration.script import STORIES
from desk.imports.commands import SAMPLE_SCHEDULE, bring_in
from rules.pathway import StepName
from rules.pricing.repricing import Selection
from services.batches import batches
from services.decisions.batch_proposals import accept
from services.demonstration.seen import waiting
from services.imports import ScheduleOptions
from services.pricing import repricings
from services.session import AnyRow, Connection, actor_for, reading, writing

MANAGER: Final = "angela.fairbrother@home-adaptations.example"
OFFICER: Final = "marcus.delacroix@home-adaptations.example"
LOT: Final = "LOT1-BATHROOMS"
NEW_RATES_FROM: Final = date(2026, 6, 1)
NEW_INDEX: Final = Decimal("2.5")  # percent
EVERYTHING: Final = Decimal(100)
TOGETHER: Final = {reference for reference, story in STORIES.items() if story.batched}


def waits_for_batch(scene: Scene) -> bool:
    """Say whether a case is kept at its tender for the batch award.

    Args:
        scene: What can be seen.
    """
    if not scene.story.batched:
        return False
    batch = _batch(scene.conn)
    return batch is None or batch.status in {"asked", "proposed"}


def _batch(conn: Connection) -> AnyRow | None:
    return next(iter(batches.batch_awards(conn)), None)


def award_together() -> int | None:
    """Ask for the batch award once all its cases wait for it, and accept it once it is proposed.

    Returns:
        How many decisions were recorded: none when it is asked for; or None for nothing to do.
    """
    with reading() as conn:
        batch = _batch(conn)
        ready = {case.reference for case in waiting(conn, step=StepName.TENDER)} >= TOGETHER
    if batch is None and ready:
        with writing() as conn:
            batches.ask(
                conn,
                lot=LOT,
                actor=actor_for(conn, identity=MANAGER),
                least_percent=Decimal(0),
                most_percent=EVERYTHING,
                now=clock.now(),
            )
        return 0
    if batch is None or batch.status != "proposed":
        return None
    words = "Together they cost less than one by one, and everybody has room."
    with writing() as conn:
        return len(
            accept(conn, batch_id=batch.id, by=OFFICER, reason=words, plan=PLAN, now=clock.now())
        )


def bring_in_new_rates(url: str, *, folder: Path) -> None:
    """Import a new version of the schedule, and have the open cases priced again on it.

    Args:
        folder: Where the sample files are.
    """
    version = ScheduleOptions(
        schedule=SAMPLE_SCHEDULE.schedule, valid_from=NEW_RATES_FROM, index_percent=NEW_INDEX
    )
    bring_in(url, kind="schedule", file=folder / "schedule.csv", by=MANAGER, schedule=version)
    with writing() as conn:
        repricings.ask(
            conn,
            selection=Selection(),
            actor=actor_for(conn, identity=MANAGER),
            reason="The schedule of June 2026: indexation of 2.5 %",
            now=clock.now(),
        )
