"""How a run over a case begins and ends: its one parameter, and the named state it ends in."""

from collections.abc import Callable
from inspect import getdoc, getfile
from typing import Annotated, Any, Final, ParamSpec, TypeAlias
from uuid import UUID

from prefect import Flow
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.utilities.hashing import file_hash
from pydantic import Field

from rules.errors import HandrailError, UnknownReferenceError
from rules.imports.words import CASE_REFERENCE
from rules.pathway import StepName
from rules.runs import ATTENTION
from services.cases.advance import Standing
from tasks.cases import ask_to_carry_on, carry, open_steps, report_trouble
from tasks.documents import deliver_for_case
from tasks.lease import leased

P = ParamSpec("P")

_ASKED: Final = "The case reference, as printed on every letter, such as DFG-2026-0042."

CaseRef: TypeAlias = Annotated[
    str, Field(pattern=f"^{CASE_REFERENCE}$", description=_ASKED, examples=["DFG-2026-0042"])
]
"""A case reference, as an officer types it in Prefect's form; anything else is refused there."""


def ours(
    name: str, *, flow_run_name: str | Callable[[], str], file: str = ""
) -> Callable[[Callable[P, State[Any]]], Flow[P, State[Any]]]:
    """Return the decorator of a flow of ours: its run is leased to the process it runs in.

    Its version in Prefect follows the file of the function, or another that is given.
    """

    def decorate(function: Callable[P, State[Any]]) -> Flow[P, State[Any]]:
        return Flow(
            leased(function),
            name=name,
            version=file_hash(file or getfile(function)),
            flow_run_name=flow_run_name,
            persist_result=False,
        )

    return decorate


def case_flow(
    name: str, step: StepName, procedure: Callable[[str], None]
) -> Flow[[str], State[Any]]:
    """Return the flow by which an officer runs one procedure on its own, for one case.

    Its runs are named ``DFG-2026-0042 · price``. In Prefect the procedure's docstring describes
    it, and its version follows the procedure's file.
    """

    def run(case_ref: CaseRef) -> State[Any]:
        standing = carry(case_ref, one_step)
        deliver_for_case(case_ref)
        return named_end(standing)

    def one_step(case_ref: str) -> Standing:
        carry_out(step, procedure, case_ref)
        standing = open_steps(case_ref)
        if standing.ready and not standing.trouble:
            ask_to_carry_on(case_ref)
        return standing

    run.__name__ = run.__qualname__ = name.replace("-", "_")
    run.__module__ = procedure.__module__
    run.__doc__ = f"{getdoc(procedure)}\n\nArgs:\n    case_ref: {_ASKED}"
    run_name = f"{{case_ref}} · {step.replace('_', '-')}"
    return ours(name, flow_run_name=run_name, file=getfile(procedure))(run)


def named_end(standing: Standing) -> State[Any]:
    """Return the state that says what the case waits for, who by and when."""
    return ended(standing.state_name, standing.message)


def ended(name: str, message: str) -> State[Any]:
    """Return the state that a run ends in: a failed one where somebody has to look at what it left.

    Args:
        name: ``NeedsAttention`` where it left cases in trouble; what was done is done all the same.
    """
    kind = Failed if name == ATTENTION else Completed
    return kind(name=name, message=message)


def shown_progress(key: str, description: str, *, of: int) -> Callable[[int], object]:
    """Show on the run how far it is; call what is returned with how many of all are done."""
    shown = create_progress_artifact(progress=0.0, key=key, description=description)
    assert isinstance(shown, UUID)  # noqa: S101 - in a sync flow Prefect gives the id itself
    return lambda done: update_progress_artifact(shown, progress=100.0 * done / of)


def carry_out(step: StepName, procedure: Callable[[str], None], case_ref: str) -> None:
    """Carry out one procedure; what stands in its way is written on the step, for people to see.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    try:
        procedure(case_ref)
    except UnknownReferenceError:
        raise
    except HandrailError as error:
        report_trouble(case_ref, step, error.text())
