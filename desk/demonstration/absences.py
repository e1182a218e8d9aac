"""The demo's pauses: clients who are in hospital, or away, or who ask us to wait.

One is told to the council a week late, one goes on to the end of the demo, and one was entered with
a wrong day and is corrected.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from desk.demonstration.scene import Said
from rules.clocks.pause_terms import PauseCause
from rules.decisions import BaseDecision
from rules.pathway import CaseStatus
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.demonstration.seen import said_on
from services.session import Connection, case_row

OFFICER: Final = "marcus.delacroix@home-adaptations.example"


ABSENCES: Final[tuple[tuple[str, date, BaseDecision, str], ...]] = (
    (
        "DFG-2026-0007",
        date(2026, 6, 8),
        Pause(PauseCause.HOSPITAL, date(2026, 6, 1), "Telephone note of 8 June"),
        "Her daughter rang: in hospital since last Monday with a broken hip.",
    ),
    (
        "DFG-2026-0007",
        date(2026, 6, 23),
        EndPause(on=date(2026, 6, 22)),
        "Home again, and wants the hoist more than ever.",
    ),
    (
        "DFG-2026-0024",
        date(2026, 7, 6),
        Pause(
            PauseCause.CLIENT_CHOICE,
            date(2026, 7, 1),
            "E-mail of 3 July",
            ended_on=date(2026, 7, 5),
        ),
        "They asked us to wait until the family had talked about the bathroom.",
    ),
    (
        "DFG-2026-0024",
        date(2026, 7, 9),
        CorrectPause(number=1, ended_on=date(2026, 7, 3)),
        "They had rung on the Friday already; the note was misfiled.",
    ),
    (
        "DFG-2026-0032",
        date(2026, 11, 2),
        Pause(PauseCause.AWAY, date(2026, 10, 30), "Letter of 26 October"),
        "With his sister in Cornwall until further notice.",
    ),
)
"""The case, the first day on which it can be said, what is said, and why in the officer's words."""


def absences_due(conn: Connection, *, day: date) -> Iterator[tuple[str, Said]]:
    """Yield what is to be said today of cases that are still open, a thing at a time a case.

    Args:
        day: The day.
    """
    for reference, on, decision, reason in ABSENCES:
        if on > day:
            continue
        case = case_row(conn, reference=reference)
        said = (decision.kind, reason) in said_on(conn, case_id=case.id)
        if case.status == CaseStatus.OPEN and not said:
            yield reference, Said(decision, OFFICER, reason)
