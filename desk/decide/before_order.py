"""`handrail decide`, up to the grant: specify, price, tender, consent, certificates, approve."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from desk.decide.recording import JsonFlag, app, one_of, record
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
from rules import decisions as kinds
from rules.decisions import ConsentAnswer


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
    record(ctx, kinds.Specify(purposes=letters), by=by, reason=reason, as_json=as_json)


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
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


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
    decision = one_of(
        {
            "--direct": kinds.Direct() if direct else None,
            "--quote-from": kinds.RecordQuote(quote_from, amounts) if quote_from else None,
            "--award-to": kinds.AwardQuote(award_to) if award_to else None,
        },
        as_json=as_json,
    )
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


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
    record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


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
    decision = one_of(
        {
            "--held": kinds.RecordCertificate(held) if held else None,
            "--waived": kinds.RecordCertificate(waived, waived=True) if waived else None,
        },
        as_json=as_json,
    )
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


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
    record(ctx, decision, by=by, reason=reason, as_json=as_json)
