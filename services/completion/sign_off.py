"""Sign-off: who is waited for next, snags passed on, and the certificate of completion sent."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection

from models.audit import AUTOMATIC
from models.base import AnyRow, rows_by
from models.case_queries import approval_in_force, inspected, order_in_force
from models.contacts import client_of, contractor_of, officer_of
from models.findings import inspections_on, refused_on, snags_on
from models.order_versions import versions_of
from models.people import name_of
from models.tables.works import CompletionCertificate
from models.views import client_view
from rules.aftercare.repayment import conditions_until
from rules.clocks.dates import charge_until, london_date
from rules.clocks.workdays import in_words
from rules.completion import waiting_on
from rules.documents.paper_lines import snag_place
from rules.documents.papers import CompletionPaper, NotInspected
from rules.grants.grant import charge_pence
from rules.pathway import StepName, StepStatus
from rules.snags import WITH_CONTRACTOR, Snag
from services.assignment.order_works import lines_printed
from services.cases import CaseInHand, at_step, seeing, tell
from services.cases.case_steps import steps_of
from services.completion.snag_clocks import snag_due, start_snag_clocks, stop_snag_clocks
from services.documents.keep import Written, keep_document, write_document
from services.documents.papers import on_every_paper
from services.documents.received import received_on
from services.grants.proportions import grant_stands

AGAIN: Final = "hand_in_again"
_HELD: Final = rows_by(CompletionCertificate, "order_id").order_by(CompletionCertificate.kind)


def review_completion(case_ref: str) -> bool:
    """Put the step in the hands of whoever holds it up; pass new snags on to the contractor.

    Returns:
        Whether the works are certified and their certificate is still to be written and sent.
    """
    certified = False
    with at_step(case_ref, StepName.SIGN_OFF) as case:
        if case is not None:
            certified = case.steps[StepName.SIGN_OFF].outcome == "certified"
            if not certified:
                _await(case)
    return certified


def _await(case: CaseInHand) -> None:
    order = order_in_force(case.conn, case_id=case.id)
    known = inspected(case.conn, order=order)
    owner, words = waiting_on(known)
    snags = [one for one in snags_on(case.conn, order_id=order.id) if one.line in known.lines]
    stop_snag_clocks(case, snags=snags)
    start_snag_clocks(case, snags=snags)
    _tell_snags(case, order=order, snags=snags)
    _time_refused(case, order)
    case.move(StepName.SIGN_OFF, StepStatus.WAITING, owner=owner, waiting_for=words)


def _time_refused(case: CaseInHand, order: AnyRow) -> None:
    """Let a clock run for each document refused and not made up for; stop those that are."""
    left = {str(row.document) for row in refused_on(case.conn, order_id=order.id)}
    running = set(case.clocks.subjects(AGAIN))
    for subject in sorted(running - left):
        case.stop_clock(AGAIN, subject=subject, why="handed in")
    for subject in sorted(left - running):
        case.start_clock(AGAIN, subject=subject)


def _tell_snags(case: CaseInHand, *, order: AnyRow, snags: Sequence[Snag]) -> None:
    """Pass on what is the contractor's to put right, with photographs: once for what is new."""
    theirs = [one for one in snags if one.state in WITH_CONTRACTOR]
    if not theirs:
        return
    works = lines_printed(case.conn, case=case.row, order=order)
    named = {line.line: snag_place(line) for line in works}
    days = {one.number: snag_due(case, one) for one in theirs}
    clear_by = max(days.values())
    case.date_step(
        StepName.SIGN_OFF, until=clear_by, why="the contractor has until then to clear the snags"
    )
    tell(
        case,
        kind="snags_to_contractor",
        once_for=f"{order.number}:{max(snags, key=lambda one: one.told_after).heard}",
        to=contractor_of(case.conn, code=order.contractor),
        context={
            "order_number": order.number,
            "inspected_on": london_date(case.now),
            "snags": [
                f"{named[one.line]}: {one.wrong}{_sooner(days[one.number], clear_by)}"
                for one in sorted(theirs, key=lambda one: (one.line, one.number))
            ],
            "clear_by": clear_by,
        },
        attachments=[item for one in theirs for item in _photographs(case, one)],
    )


def _sooner(day: date, last: date) -> str:
    return "" if day == last else f" (by {in_words(day)})"


def _photographs(case: CaseInHand, snag: Snag) -> Iterator[dict[str, str]]:
    """Yield what shows a snag as attachments, under names that say which it is."""
    shown = snag.shown
    for one in received_on(case.conn, case_id=case.id):
        if one.number in shown and not one.withdrawn and one.path:
            ending = one.path.rpartition(".")[2]
            name = f"snag {snag.number} line {snag.line} doc {one.number}.{ending}"
            yield {"name": name, "path": one.path, "sha256": one.sha256}


def send_completion(case_ref: str, certificate: Written) -> None:
    """Send the certificate of completion to the client; the step is then over."""
    with at_step(case_ref, StepName.SIGN_OFF) as case:
        if case is None:
            return
        order = order_in_force(case.conn, case_id=case.id)
        firm = contractor_of(case.conn, code=order.contractor)
        revision = case.steps[StepName.SIGN_OFF].revision
        name = f"{order.number} certificate of completion"
        attachment = keep_document(case, written=certificate, name=name)
        tell(
            case,
            kind="completion_to_client",
            once_for=_signed(order.number, revision),
            to=client_of(case.row),
            context={
                "contractor_name": firm.name,
                "contractor_phone": firm.phone,
                "contractor_email": firm.email,
                "certified_on": order.certified_on,
                "defects_until": order.defects_until,
            },
            attachments=[attachment],
        )
        case.note(
            actor=AUTOMATIC,
            action="sign-off: certificate sent",
            reason=f"{order.number} certified on {order.certified_on}",
            detail={"sha256": attachment["sha256"]},
        )
        case.move(StepName.SIGN_OFF, StepStatus.DONE)


def write_completion(case_ref: str) -> Written:
    """Write the certificate of completion.

    Raises:
        StorageError: It could not be stored.
    """
    with seeing(case_ref) as (conn, case):
        order = order_in_force(conn, case_id=case.id)
        steps = {row.step: row for row in steps_of(conn, case_id=case.id)}
        again = steps[StepName.SIGN_OFF].revision - 1
        paper = completion_paper(conn, case=case)
    return write_document(kind="completion", version=order.version + again, paper=paper)


def _signed(number: str, revision: int) -> str:
    """Return what a certificate of completion is sent once for: each time it is signed off."""
    return number if revision == 1 else f"{number}:{revision}"


def _not_inspected(conn: Connection, order: AnyRow) -> tuple[NotInspected, ...]:
    """Return the lines that nobody looked at, by who decided it and when."""
    left = inspected(conn, order=order).not_looked_at
    newest = {row.line: row for row in inspections_on(conn, order_id=order.id)}
    decided: dict[tuple[date, str], list[int]] = {}
    for line in left:
        decided.setdefault((newest[line].inspected_on, newest[line].inspected_by), []).append(line)
    return tuple(
        NotInspected(tuple(lines), by=name_of(conn, who), on=on)
        for (on, who), lines in sorted(decided.items())
    )


def completion_paper(conn: Connection, *, case: AnyRow) -> CompletionPaper:
    """Return the certificate of completion as it is printed."""
    order = order_in_force(conn, case_id=case.id)
    held = conn.execute(_HELD, {"order_id": order.id})
    grant = grant_stands(conn, approval=approval_in_force(conn, case_id=case.id))
    agreed = client_view(conn, case_id=case.id)
    charged = charge_pence(tenure=case.tenure, grant_pence=grant) > 0
    return CompletionPaper(
        **on_every_paper(conn, case=case),
        order_number=order.number,
        certified_on=order.certified_on,
        officer=officer_of(conn, case=case, on=order.certified_on),
        client=client_of(case),
        contractor=contractor_of(conn, code=order.contractor),
        lines=lines_printed(conn, case=case, order=order),
        changed=tuple(
            words for one in versions_of(conn, order_id=order.id) for words in one.changed
        ),
        certificates=tuple(f"{row.kind.replace('_', ' ')}: {row.reference}" for row in held),
        defects_until=order.defects_until,
        conditions_until=conditions_until(certified_on=order.certified_on),
        client_agreed_on=agreed.said_on if agreed is not None and agreed.agrees else None,
        charge_until=charge_until(certified_on=order.certified_on) if charged else None,
        not_inspected=_not_inspected(conn, order),
    )
