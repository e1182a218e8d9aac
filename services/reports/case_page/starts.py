"""What somebody may have Handrail do on a case: each named as its run is, or why not now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.pathway import CaseStatus
from rules.people import MAY_CHANGE_MANY
from rules.runs import MAY_CARRY_ON
from services.decisions.may import May
from services.pricing.scope import bearing_of
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
