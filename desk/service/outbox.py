"""`handrail outbox`: what has not left or did not arrive, and giving it another go."""

from pathlib import Path
from typing import Annotated

import typer

from adapters import clock
from adapters.returned_mail import mails_in
from desk.options import By, Reason
from desk.output import Json, print_json, say, sentences, table
from rules.sentences import several
from services.documents import returned as settling
from services.documents.reports import take_in
from services.documents.returned import message_by_key, not_arrived
from services.outbox import not_left, try_again
from services.session import reading, writing

app = typer.Typer(no_args_is_help=True, help="Runs to start and messages to send.")


@app.command("list")
def list_rows(
    dead: Annotated[bool, typer.Option("--dead", help="Only rows that gave up.")] = False,
    as_json: Annotated[bool, Json] = False,
) -> None:
    """List what has not left yet, oldest first."""
    with sentences(as_json=as_json), reading() as conn:
        rows = not_left(conn, dead=dead)
    if as_json:
        print_json(rows)
        return
    shown = ("key", "kind", "status", "attempts", "next_attempt_at", "last_error")
    table(
        title=f"{several(len(rows), 'row')} not gone yet",
        columns=("Key", "Kind", "Status", "Attempts", "Next attempt (UTC)", "Last error"),
        rows=[tuple(row[name] for name in shown) for row in rows],
    )


@app.command("retry")
def retry(
    key: Annotated[
        str, typer.Argument(metavar="[KEY]", help="One row; all dead rows if left out.")
    ] = "",
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Give dead rows, or one row, a fresh set of attempts."""
    with sentences(as_json=as_json), writing() as conn:
        count = try_again(conn, key=key, now=clock.now())
    if as_json:
        print_json({"retried": count})
        return
    say(f"{several(count, 'row')} will be tried again at once.")


# ---- what did not arrive


@app.command("bounced")
def bounced(
    place: Annotated[
        Path, typer.Argument(metavar="FILE", help="An e-mail, an mbox, or a maildir's folder.")
    ],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Take in what mail servers sent back, and say which messages did not arrive."""
    with sentences(as_json=as_json):
        mails = list(mails_in(place))
        with writing() as conn:
            done = take_in(conn, mails=mails, now=clock.now())
    if as_json:
        print_json(done)
        return
    say(f"{several(len(done.returned), 'message')} did not arrive; {len(done.known)} known before.")
    for key in done.returned:
        say(f"  {key}")
    say(
        f"Of the rest, {done.delayed} tell of a delay, {done.not_ours} name no message of ours, "
        f"and {done.no_report} report nothing."
    )


@app.command("returned")
def returned(as_json: Annotated[bool, Json] = False) -> None:
    """List the messages that did not arrive and that nobody has settled."""
    with sentences(as_json=as_json), reading() as conn:
        rows = not_arrived(conn)
    if as_json:
        print_json(rows)
        return
    shown = ("key", "case", "to", "status", "words")
    table(
        title=f"{several(len(rows), 'message')} not arrived",
        columns=("Key", "Case", "To", "Code", "What was said"),
        rows=[tuple(row[name] for name in shown) for row in rows],
    )


Key = Annotated[str, typer.Argument(metavar="KEY", help="The message's key in the outbox.")]


@app.command("came-back")
def came_back(key: Key, by: By, reason: Reason) -> None:
    """Record that a letter or an e-mail came back."""
    with sentences(), writing() as conn:
        number = message_by_key(conn, key=key)
        settling.came_back(conn, message_id=number, by=by, reason=reason, now=clock.now())
    say("Recorded. Correct the address, then `handrail outbox again`.")


@app.command("again")
def again(
    key: Key,
    to: Annotated[str, typer.Option("--to", help="The corrected e-mail address.")],
    by: By,
    reason: Reason,
) -> None:
    """Send what did not arrive again, in the same words, to a corrected address."""
    with sentences(), writing() as conn:
        number, now = message_by_key(conn, key=key), clock.now()
        fresh = settling.send_again(conn, message_id=number, to=to, by=by, reason=reason, now=now)
    say(f"It is sent again as {fresh}.")


@app.command("leave")
def leave(key: Key, by: By, reason: Reason) -> None:
    """Record why what did not arrive need not be sent again."""
    with sentences(), writing() as conn:
        number = message_by_key(conn, key=key)
        settling.leave_it(conn, message_id=number, by=by, reason=reason, now=clock.now())
    say("Recorded.")
