"""`handrail decide REF STEP …`: one command a step, with the particulars its gate needs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from adapters import clock
from desk.options import (
    DAY,
    MONEY,
    Auditable,
    By,
    Legal,
    Necessary,
    Proportionate,
    Reason,
    by_line,
    parse_money,
    parse_quantity,
    plan_of,
)
from desk.output import Json, print_json, say, sentences
from desk.session import writing
from models.decisions import Receipt, record_decision
from rules import decisions as kinds
from rules.decisions import AnyDecision, ConsentAnswer, Plan
from rules.errors import InvalidDecisionError
from rules.pathway import CaseStatus

app = typer.Typer(no_args_is_help=True, help="Record a decision on a case, at one of its steps.")

JsonFlag = Annotated[bool, Json]


@app.callback()
def on_case(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="REF", help="The case reference.")],
) -> None:
    """Record a decision on a case: who, why, and the particulars of its gate."""
    ctx.obj = reference


def _record(
    ctx: typer.Context,
    decision: AnyDecision,
    *,
    by: str,
    reason: str,
    as_json: bool,
    plan: Plan | None = None,
) -> None:
    with sentences(as_json=as_json), writing() as conn:
        receipt = record_decision(
            conn,
            reference=ctx.obj,
            decision=decision,
            by=by,
            reason=reason,
            now=clock.now(),
            plan=plan,
        )
    if as_json:
        print_json(receipt)
        return
    say(_words(receipt))


def _words(receipt: Receipt) -> str:
    if receipt.case_status not in {CaseStatus.OPEN, CaseStatus.PAID}:
        return f"Recorded. Case {receipt.reference} is {receipt.case_status.replace('_', ' ')}."
    if receipt.step_status == "waiting":
        return f"Recorded. {receipt.step} of {receipt.reference} waits for: {receipt.waiting_for}."
    if receipt.step_status == "ready":
        return f"Recorded. Handrail now does its part of {receipt.step} on {receipt.reference}."
    return f"Recorded. {receipt.step} of {receipt.reference} is done; the next steps open."


def _one_of(options: dict[str, AnyDecision | None]) -> AnyDecision:
    """Return the one decision that was asked for.

    Raises:
        InvalidDecisionError: None or several were asked for.
    """
    given = [decision for decision in options.values() if decision is not None]
    if len(given) == 1:
        return given[0]
    names = ", ".join(options)
    with sentences():
        raise InvalidDecisionError(
            "Give one decision at a time." if given else "Say what is decided.",
            next_step=f"Use one of: {names}.",
        )
    raise AssertionError  # the line above always leaves


@app.command("specify")
def specify(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    purpose: Annotated[str, typer.Option(help="Letters of s.23(1), such as ef.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """The works lines are complete and say what is needed."""
    letters = tuple(letter for letter in purpose.lower() if letter not in "; ,")
    _record(ctx, kinds.Specify(purposes=letters), by=by, reason=reason, as_json=as_json)


@app.command("price")
def price(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    quantity: Annotated[
        list[str] | None, typer.Option(help="A re-measured quantity, LINE=QUANTITY; repeat.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """The quantities are confirmed, or re-measured."""
    measured = by_line(quantity or [], parse_quantity, what="QUANTITY")
    decision = kinds.ConfirmPrice(quantities=measured)
    _record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("tender")
def tender(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    direct: Annotated[
        bool, typer.Option("--direct", help="Direct under s.2(2)(b) that one price will do.")
    ] = False,
    quote_from: Annotated[str, typer.Option(help="Record this contractor's quote.")] = "",
    amount: Annotated[
        list[str] | None, typer.Option(help="The quote's net pounds, LINE=POUNDS; repeat.")
    ] = None,
    award_to: Annotated[str, typer.Option(help="Award the competition to this contractor.")] = "",
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: JsonFlag = False,
) -> None:
    """A direction that one price is enough, a quote received, or the award."""
    amounts = by_line(amount or [], parse_money, what="POUNDS")
    decision = _one_of(
        {
            "--direct": kinds.Direct() if direct else None,
            "--quote-from": kinds.RecordQuote(quote_from, amounts) if quote_from else None,
            "--award-to": kinds.AwardQuote(award_to) if award_to else None,
        }
    )
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    _record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


@app.command("consent")
def consent(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    answer: Annotated[ConsentAnswer, typer.Option(help="How the request ended.")],
    conditions: Annotated[str, typer.Option(help="The landlord's conditions, ; between.")] = "",
    valid_to: Annotated[date | None, DAY("When the consent lapses.")] = None,
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: JsonFlag = False,
) -> None:
    """The landlord's answer, or the officer's decision on silence or a refusal."""
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    decision = kinds.AnswerConsent(answer, conditions, valid_to)
    _record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


@app.command("certificates")
def certificates(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    held: Annotated[str, typer.Option(help="owner, tenant or landlord: received.")] = "",
    waived: Annotated[str, typer.Option(help="landlord: waived under s.22(3).")] = "",
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: JsonFlag = False,
) -> None:
    """An owner's, tenant's or landlord's certificate, held or waived."""
    decision = _one_of(
        {
            "--held": kinds.RecordCertificate(held) if held else None,
            "--waived": kinds.RecordCertificate(waived, waived=True) if waived else None,
        }
    )
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    _record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


@app.command("approve")
def approve(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse the grant.")] = False,
    fees: Annotated[str, MONEY("Preliminary and ancillary charges.")] = "0",
    as_json: JsonFlag = False,
) -> None:
    """The s.34 decision: the grant approved, or refused with reasons."""
    decision = kinds.Approve(approved=not refuse, fees_pence=parse_money(fees))
    _record(ctx, decision, by=by, reason=reason, as_json=as_json)


@app.command("assign")
def assign(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    accept: Annotated[bool, typer.Option("--accept/--decline", help="The answer.")],
    as_json: JsonFlag = False,
) -> None:
    """The contractor accepts or declines the works it was offered."""
    _record(ctx, kinds.AnswerOffer(accepted=accept), by=by, reason=reason, as_json=as_json)


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
    decision = _one_of(
        {
            "--start": kinds.StartWorks(start) if start else None,
            "--complete": kinds.CompleteWorks(complete, evidence) if complete else None,
        }
    )
    _record(ctx, decision, by=by, reason=reason, as_json=as_json)


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
    decision = _one_of(
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
        }
    )
    _record(ctx, decision, by=by, reason=reason, as_json=as_json)


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
    decision = _one_of({"--invoice": recorded, "--release": kinds.Release() if release else None})
    _record(ctx, decision, by=by, reason=reason, as_json=as_json)


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
    decision = _one_of(
        {
            "--score": kinds.AnswerSurvey(_scores(score)) if score else None,
            "--charge": kinds.RegisterCharge(charge) if charge else None,
            "--close": kinds.CloseCase() if close else None,
        }
    )
    _record(ctx, decision, by=by, reason=reason, as_json=as_json)


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
    outcome: Annotated[
        CaseStatus,
        typer.Option(help="withdrawn, died, moved, refused or alternative_found."),
    ],
    as_json: JsonFlag = False,
) -> None:
    """The case leaves the pathway; everyone is told."""
    _record(ctx, kinds.Exit(outcome), by=by, reason=reason, as_json=as_json)
