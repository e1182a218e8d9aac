"""The question for a clock of an open step, which what is missing is made of."""

from typing import Any, Final

from sqlalchemy import Date, Select, cast, literal, null, select

from models.tables.cases import CaseStep
from rules.pathway import StepName

NO_DATE: Final = cast(null(), Date)
NO_SUBJECT: Final = literal("")


def of_open_step(step: StepName, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Return the question for a clock of an open step: since when, to which date, of what."""
    query = select(CaseStep.case_id, CaseStep.step, *columns).select_from(CaseStep)
    return query.where(CaseStep.step == step, CaseStep.current, CaseStep.closed_at.is_(None))
