"""`handrail decide REF funding` and `means-test`: who pays besides the grant, and the waiver."""

from typing import Annotated, Any

import typer

from adapters import clock
from desk.decide.recording import JsonFlag, app, one_of, record
from desk.options import (
    Auditable,
    By,
    Legal,
    Necessary,
    Proportionate,
    Reason,
    parse_money,
    plan_of,
)
from desk.output import print_json, say, sentences
from rules import decisions as kinds
from rules.decisions import FundingKind, RecordFunding
from rules.errors import InvalidDecisionError
from services.decisions.record import record_decision
from services.grants.fundings import funding_lines
from services.session import Connection, case_row, writing


def _lines(words: str) -> Any:
    return typer.Option(metavar="WHAT=POUNDS", help=f"{words} Repeat.")


@app.command("funding")
def funding(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    fee: Annotated[list[str] | None, _lines("A fee: survey, design, agency.")] = None,
    ancillary: Annotated[
        list[str] | None, _lines("Another charge of the works, such as building control.")
    ] = None,
    provider: Annotated[list[str] | None, _lines("What the registered provider puts in.")] = None,
    other_funder: Annotated[list[str] | None, _lines("What somebody else puts in.")] = None,
    top_up: Annotated[
        list[str] | None, _lines("Discretionary help with what is above the maximum.")
    ] = None,
    contribution_top_up: Annotated[
        list[str] | None, _lines("Discretionary help with the client's contribution.")
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(metavar="WHAT", help="Take out the line of this name. Repeat."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Fees and charges, what others put in, and what no longer holds; several at once or none."""
    added = [
        RecordFunding(kind, *_named_amount(entry))
        for kind, entries in (
            (FundingKind.FEE, fee),
            (FundingKind.ANCILLARY, ancillary),
            (FundingKind.PROVIDER, provider),
            (FundingKind.OTHER_FUNDER, other_funder),
            (FundingKind.TOP_UP, top_up),
            (FundingKind.CONTRIBUTION_TOP_UP, contribution_top_up),
        )
        for entry in entries or []
    ]
    with sentences(as_json=as_json), writing() as conn:
        decisions = [*_taken_out(conn, ctx.obj, remove or []), *added]
        _check_all(decisions)
        receipts = [
            record_decision(
                conn, reference=ctx.obj, decision=decision, by=by, reason=reason, now=clock.now()
            )
            for decision in decisions
        ]
    if as_json:
        print_json(receipts)
        return
    say(f"Recorded. {receipts[-1].notice}")


def _named_amount(entry: str) -> tuple[str, int]:
    what, separator, amount = entry.rpartition("=")
    if not separator:
        raise typer.BadParameter(f"“{entry}” is not WHAT=POUNDS, such as “Agency fee=850”.")
    return what.strip(), parse_money(amount.strip())


def _check_all(decisions: list[RecordFunding]) -> None:
    problems = [
        f"{decision.description or decision.funding.value.replace('_', ' ')}: {words}"
        for decision in decisions
        for words in decision.problems()
    ]
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    if not decisions:
        raise InvalidDecisionError(
            "Say what is recorded.",
            next_step="Use --fee, --ancillary, --provider, --other-funder, --top-up, "
            "--contribution-top-up or --remove.",
        )


def _taken_out(conn: Connection, reference: str, names: list[str]) -> list[RecordFunding]:
    """Return the decisions that take lines out by name; “kind: name” where two are called alike."""
    case = case_row(conn, reference=reference)
    held = [(row.kind.replace("_", " "), row) for row in funding_lines(conn, case_id=case.id)]
    found = []
    for name in names:
        wanted = " ".join(name.split()).casefold()
        alike = [
            row
            for kind, row in held
            if wanted in (row.description.casefold(), f"{kind}: {row.description}".casefold())
        ]
        if len(alike) != 1:
            raise _not_one(reference, name, [f"“{kind}: {row.description}”" for kind, row in held])
        kind, description = FundingKind(alike[0].kind), alike[0].description
        found.append(RecordFunding(kind, description, removed=True))
    return found


def _not_one(reference: str, name: str, held: list[str]) -> InvalidDecisionError:
    return InvalidDecisionError(
        f"“{name}” is not one line of the funding of {reference}.",
        why=f"Recorded are {', '.join(held)}." if held else "None is recorded.",
        next_step="Name one of them; nothing was recorded.",
    )


@app.command("means-test")
def means_test(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    waive_under: Annotated[str, typer.Option(help="Waive it under this rule.")] = "",
    end_waiver: Annotated[str, typer.Option(help="End the waiver under this rule.")] = "",
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: JsonFlag = False,
) -> None:
    """Waive the means test under a rule of the authority, or end the waiver."""
    waive = kinds.WaiveMeansTest(waive_under) if waive_under else None
    end = kinds.WaiveMeansTest(end_waiver, ended=True) if end_waiver else None
    decision = one_of({"--waive-under": waive, "--end-waiver": end}, as_json=as_json)
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)
