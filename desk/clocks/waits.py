"""`handrail case waits`: how long the client has waited, whose each day was, what was paused."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from adapters import clock
from desk.output import Json, print_json, say, sentences, table
from rules.clocks.dates import london_date
from rules.clocks.pause_words import moved_words, paused_words
from rules.clocks.workdays import in_words
from rules.sentences import several
from services.clocks.pauses import PauseOnCase
from services.reports.waits import MovedDueDate, Wait, due_dates_moved, wait_of
from services.session import reading

app = typer.Typer()


@app.command("waits")
def waits(
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
    as_json: Annotated[bool, Json] = False,
) -> None:
    """Show how long the client has waited, and whose each stretch of it was."""
    with sentences(as_json=as_json), reading() as conn:
        wait = wait_of(conn, reference=reference, today=clock.today())
        moves = due_dates_moved(conn, case_id=wait.case_id)
    if as_json:
        print_json(_plain(wait, moves))
        return
    say(wait.totals.sentence())
    _show_stretches(wait)
    _show_shares(wait)
    for pause in wait.pauses:
        say(_pause_words(pause))
    for move in moves:
        how = moved_words(from_due=move.from_due, to_due=move.to_due)
        say(f"{move.title}: {how}: {move.why} (on {in_words(london_date(move.at))}).")


def _show_stretches(wait: Wait) -> None:
    if not wait.stretches:
        say("First contact was today; nobody has waited yet.")
        return
    table(
        title=f"Whose the days of {wait.reference} were",
        columns=("From", "To", "Party", "What for", "Days", "Share"),
        rows=[
            (
                part.first.isoformat(),
                part.last.isoformat(),
                part.party,
                part.what if part.owner in (part.party, "") else f"{part.what} ({part.owner})",
                part.days,
                _share(part.days, wait),
            )
            for part in wait.stretches
        ],
    )


def _show_shares(wait: Wait) -> None:
    held = sorted(wait.shares.items(), key=lambda pair: -pair[1].days)
    parts = [
        f"{party} {several(share.days, 'day')} ({_share(share.days, wait)})"
        for party, share in held
        if share.days
    ]
    if parts:
        say(f"By party: {', '.join(parts)}.")


def _pause_words(pause: PauseOnCase) -> str:
    time = paused_words(pause.time)
    state = "withdrawn; it had said " if pause.withdrawn else ""
    review = f" To be looked at again on {in_words(pause.review_on)}." if pause.review_on else ""
    return (
        f"Pause {pause.number} · {pause.cause.words} · {pause.owner}: {state}{time}. "
        f"Evidence: {pause.evidence}.{review}"
    )


def _share(days: int, wait: Wait) -> str:
    return f"{100 * days / wait.totals.days:.0f} %"


def _plain(wait: Wait, moves: list[MovedDueDate]) -> dict[str, Any]:
    total = wait.totals
    return {
        **_values(wait, "reference", "authority", "status"),
        **_values(total, "contact_on", "until", "over"),
        "real_wait_days": total.days,
        "real_wait_working_days": total.working_days,
        "controllable_working_days": total.controllable_days,
        "words": total.sentence(),
        "stretches": [
            {
                "from": part.first,
                "to": part.last,
                **_values(part, "party", "owner", "what", "step", "days", "working_days"),
            }
            for part in wait.stretches
        ],
        "parties": [{"party": party, **asdict(share)} for party, share in wait.shares.items()],
        "pauses": [
            {name: value for name, value in asdict(pause).items() if name != "case_id"}
            for pause in wait.pauses
        ],
        "due_dates_moved": moves,
    }


def _values(found: object, *names: str) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}
