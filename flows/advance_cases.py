"""Advancing many cases in one run: after an import, or when a backlog is worked off.

Triggered by: an import of cases, or several decisions that wait, through the outbox; an officer
from Prefect's UI or CLI.
Needs: open cases with automatic work left.
Leaves behind: each of them waiting at its next gates; of cases that were named, each linked to the
run; a progress artifact on a long run.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from pydantic import Field

from flows.advance_case import advance
from flows.endings import CaseRef, ended, ours, shown_progress
from rules.errors import HandrailError
from rules.imports.words import AUTHORITY_CODE
from rules.runs import ATTENTION
from rules.sentences import several
from tasks.cases import cases_to_advance, put_back, record_case_carried_on
from tasks.unit import plainly

SHOWN_EVERY = 25
"""Cases between two updates of the progress artifact."""

AuthorityCode = Annotated[
    str, Field(pattern=f"^({AUTHORITY_CODE})?$", description="An authority's code; empty for all.")
]


def _run_name() -> str:
    given = flow_run.parameters
    if named := given.get("case_refs"):
        return f"{several(len(named), 'case')} · advance"
    return f"{given.get('authority') or 'every authority'} · advance open cases"


@ours("advance-cases", flow_run_name=_run_name)
def advance_cases(authority: AuthorityCode = "", case_refs: Sequence[CaseRef] = ()) -> State[Any]:
    """Carry open cases with automatic work left to their next gates.

    Args:
        authority: An authority's code, such as RBC; empty for all.
        case_refs: Only these cases, by their references; empty for all.
    """
    references = case_refs or cases_to_advance(authority)
    one = _named if case_refs else _found
    number = len(references)
    show = None
    if number > SHOWN_EVERY:
        show = shown_progress("advance-cases", f"{several(number, 'case')} to advance", of=number)
    trouble = []
    for count, reference in enumerate(references, start=1):
        if said := one(reference):
            trouble.append(f"{reference}: {said}")
        if show and (count % SHOWN_EVERY == 0 or count == number):
            show(count)
    done = f"{number - len(trouble)} of {several(number, 'case')} advanced."
    return ended(ATTENTION if trouble else "Advanced", " ".join([done, *trouble[:20]]))


def _found(reference: str) -> str:
    """Advance a case; return what stood in the way, if anything did."""
    try:
        with plainly():
            advance(reference)
    except HandrailError as error:
        return error.text()
    return ""


def _named(reference: str) -> str:
    """Advance a case and say so to whoever asked for it; return what stood in the way, if any.

    Whatever that is, its request is put back, to be tried by itself: it holds up no other.
    """
    run_id = str(flow_run.id)
    try:
        with plainly():
            standing = advance(reference)
        record_case_carried_on(
            case_ref=reference,
            flow_run_id=run_id,
            state=standing.state_name,
            message=standing.message,
        )
    except Exception as error:  # noqa: BLE001 - see above
        said = error.text() if isinstance(error, HandrailError) else repr(error)
        put_back(case_ref=reference, flow_run_id=run_id, error=said)
        return said
    return ""
