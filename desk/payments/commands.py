"""`handrail payments`: what waits, runs and their files, bank details, CIS."""

from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from desk.listing import show_list
from desk.options import By, Reason
from desk.output import Json, print_json, say, sentences
from rules.errors import StorageError
from rules.money import pounds
from rules.paying import check_may_see_payments
from rules.payment_runs import attempt_of
from services.payments.made_runs import run_file, run_list, run_of
from services.payments.remit import remit
from services.payments.results import record_results, said_in_file
from services.payments.runs import make_run, payments_due
from services.payments.waiting import plain, to_release
from services.session import acting, reading, writing

app = typer.Typer(
    no_args_is_help=True, help="Payments: what waits, runs and their files, bank details, CIS."
)

Number = Annotated[int, typer.Argument(metavar="RUN", help="The run's number.")]


@app.command("list")
def list_waiting(by: By, as_json: Annotated[bool, Json] = False) -> None:
    """List invoices that wait to be released, and released payments that are in no run."""
    with sentences(as_json=as_json), reading() as conn:
        viewer = acting(conn, identity=by, on=clock.today())
        check_may_see_payments(viewer)
        waiting = [plain(one) for one in to_release(conn, viewer=viewer, today=clock.today())]
        due = [
            {**one.row._mapping, "paid_pence": one.paid_pence, "against": one.against}
            for one in payments_due(conn, viewer=viewer)
        ]
    if as_json:
        print_json({"to_release": waiting, "due": due})
        return
    show_list(
        waiting,
        title="To be released",
        columns={
            "Case": "reference",
            "Invoice": "invoice",
            "Contractor": "payee",
            "Pay by": lambda one: f"{one['pay_by'] or ''}{' LATE' if one['late'] else ''}",
            "£": "total_pence",
        },
        as_json=False,
        empty="No invoice waits to be released.",
    )
    show_list(
        due,
        title="Released, in no run",
        columns={
            "Case": "reference",
            "Invoice": "invoice",
            "Paid to": "payee",
            "£": "paid_pence",
            "Held because": "against",
        },
        as_json=False,
        empty="Everything that was released is in a run.",
    )


@app.command("make-run")
def make(
    authority: Annotated[str, typer.Argument(metavar="AUTHORITY", help="Whose payments.")],
    by: By,
    reason: Reason,
) -> None:
    """Make a run of everything of an authority that is ready, and tell everybody who is paid."""
    with sentences():
        with writing() as conn:
            number, _ = make_run(conn, authority=authority, by=by, reason=reason, now=clock.now())
        told = remit(run=number, now=clock.now())
    say(f"Run {number} is made; {told} remittance advices leave. See `handrail payments run`.")


@app.command("run")
def show_run(number: Number, by: By, as_json: Annotated[bool, Json] = False) -> None:
    """Show a run: each payment with what became of it."""
    with sentences(as_json=as_json), reading() as conn:
        viewer = acting(conn, identity=by, on=clock.today())
        check_may_see_payments(viewer)
        found = run_of(conn, number=number, viewer=viewer)
    rows = [
        {"payment": attempt_of(payment_id=one.id, attempt=one.attempt), **one._mapping}
        for one in found.sent
    ]
    if not as_json:
        total = pounds(found.row.total_pence)
        say(f"Run {number}: {found.row.payments} payments, {total}, made by {found.made_by}.")
        say(f"The ledger's file has SHA-256 {found.row.ledger_sha256}.")
    show_list(
        rows,
        title=f"Run {number}",
        columns={
            "Payment": "payment",
            "Case": "reference",
            "Paid to": "payee",
            "£": "sent_pence",
            "State": "state",
            "Why": "why",
        },
        as_json=as_json,
    )


@app.command("runs")
def list_runs(by: By, as_json: Annotated[bool, Json] = False) -> None:
    """List the runs, the newest first."""
    with sentences(as_json=as_json), reading() as conn:
        viewer = acting(conn, identity=by, on=clock.today())
        check_may_see_payments(viewer)
        found = [
            {name: one._mapping[name] for name in ("id", "authority", "made_at", "payments")}
            | {"total_pence": one.total_pence, "ledger_sha256": one.ledger_sha256}
            for one in run_list(conn, viewer=viewer)
        ]
    show_list(
        found,
        title="Payment runs",
        columns={
            "Run": "id",
            "Authority": "authority",
            "Made": lambda one: f"{one['made_at']:%Y-%m-%d}",
            "Payments": "payments",
            "£": "total_pence",
        },
        as_json=as_json,
    )


@app.command("file")
def save_file(
    number: Number,
    to: Annotated[Path, typer.Argument(metavar="FILE", help="Where it is written.")],
    by: By,
    bank: Annotated[bool, typer.Option("--bank", help="The bank's instead of the ledger's.")] = (
        False
    ),
) -> None:
    """Write a file of a run: the same bytes each time."""
    with sentences():
        with reading() as conn:
            viewer = acting(conn, identity=by, on=clock.today())
            check_may_see_payments(viewer, bank=bank)
            found = run_of(conn, number=number, viewer=viewer)
        data = run_file(found, bank=bank)
        try:
            to.write_bytes(data)
        except OSError as error:
            raise StorageError(f"{to} cannot be written.", why=error.strerror or "") from error
    say(f"{to} is written.")


@app.command("results")
def results(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="pain.002 or CSV of the bank's.")],
    by: By,
    reason: Reason,
) -> None:
    """Record what the bank says of payments: confirmed, or bounced back."""
    with sentences():
        try:
            data = file.read_bytes()
        except OSError as error:
            raise StorageError(f"{file} cannot be read.", why=error.strerror or "") from error
        said = said_in_file(data)
        with writing() as conn:
            found = record_results(conn, said=said, by=by, reason=reason, now=clock.now())
    say(f"Confirmed: {found.confirmed}. Bounced: {found.bounced}. As before: {found.same}.")
