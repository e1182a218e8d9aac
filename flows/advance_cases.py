"""Advancing many cases in one run: after an import, or when a backlog is worked off.

Triggered by: an import of cases, through the outbox; an officer from Prefect's UI or CLI.
Needs: open cases with automatic work left.
Leaves behind: each of them waiting at its next gates; a progress artifact on the run.
"""

from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from flows.advance_case import advance
from flows.endings import shown_progress
from rules.errors import HandrailError
from rules.imports.words import AUTHORITY_CODE
from tasks.cases import cases_to_advance
from tasks.unit import plainly

SHOWN_EVERY = 25
"""Cases between two updates of the progress artifact."""

AuthorityCode = Annotated[
    str, Field(pattern=f"^({AUTHORITY_CODE})?$", description="An authority's code; empty for all.")
]


@flow(name="advance-cases", persist_result=False)
def advance_cases(authority: AuthorityCode = "") -> State[Any]:
    """Carry every open case with automatic work left to its next gates.

    Args:
        authority: An authority's code, such as RBC; empty for all.
    """
    references = cases_to_advance(authority)
    number = len(references)
    show = shown_progress("advance-cases", f"{number} cases to advance", of=number)
    trouble = []
    for count, reference in enumerate(references, start=1):
        try:
            with plainly():
                advance(reference)
        except HandrailError as error:
            trouble.append(f"{reference}: {error.text()}")
        if count % SHOWN_EVERY == 0 or count == number:
            show(count)
    done = f"{number - len(trouble)} of {number} cases advanced."
    name = "NeedsAttention" if trouble else "Advanced"
    return Completed(name=name, message=" ".join([done, *trouble[:20]]))
