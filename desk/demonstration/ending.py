"""What the demo leaves behind, in three tables and the next commands to try."""

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from adapters import clock
from desk.output import say, table
from rules.money import pounds
from rules.pathway import PATHWAY, CaseStatus
from rules.people import Role
from rules.sentences import several
from services.batches.batches import batch_awards
from services.demonstration.seen import examples, serving, totals
from services.links.demonstration import demo_page
from services.people.invitations import demo_link
from services.pricing.repricings import repricings
from services.reports.case_list import case_list
from services.session import Connection, actor_for


def show_ending(conn: Connection, *, home: Path, took: float) -> None:
    """Print what eight months have come to.

    Args:
        home: The state folder.
        took: Seconds the demo took.
    """
    cases = case_list(conn, today=clock.today())
    _by_step(cases)
    come_to = totals(conn)
    table(
        title="Money",
        columns=("", "How many", "£"),
        rows=[
            ("Grants approved", come_to.approved, pounds(come_to.granted_pence)),
            ("Work orders in force", come_to.orders, ""),
            ("Payments released", come_to.payments, pounds(come_to.paid_pence)),
        ],
    )
    decided, runs = several(come_to.decisions, "decision"), several(come_to.runs, "Prefect run")
    say(f"{decided}, {runs}, in {took:.0f} seconds.")
    say(f"{several(come_to.documents, 'document')} (PDF and HTML) in {home / 'documents'}")
    say(f"{several(come_to.messages, 'message')} in {home / 'mail'}")
    _next(conn, cases)


SIGNS_IN: Final = {
    Role.TECHNICAL_OFFICER: 1,
    Role.APPROVING_OFFICER: 1,
    Role.FINANCE: 2,  # who records an invoice may not release its payment
    Role.MANAGER: 1,
    Role.ADMINISTRATOR: 1,
}


def show_links(conn: Connection) -> None:
    """Print a link for each role that works at the desk; they sign in, in this home alone."""
    say("")
    say("Once `handrail up` runs, open one of these and be signed in, as often as you like:")
    for role, number in SIGNS_IN.items():
        for identity in serving(conn, role=role, number=number):
            who = actor_for(conn, identity=identity)
            link = demo_link(conn, officer=who, now=datetime.now(UTC))
            say(f"  {role.replace('_', ' ')}, {who.name}:\n    {link}")
    page = demo_page(conn, now=datetime.now(UTC))
    if page is not None:
        say(f"  contractor, {page[0]}, its page for one order:\n    {page[1]}")


def _by_step(cases: list[dict[str, Any]]) -> None:
    still_open = [case for case in cases if case["status"] == CaseStatus.OPEN]
    gates = Counter(wait["step"] for case in still_open for wait in case["open_steps"])
    table(
        title=f"{several(len(cases), 'case')}, {len(still_open)} of them open; some wait at more "
        "gates than one",
        columns=("Gate", "Cases waiting there"),
        rows=[(PATHWAY[name].title, gates[name]) for name in PATHWAY if gates[name]],
    )
    ended = Counter(case["status"] for case in cases if case["status"] != CaseStatus.OPEN)
    if not ended:
        return
    table(
        title=f"{several(sum(ended.values()), 'case')} past their gates",
        columns=("How they stand", "Cases"),
        rows=[(status.replace("_", " "), count) for status, count in sorted(ended.items())],
    )


def _next(conn: Connection, cases: list[dict[str, Any]]) -> None:
    """Print the commands that have something to show."""
    still_open = (case["reference"] for case in cases if case["status"] == CaseStatus.OPEN)
    seen = examples(conn)
    priced, quoted, paused = seen["priced"], seen["quoted"], seen["paused"]
    batch, repricing = (
        next((row.id for row in rows), None) for rows in (batch_awards(conn), repricings(conn))
    )
    say("")
    say("Next, try:")
    for there, command, words in (
        (True, f"case show {next(still_open, 'REF')}", "what one case waits for"),
        (priced, f"case price {priced}", "a price, line by line, and what it rests on"),
        (priced, f"case award {priced}", "who was compared, and the direction"),
        (quoted, f"case competition {quoted}", "a mini-competition and its answers"),
        (batch, f"batch show {batch}", "cases awarded together, beside the rule"),
        (repricing, f"reprice show {repricing}", "open cases priced again on new rates"),
        (True, "sla", "what is late, what will be, who holds it, and why"),
        (True, "alerts", "who was to be told of what"),
        (paused, f"case waits {paused}", "whose every day of a wait was"),
        (True, "up", "the service: the desk in a browser, and Prefect's own pages"),
        (True, "verify", "every invariant, checked"),
    ):
        if there is not None:
            say(f"  {sys.argv[0]} {command:<32}{words}")
