"""What is next on a case and who holds it; what somebody may decide or start now, or why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rules.clocks.dates import london_date
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from rules.people import MAY_CHANGE_MANY
from rules.runs import MAY_CARRY_ON
from services.decisions.may import May, may_on
from services.pricing.scope import bearing_of
from services.reports.case_page.clocks import ClockShown
from services.reports.case_page.file import CaseFile

DECIDED: Final = {
    "route": (
        "Tender again",
        "By another route to a price, or by the rule again; whoever was invited is told.",
        "tender",
    ),
    "chase": (
        "Chase",
        "Remind the contractors or the housing association that it waits for, now.",
        "advance",
    ),
}
"""What is started by a decision: how its button is called, what it does, what its run is called."""


@dataclass(frozen=True, slots=True)
class Start:
    """Something that Handrail may be asked to do.

    Args:
        path: Its form, behind the case's own address.
        run: What its run is called on Prefect's page.
        reason: Why it may not be asked for now; empty where it may.
    """

    title: str
    help: str
    path: str
    run: str
    reason: str


def starts_section(file: CaseFile, may: Sequence[May]) -> list[Start]:
    """Return what the viewer's role may start on a case.

    Args:
        may: What they may decide, and not.
    """
    return [*_asked(file), *_decided(file, may)]


def _asked(file: CaseFile) -> Iterator[Start]:
    reference, role = file.case.reference, file.viewer.role
    if role in MAY_CARRY_ON:
        yield Start(
            "Carry on",
            "Everything that needs nobody, up to what next waits for a person.",
            "advance",
            f"{reference} · advance",
            "The case has ended." if file.hand.status_is_exit() else "",
        )
    if role in MAY_CHANGE_MANY:
        yield Start(
            "Price again",
            "On the schedule and terms in force today; the award is made anew where prices differ.",
            "do/price-again",
            "repricing · reprice",
            _why_not_priced(file),
        )


def _why_not_priced(file: CaseFile) -> str:
    if file.hand.status is not CaseStatus.OPEN:
        return "The case is past its price."
    found = bearing_of(file.conn, case_id=file.id, repricing_id=0, replacing=False)
    return f"It keeps its price: {found.left}." if found and found.left else ""


def _decided(file: CaseFile, may: Sequence[May]) -> Iterator[Start]:
    of_kind = {one.kind.kind: one for one in may}
    for kind, (title, words, run) in DECIDED.items():
        one = of_kind[kind]
        if file.viewer.role in one.kind.roles:
            called = f"{file.case.reference} · {run}"
            yield Start(title, words, f"decide/{kind}", called, one.reason)


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
