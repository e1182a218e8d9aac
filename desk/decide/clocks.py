"""`handrail decide REF pause`, `end-pause`, `correct-pause`, `rebase`: what moves our clocks."""

from datetime import date
from typing import Annotated

import typer

from desk.decide.recording import JsonFlag, app, record
from desk.options import DAY, By, Reason
from rules import decisions as kinds
from rules.decisions import PauseCause
from rules.imports.clock_kinds import clock_called
from rules.parties import Party

Evidence = typer.Option(help="What shows it and where that is filed.")
Owner = typer.Option(help="Whose delay it is.")
Number = typer.Option(help="Which pause of the case; `handrail case waits` shows.")


@app.command("pause")
def pause(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    cause: Annotated[PauseCause, typer.Option(help="Why the clocks stand still.")],
    started_on: Annotated[date, DAY("The first day not counted; it may lie back.", "--from")],
    evidence: Annotated[str, Evidence],
    ended_on: Annotated[
        date | None, DAY("The last day not counted; leave out while it goes on.", "--to")
    ] = None,
    owner: Annotated[Party, Owner] = Party.CLIENT,
    review_on: Annotated[date | None, DAY("When to look at it again.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Our clocks stand still: the client is in hospital, or asked us to wait."""
    decision = kinds.Pause(cause, started_on, evidence, ended_on, owner, review_on)
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("end-pause")
def end_pause(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    on: Annotated[date, DAY("The last day not counted.")],
    number: Annotated[int | None, Number] = None,
    as_json: JsonFlag = False,
) -> None:
    """A pause is over: the clocks go on from the day after its last."""
    record(ctx, kinds.EndPause(on, number), by=by, reason=reason, as_json=as_json)


@app.command("correct-pause")
def correct_pause(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    number: Annotated[int, Number],
    started_on: Annotated[date | None, DAY("Its first day.", "--from")] = None,
    ended_on: Annotated[date | None, DAY("Its last day.", "--to")] = None,
    under_way: Annotated[
        bool, typer.Option("--under-way", help="It has no last day after all.")
    ] = False,
    cause: Annotated[PauseCause | None, typer.Option(help="Why the clocks stand still.")] = None,
    owner: Annotated[Party | None, Owner] = None,
    evidence: Annotated[str | None, Evidence] = None,
    review_on: Annotated[date | None, DAY("When to look at it again.")] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="It was entered in error.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """What a pause says was wrong, or it goes on, or it was entered in error."""
    decision = kinds.CorrectPause(
        number,
        started_on=started_on,
        ended_on=ended_on,
        under_way=under_way,
        cause=cause,
        owner=owner,
        evidence=evidence,
        review_on=review_on,
        withdrawn=withdraw,
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("rebase")
def rebase(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    clock: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A clock that runs; every one if left out. Repeat."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Clocks that run are given the targets in force today, and their due dates move."""
    names = tuple(dict.fromkeys(clock_called(name) or name for name in clock or []))
    record(ctx, kinds.Rebase(names), by=by, reason=reason, as_json=as_json)
