"""`handrail decide`, from the offer on: assign, works, sign-off, pay, aftercare, and exit."""

from datetime import date
from typing import Annotated

import typer

from adapters import clock
from desk.decide.recording import JsonFlag, app, one_of, record
from desk.options import DAY, MONEY, By, Reason, by_line, parse_money
from rules import decisions as kinds
from rules.cases import WayOut
from rules.pathway import CaseStatus


@app.command("assign")
def assign(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    accept: Annotated[bool, typer.Option("--accept/--decline", help="The answer.")],
    as_json: JsonFlag = False,
) -> None:
    """The contractor accepts or declines the works it was offered."""
    record(ctx, kinds.AnswerOffer(accepted=accept), by=by, reason=reason, as_json=as_json)


@app.command("works")
def works(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    start: Annotated[date | None, DAY("Works began on this day.")] = None,
    complete: Annotated[date | None, DAY("Works were complete on this day.")] = None,
    evidence: Annotated[str, typer.Option(help="What shows that they are complete.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Works began, or the contractor says they are complete."""
    decision = one_of(
        {
            "--start": kinds.StartWorks(start) if start else None,
            "--complete": kinds.CompleteWorks(complete, evidence) if complete else None,
        },
        as_json=as_json,
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("sign-off")
def sign_off(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    all_pass: Annotated[bool, typer.Option("--all-pass", help="Every line passes.")] = False,
    passed: Annotated[list[int] | None, typer.Option(help="This line passes; repeat.")] = None,
    snag: Annotated[list[str] | None, typer.Option(help="A snag, LINE=WORDS; repeat.")] = None,
    certificate: Annotated[str, typer.Option(help="This certificate is held.")] = "",
    certificate_reference: Annotated[str, typer.Option(help="Its reference.")] = "",
    client: Annotated[
        bool | None, typer.Option("--client-agrees/--client-disagrees", help="The client's view.")
    ] = None,
    certify: Annotated[bool, typer.Option("--certify", help="Sign the works off.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Lines inspected, a certificate held, the client's view, or the works certified."""
    snags = by_line(snag or [], str, what="WORDS")
    inspected = all_pass or passed or snags
    decision = one_of(
        {
            "--all-pass, --passed, --snag": kinds.InspectLines(
                passed=tuple(passed or ()), snags=snags, all_pass=all_pass
            )
            if inspected
            else None,
            "--certificate": kinds.HoldCertificate(certificate, certificate_reference)
            if certificate
            else None,
            "--client-agrees": None if client is None else kinds.ClientAgrees(client),
            "--certify": kinds.Certify() if certify else None,
        },
        as_json=as_json,
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("pay")
def pay(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    invoice: Annotated[str, typer.Option(help="The contractor's invoice number.")] = "",
    dated: Annotated[date | None, DAY("The invoice's date.")] = None,
    total: Annotated[str, MONEY("The invoice's total with VAT.")] = "",
    line: Annotated[
        list[str] | None, typer.Option(help="Net pounds of a line, LINE=POUNDS; repeat.")
    ] = None,
    as_ordered: Annotated[
        bool, typer.Option("--as-ordered", help="It charges every line as ordered.")
    ] = False,
    release: Annotated[bool, typer.Option("--release", help="Release the payment.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """The invoice recorded, or its payment released by a second person."""
    recorded = None
    if invoice:
        recorded = kinds.RecordInvoice(
            number=invoice,
            dated=dated or clock.today(),
            total_pence=parse_money(total) if total else 0,
            line_net_pence=by_line(line or [], parse_money, what="POUNDS"),
            as_ordered=as_ordered,
        )
    decision = one_of(
        {"--invoice": recorded, "--release": kinds.Release() if release else None}, as_json=as_json
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("aftercare")
def aftercare(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    score: Annotated[
        list[str] | None, typer.Option(help="A survey answer in per cent, QUESTION=SCORE; repeat.")
    ] = None,
    charge: Annotated[str, typer.Option(help="The charge's registration reference.")] = "",
    close: Annotated[bool, typer.Option("--close", help="Close the case.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """The survey answered, the charge registered, or the case closed."""
    decision = one_of(
        {
            "--score": kinds.AnswerSurvey(_scores(score)) if score else None,
            "--charge": kinds.RegisterCharge(charge) if charge else None,
            "--close": kinds.CloseCase() if close else None,
        },
        as_json=as_json,
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


def _scores(entries: list[str]) -> dict[str, int]:
    found = {}
    for entry in entries:
        question, _, score = entry.partition("=")
        if not score.strip().isdecimal():
            raise typer.BadParameter(f"“{entry}” is not QUESTION=SCORE, such as overall=95.")
        found[question.strip()] = int(score)
    return found


@app.command("exit")
def leave(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    outcome: Annotated[WayOut, typer.Option(help="How it leaves.")],
    as_json: JsonFlag = False,
) -> None:
    """The case leaves the pathway; everyone is told."""
    record(ctx, kinds.Exit(CaseStatus(outcome)), by=by, reason=reason, as_json=as_json)
