"""A visit to inspect works: its list of lines, and recording what the form of it sent, once.

The form may be filled where there is no signal and sent hours later, from one telephone or two. It
says over which findings it was made. What it says is recorded over those alone; the same form sent
again is told apart by what it says, and whoever sends another one is told what was recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import inspected, live_order, order_in_force
from models.findings import inspections_on, snags_on
from models.people import name_of
from rules.documents.paper_lines import UnpricedLine
from rules.errors import ChangedMeanwhileError, StepNotOpenError
from rules.people import Actor
from rules.snags import PASSES, Snag, SnagState, open_snags
from rules.typed import whole_or
from services.assignment.order_works import lines_printed
from services.cases import CaseInHand, Context
from services.cases.take import take
from services.cases.visible import visible_case
from services.completion.inspecting import InspectLines, several
from services.completion.snag_clocks import snag_due
from services.decisions.may import can_take
from services.decisions.receive import Stored
from services.decisions.record import record_decision
from services.documents.received import received_on

Inspection: TypeAlias = InspectLines
"""What was found at a visit, as it is recorded."""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One line of the officer's list.

    Args:
        line: What it is, how much, and where in the home.
        found: The newest finding on it, or None; who found it, by name.
        snags: Its open snags, each with the day by which it is to be put right.
    """

    line: UnpricedLine
    found: AnyRow | None
    found_by: str
    snags: tuple[tuple[Snag, date], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """The list of a visit.

    Args:
        over: What a form of it carries, of the findings and the version that it is made over.
        refused: Why nothing may be recorded now; empty where it may.
    """

    case: CaseInHand
    order: AnyRow
    over: str
    lines: tuple[VisitLine, ...]
    refused: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form of a visit says.

    Args:
        photographs: Stored photographs of a line.
    """

    found: InspectLines
    photographs: Mapping[int, Sequence[Stored]]
    over: str
    reason: str


def visit_of(conn: Connection, *, reference: str, viewer: Actor, now: datetime) -> Visit:
    """Return the list of a visit: the lines of the order's version in force, and what stands.

    Raises:
        UnknownReferenceError: There is no such case, or it is not theirs to see.
        StepNotOpenError: It has no order.
    """
    row = visible_case(conn, reference=reference, viewer=viewer)
    case = take(conn, reference=row.reference, now=now, to_change=False)
    order = live_order(conn, case_id=case.id)
    if order is None:
        raise StepNotOpenError(
            f"{case.reference} has no order whose works could be inspected.",
            next_step="Go back to the case.",
        )
    may = can_take(_context(case, viewer, now), InspectLines)
    known = inspected(conn, order=order)
    newest = {one.line: one for one in inspections_on(conn, order_id=order.id)}
    snags = open_snags(snags_on(conn, order_id=order.id))
    lines = tuple(
        VisitLine(
            line=line,
            found=newest.get(line.line),
            found_by=name_of(conn, newest[line.line].inspected_by) if line.line in newest else "",
            snags=tuple((one, snag_due(case, one)) for one in snags if one.line == line.line),
        )
        for line in lines_printed(conn, case=case.row, order=order)
        if line.line in known.lines
    )
    return Visit(case, order, _over(conn, order), lines, may.reason)


def _context(case: CaseInHand, viewer: Actor, now: datetime) -> Context:
    return Context(conn=case.conn, case=case, actor=viewer, reason="", plan=None, now=now)


def _over(conn: Connection, order: AnyRow) -> str:
    """Return what tells one state of the findings from another: version, newest finding, entry."""
    found = max((one.id for one in inspections_on(conn, order_id=order.id)), default=0)
    entries = [e.id for one in snags_on(conn, order_id=order.id) for e in one.entries]
    return f"{order.number}.{order.version}.{found}.{max(entries, default=0)}"


def found_at_visit(**said: Any) -> InspectLines:
    """Return what a form says was found, as the decision that records it."""
    return InspectLines(**said)


def record_visit(
    conn: Connection, *, reference: str, sent: Sent, viewer: Actor, now: datetime
) -> bool:
    """Record what a visit found, with its photographs, once; return whether it was before.

    Raises:
        ChangedMeanwhileError: Something else was recorded since the form was made.
        HandrailError: As recording raises. Nothing is recorded.
    """
    row = visible_case(conn, reference=reference, viewer=viewer)
    case = take(conn, reference=row.reference, now=now)  # whoever sends it twice waits here
    order = order_in_force(conn, case_id=case.id)
    if sent.over != _over(conn, order):
        if _is_recorded(conn, order, sent, viewer):
            return True
        raise ChangedMeanwhileError(
            f"Something was recorded of {order.number} since you opened this form.",
            why="Nothing of yours was recorded, and what you typed is kept.",
            next_step="See below what stands now, and send what is left.",
        )
    common: dict[str, Any] = {"by": viewer.identity, "reason": sent.reason, "now": now}
    shown = {
        line: _hand_in(conn, case, papers, common) for line, papers in sent.photographs.items()
    }
    wrong = _with_snag(conn, order, sent.found)
    found = replace(
        sent.found, photographs={line: marks for line, marks in shown.items() if line in wrong}
    )
    record_decision(conn, reference=case.reference, decision=found, **common)
    return False


def _with_snag(conn: Connection, order: AnyRow, found: InspectLines) -> set[int]:
    """Return the lines with a snag that is found, or still there: a photograph shows it."""
    still = (one.line for one in snags_on(conn, order_id=order.id) if one.number in found.still)
    return {*found.snags, *still}


def _hand_in(
    conn: Connection, case: CaseInHand, papers: Sequence[Stored], common: dict[str, Any]
) -> str:
    """Put photographs on record, and return what points at them; one that is there is not twice."""
    marks = []
    for paper in papers:
        place = (paper.sha256, paper.line)
        held = _held(conn, case).get(place)
        if held is None:
            record_decision(conn, reference=case.reference, decision=paper, **common)
            held = _held(conn, case)[place]
        marks.append(f"doc:{held}")
    return ", ".join(marks)


def _held(conn: Connection, case: CaseInHand) -> dict[tuple[str, int | None], int]:
    received = received_on(conn, case_id=case.id)
    return {
        (one.sha256, one.line): one.number
        for one in received
        if not one.withdrawn and one.decision_id is None
    }


# ---- whether it was recorded before


def _is_recorded(conn: Connection, order: AnyRow, sent: Sent, viewer: Actor) -> bool:
    """Say whether everything that a form says was recorded by the same person since it was made."""
    number, _, newest, entry = (*sent.over.rsplit(".", 3), "", "", "", "")[:4]
    if number != order.number or None in (whole_or(newest, None), whole_or(entry, None)):
        return False
    snags = snags_on(conn, order_id=order.id)
    wrong = {one.finding: one.words for one in snags}
    since = {
        (row.line, "pass" if row.result in PASSES else row.result, row.quantity)
        + ((wrong.get(row.id, ""),) if row.result == "snag" else ())
        for row in inspections_on(conn, order_id=order.id)
        if row.id > int(newest) and row.inspected_by == viewer.identity
    }
    said = {
        (one.number, e.said, e.words if e.said is SnagState.STILL else "")
        for one in snags
        for e in one.entries
        if e.id > int(entry) and e.by == viewer.identity
    }
    return _findings(sent.found) <= since and _looks(sent.found) <= said


def _findings(found: InspectLines) -> set[tuple[Any, ...]]:
    measured: Mapping[int, Decimal] = found.measured
    passed = {*found.passed, *(measured.keys() - found.snags.keys())}
    return {
        *((line, "pass", measured.get(line)) for line in passed),
        *((line, "no_access", None) for line in found.no_access),
        *(
            (line, "snag", measured.get(line), words)
            for line, all_words in found.snags.items()
            for words in several(all_words)
        ),
    }


def _looks(found: InspectLines) -> set[tuple[Any, ...]]:
    cleared = {(number, SnagState.CLEARED, "") for number in found.snags_cleared}
    return cleared | {(n, SnagState.STILL, words.strip()) for n, words in found.still.items()}
