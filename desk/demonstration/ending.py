"""What the demo leaves behind, in three tables and the next commands to try."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select

from desk.output import say, table
from models.tables.cases import Case, FlowRun
from models.tables.clocks import Pause
from models.tables.many_cases import BatchAward, Repricing
from models.tables.prices import Award, PriceLine
from models.tables.record import Decision, Document, Outbox
from models.tables.works import Approval, Payment, WorkOrder
from rules.money import pounds
from rules.pathway import PATHWAY, CaseStatus
from rules.tenders.routes import Route
from services.reports.case_view import case_list
from services.session import Connection


def show_ending(conn: Connection, *, home: Path, took: float) -> None:
    """Print what eight months have come to.

    Args:
        home: The state folder.
        took: Seconds the demo took.
    """
    cases = case_list(conn)
    _by_step(cases)
    _money(conn)
    _papers(conn, home=home, took=took)
    _next(conn, cases)


def _by_step(cases: list[dict[str, Any]]) -> None:
    still_open = [case for case in cases if case["status"] == CaseStatus.OPEN]
    gates = Counter(wait["step"] for case in still_open for wait in case["open_steps"])
    table(
        title=f"{len(cases)} cases, {len(still_open)} of them open; some wait at several gates",
        columns=("Gate", "Cases waiting there"),
        rows=[(PATHWAY[name].title, gates[name]) for name in PATHWAY if gates[name]],
    )
    ended = Counter(case["status"] for case in cases if case["status"] != CaseStatus.OPEN)
    if not ended:
        return
    table(
        title=f"{sum(ended.values())} cases past their gates",
        columns=("How they stand", "Cases"),
        rows=[(status.replace("_", " "), count) for status, count in sorted(ended.items())],
    )


def _money(conn: Connection) -> None:
    approved = conn.execute(
        select(func.count(), func.coalesce(func.sum(Approval.grant_pence), 0)).where(
            Approval.outcome == "approved"
        )
    ).one()
    orders = conn.execute(
        select(func.count()).select_from(WorkOrder).where(WorkOrder.status != "cancelled")
    ).scalar_one()
    paid = conn.execute(
        select(func.count(), func.coalesce(func.sum(Payment.amount_pence), 0))
    ).one()
    table(
        title="Money",
        columns=("", "How many", "£"),
        rows=[
            ("Grants approved", approved[0], pounds(int(approved[1]))),
            ("Work orders in force", orders, ""),
            ("Payments released", paid[0], pounds(int(paid[1]))),
        ],
    )


def _papers(conn: Connection, *, home: Path, took: float) -> None:
    def count(model: type, *where: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(model)
        return int(conn.execute(query.where(*where)).scalar_one())

    sent = count(Outbox, Outbox.kind == "message", Outbox.status == "sent")
    runs = count(FlowRun, FlowRun.step == "advance")
    say(f"{count(Decision)} decisions, {runs} Prefect runs, in {took:.0f} seconds.")
    say(f"{count(Document)} documents (PDF and HTML) are in {home / 'documents'}")
    say(f"{sent} messages are in {home / 'mail'}")


def _next(conn: Connection, cases: list[dict[str, Any]]) -> None:
    waiting = next(
        (case["reference"] for case in cases if case["status"] == CaseStatus.OPEN), "REF"
    )
    handrail = sys.argv[0]
    say("")
    say("Next, try:")
    for command, words in (
        (f"case show {waiting}", "what one case waits for"),
        *_about_prices(conn),
        *_about_clocks(conn),
        ("up", "the service with Prefect's own pages"),
        ("verify", "every invariant, checked"),
    ):
        say(f"  {handrail} {command:<32}{words}")


def _about_prices(conn: Connection) -> list[tuple[str, str]]:
    """Return the commands on prices and awards that have something to show."""
    awards = select(Case.reference).join(Award, Award.case_id == Case.id).limit(1)
    with_most_lines = (
        awards.join(PriceLine, PriceLine.price_id == Award.price_id)
        .where(Award.direction != "")
        .group_by(Case.reference, Award.id)
        .order_by(func.count().desc(), Award.id)
    )
    awarded = conn.execute(with_most_lines).scalar_one_or_none()
    by_quotes = awards.where(Award.route == Route.QUOTES).order_by(Award.id)
    quoted = conn.execute(by_quotes).scalar_one_or_none()
    batch = conn.execute(select(func.max(BatchAward.id))).scalar_one()
    repricing = conn.execute(select(func.max(Repricing.id))).scalar_one()
    found = (
        (awarded, f"case price {awarded}", "a price, line by line, and what it rests on"),
        (awarded, f"case award {awarded}", "who was compared, and the direction"),
        (quoted, f"case competition {quoted}", "a mini-competition and its answers"),
        (batch, f"batch show {batch}", "cases awarded together, beside the rule"),
        (repricing, f"reprice show {repricing}", "open cases priced again on new rates"),
    )
    return [(command, words) for there, command, words in found if there is not None]


def _about_clocks(conn: Connection) -> list[tuple[str, str]]:
    """Return the commands on clocks that have something to show."""
    pauses = select(Case.reference).join(Pause, Pause.case_id == Case.id).order_by(Pause.id)
    paused = conn.execute(pauses.limit(1)).scalar_one_or_none()
    found = (
        (True, "sla", "what is late, what will be, who holds it, and why"),
        (True, "alerts", "who was to be told of what"),
        (paused, f"case waits {paused}", "whose every day of a wait was"),
    )
    return [(command, words) for there, command, words in found if there]
