"""When an open step is due: the earliest date of its running clocks, written from their rows."""

from typing import Final

from sqlalchemy import bindparam, func, select, update

from models.tables.cases import CaseStep
from models.tables.clocks import Clock

EARLIEST: Final = (
    select(func.min(Clock.due_on))
    .where(
        Clock.case_id == CaseStep.case_id,
        Clock.step == CaseStep.step,
        Clock.step_revision == CaseStep.revision,
        Clock.stopped_on.is_(None),
    )
    .correlate(CaseStep)
    .scalar_subquery()
)
"""The earliest due date of the running clocks of an opening of a step; none while paused."""

STEP_DUE: Final = (
    update(CaseStep)
    .where(
        CaseStep.case_id == bindparam("of_case"),
        CaseStep.step == bindparam("of_step"),
        CaseStep.revision == bindparam("of_revision"),
        CaseStep.closed_at.is_(None),
    )
    .values(due_on=EARLIEST)
)
"""Writes that on the opening: ``of_case``, ``of_step``, ``of_revision``."""
