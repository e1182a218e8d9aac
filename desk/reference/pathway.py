"""The pathway's page: every step with its gate, the same as a diagram, and what a status may do."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from desk.reference.layers import arrows
from desk.reference.markdown import code, fence, page, table
from rules.pathway import EXITS, OVER, PATHWAY, TRANSITIONS, CaseStatus, Step, StepName, StepStatus

_MEANS: Final[Mapping[StepStatus, str]] = MappingProxyType(
    {
        StepStatus.NOT_STARTED: "a step before it is not over; it has no row yet",
        StepStatus.READY: "automatic work is left to do",
        StepStatus.WAITING: "somebody's decision or answer is awaited",
        StepStatus.DONE: "over; steps behind it may open",
        StepStatus.NOT_NEEDED: "over, because this case does not need it",
        StepStatus.ENDED: "the case left the pathway while the step was open",
    }
)

_CASES: Final[Mapping[CaseStatus, str]] = MappingProxyType(
    {
        CaseStatus.OPEN: "on its way",
        CaseStatus.PAID: "the contractor is paid; the defects period runs",
        CaseStatus.CLOSED: "nothing is outstanding",
    }
)


def pathway_page() -> str:
    """Return ``pathway.md``."""
    return page(
        "The pathway",
        "Every step of a case: what must be over before it opens, who is waited for, which "
        "sections of the Housing Grants, Construction and Regeneration Act 1996 bear on it, and "
        "when the case moves on. Steps whose prerequisites are over are open side by side. The "
        "table is `rules/pathway.py`.",
        "![The pathway of a case, from specification to aftercare](pathway.svg)",
        "## Steps",
        table(
            ("Step", "Opens once", "Done by", "Waits for", "Gate", "Moves on when"),
            (_step(step) for step in PATHWAY.values()),
        ),
        "A step *done by* `flow` is worked on by Handrail as soon as it opens; at its gate it "
        "waits for people like any other.",
        "## Days, law and run states",
        table(
            ("Step", "Working days", "Sections", "A run that stops here ends as"),
            (_clock(step) for step in PATHWAY.values()),
        ),
        "The working days are common practice and **not verified** against any guidance; "
        "targets of your own replace them. [The clocks](clocks.md) has every clock that runs "
        "beside these, and the limits of the Act.",
        "## The same as a diagram",
        "An arrow that others imply is left out.",
        fence("mermaid", _flowchart()),
        "## Status of a step",
        table(
            ("Status", "Means", "May become"),
            (
                (code(status), _MEANS[status], ", ".join(code(to) for to in _next(status)))
                for status in StepStatus
            ),
        ),
        fence("mermaid", _states()),
        "A step that is over may be opened again, as its next revision; its earlier decisions "
        "stay on record.",
        "## Status of a case",
        table(
            ("Status", "Means"),
            (
                (code(status), _CASES.get(status, "left the pathway, with its stage and reason"))
                for status in CaseStatus
            ),
        ),
        f"Ways out are {', '.join(code(status) for status in EXITS)}. They are open from any step "
        "until the works begin on site.",
    )


def _step(step: Step) -> tuple[str, ...]:
    return (
        f"{code(step.name)}<br>{step.title}",
        ", ".join(code(name) for name in step.requires) or "the case is opened",
        step.done_by,
        step.owner,
        step.gate or "none",
        step.moves_on,
    )


def _clock(step: Step) -> tuple[str, ...]:
    days = str(step.target_days) if step.target_days else "none"
    return code(step.name), days, ", ".join(step.sections), code(step.waiting_state)


def _flowchart() -> Iterator[str]:
    yield "flowchart TD"
    for name, step in PATHWAY.items():
        yield f'    {_id(name)}["{step.title}<br/>{step.gate or step.moves_on}"]'
    for start, end in arrows():
        yield f"    {_id(start)} --> {_id(end)}"


def _id(name: StepName) -> str:
    return name.replace("-", "_")


def _next(status: StepStatus) -> list[StepStatus]:
    return [to for to in StepStatus if to in TRANSITIONS[status]]


def _states() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {StepStatus.NOT_STARTED}"
    for status in StepStatus:
        for to in _next(status):
            again = " : opened again" if status in OVER else ""
            yield f"    {status} --> {to}{again}"
    for status in StepStatus:
        if status in OVER or not TRANSITIONS[status]:
            yield f"    {status} --> [*]"
