"""A record corrected at the desk: an import of its row, in somebody's name and for their reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from rules.decisions.particulars import check_reason
from rules.errors import HandrailError, ImportProblemsError, InvalidDecisionError, Problem
from rules.people import Actor
from rules.powers import check_may_correct
from services.imports.job import ImportReport, ScheduleOptions
from services.imports.run import run_import
from services.imports.typed import typed


def correct(
    conn: Connection,
    *,
    kind: str,
    records: Sequence[Mapping[str, object]],
    authorities: Sequence[str],
    actor: Actor,
    reason: str,
    now: datetime,
    schedule: ScheduleOptions | None = None,
) -> ImportReport:
    """Bring in records as they were typed, checked exactly as an import of them.

    Args:
        kind: One of ``rules.imports.KINDS``.
        records: Their columns as ``handrail import`` names them; one left out stays as it is.
        authorities: Whose they are, by code; an empty code is every authority's.
        schedule: Which version, for kind ``schedule``.

    Raises:
        ImportProblemsError: Something typed, or the reason, cannot stand; all of it is listed.
        InvalidDecisionError: Nothing would be other than it is.
        NotPermittedError: The role may not, or an authority is not theirs.
    """
    for authority in authorities:
        check_may_correct(actor=actor, kind=kind, authority=authority)
    wrong = _wrong_reason(kind, reason)
    try:
        report = run_import(
            conn,
            kind=kind,
            sheet=typed(kind=kind, records=records),
            now=now,
            actor=actor.identity,
            schedule=schedule,
            dry_run=bool(wrong),
            reason="" if wrong else reason,
        )
    except ImportProblemsError as error:
        raise ImportProblemsError((*error.problems, *wrong), typed=True) from None
    if wrong:
        raise ImportProblemsError(wrong, typed=True)
    if not (report.added or report.changed or report.removed):
        raise InvalidDecisionError(
            "Nothing would be other than it is.", next_step="Change something, or leave it."
        )
    return report


def _wrong_reason(kind: str, reason: str) -> tuple[Problem, ...]:
    try:
        check_reason(reason, what="A correction")
    except HandrailError as error:
        wrong = error.what.removesuffix(".")
        right = "Why, in your own words; it stays on record."
        return (Problem(kind, None, None, "reason", reason[:80], wrong, right),)
    return ()
