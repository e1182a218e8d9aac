"""What is next on a case, who holds it, and what somebody may decide now, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.clocks.dates import london_date
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from services.decisions.may import May, may_on
from services.reports.case_page.clocks import ClockShown
from services.reports.case_page.file import CaseFile
from services.reports.case_page.starts import DECIDED, starts_section

_ENDED = {
    CaseStatus.CLOSED: "This case is closed.",
    CaseStatus.WITHDRAWN: "This case was withdrawn.",
    CaseStatus.DIED: "This case has ended: the disabled person has died.",
    CaseStatus.MOVED: "This case has ended: the disabled person has moved.",
    CaseStatus.REFUSED: "The grant was refused.",
    CaseStatus.ALTERNATIVE_FOUND: "This case has ended: another way was found.",
}


@dataclass(frozen=True, slots=True)
class Next:
    """An open step: what it waits for and in whose hands it is.

    Args:
        owner: Who holds it, as the step says: ``technical officer``.
        words: What it waits for; of a step that Handrail works on, what keeps it.
        since: The day it came to them.
        days: Calendar days since then.
        clocks: Its running clocks, with their arithmetic.
    """

    step: StepName
    title: str
    owner: str
    words: str
    trouble: str
    ready: bool
    since: date
    days: int
    clocks: tuple[ClockShown, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of decision somebody may take now, or may not.

    Args:
        title: Its name as a button has it: ``Hold certificate``.
        help: What it is, in a sentence.
        reason: Why it may not be taken; empty where it may.
    """

    kind: str
    title: str
    help: str
    reason: str


def next_section(file: CaseFile, clocks: Sequence[ClockShown]) -> dict[str, Any]:
    """Return what stands at the top of the page."""
    every = may_on(file.hand, actor=file.viewer)
    may = [one for one in every if one.kind.command and one.kind.kind not in DECIDED]
    open_steps = [name for name in PATHWAY if _is_open(file, name)]
    late = [one for one in clocks if one.late and not one.step[0]]
    return {
        "ended": "" if file.hand.status is CaseStatus.OPEN else _ended(file),
        "ended_reason": file.case.ended_reason or "",
        "open": [_next(file, name, clocks) for name in open_steps],
        "late": late,
        "may": [_choice(one) for one in may if one.allowed and one.kind.step in open_steps],
        "may_besides": [
            _choice(one) for one in may if one.allowed and one.kind.step not in open_steps
        ],
        "starts": starts_section(file, every),
        "may_not": [_choice(one) for one in may if _worth_saying(one, file, open_steps)],
    }


def pathway_section(file: CaseFile) -> list[dict[str, Any]]:
    """Return every step as it stands: its state, who holds it, since when, until when."""
    shown = []
    for name, step in PATHWAY.items():
        row = file.hand.steps.get(name)
        shown.append(
            {
                "title": step.title,
                "sections": step.sections,
                "status": row.status.value if row else StepStatus.NOT_STARTED.value,
                "owner": row.owner if row and row.closed_at is None else "",
                "since": row.opened_at if row else None,
                "again": row.revision - 1 if row else 0,
                "due_on": row.due_on if row and row.closed_at is None else None,
                "late": bool(
                    row and row.closed_at is None and row.due_on and row.due_on < file.today
                ),
                "closed_at": row.closed_at if row else None,
                "outcome": row.outcome if row else "",
            }
        )
    return shown


def _is_open(file: CaseFile, name: StepName) -> bool:
    row = file.hand.steps.get(name)
    return row is not None and row.closed_at is None


def _ended(file: CaseFile) -> str:
    if file.hand.status is CaseStatus.PAID:
        return "The contractor is paid, and the defects period runs."
    return _ENDED[file.hand.status]


def _next(file: CaseFile, name: StepName, clocks: Sequence[ClockShown]) -> Next:
    row = file.hand.steps[name]
    since = london_date(row.held_since)
    mine = (name.value, row.revision)
    return Next(
        step=name,
        title=PATHWAY[name].title,
        owner=row.owner,
        words=row.waiting_for or PATHWAY[name].moves_on,
        trouble=row.trouble,
        ready=row.status is StepStatus.READY,
        since=since,
        days=max(0, (file.today - since).days),
        clocks=tuple(one for one in clocks if one.step == mine and one.stopped_on is None),
    )


def _worth_saying(one: May, file: CaseFile, open_steps: Sequence[StepName]) -> bool:
    """Say whether somebody may wonder why they may not: it is of their role and of an open step."""
    if one.allowed or file.viewer.role not in one.kind.roles or one.kind.corrects is not None:
        return False
    return one.kind.step is None or one.kind.step in open_steps


def _choice(one: May) -> Choice:
    kind = one.kind
    return Choice(
        kind=kind.kind,
        title=kind.kind.replace("-", " ").capitalize(),
        help=(kind.__doc__ or "").partition("\n")[0],
        reason=one.reason,
    )
