"""Whether what was recorded may be corrected, by what is declared of the correction."""

from models.base import AnyRow
from models.case_queries import decided_on
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision
from rules.errors import StepNotOpenError
from services.cases import Context


def check_correctable(context: Context, kind: type[BaseDecision]) -> None:
    """Refuse a correction where nothing was recorded, or where something rests on what was.

    A decision of an opening that is no longer in force, such as a sign-off opened again, has
    nothing to say.

    Raises:
        StepNotOpenError: It says what has to be done, or done anew.
    """
    if kind.corrects is None:
        return
    case, corrected = context.case, kind.corrects.kind
    made = {row.kind: row for row in decided_on(context.conn, case_id=case.id)}
    if corrected not in made:
        raise StepNotOpenError(
            f"No “{corrected}” is recorded on {case.reference}.",
            next_step="There is nothing to correct.",
        )
    for rested, anew in kind.rests.items():
        if rested in made and _in_force(context, made[rested]):
            row = made[rested]
            raise StepNotOpenError(
                f"“{corrected}” of {case.reference} can no longer be corrected.",
                why=f"{row.actor} recorded “{rested}” on {london_date(row.decided_at):%-d %B %Y}, "
                "which rests on it.",
                next_step=anew,
            )


def _in_force(context: Context, row: AnyRow) -> bool:
    step = context.case.steps.get(row.step)
    return step is not None and step.revision == row.step_revision
