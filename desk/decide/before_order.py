"""`handrail decide`, up to the grant: specify, price, consent, certificates, approve."""

from datetime import date
from decimal import Decimal, InvalidOperation
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


@app.command("specify-again")
def specify_again(ctx: typer.Context, by: By, reason: Reason, as_json: JsonFlag = False) -> None:
    """The works must change: price, tender and consent are made again for them."""
    record(ctx, kinds.SpecifyAgain(), by=by, reason=reason, as_json=as_json)


@app.command("price")
def price(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    quantity: Annotated[
        list[str] | None, typer.Option(help="A re-measured quantity, LINE=QUANTITY; repeat.")
    ] = None,
    relief_percent: Annotated[
        list[str] | None,
        typer.Option(help="Mixed works: the share its VAT relief covers, LINE=PERCENT; repeat."),
    ] = None,
    relief: Annotated[
        list[str] | None,
        typer.Option(
            help="A bespoke line's VAT relief, such as LINE=disabled_adaptation; LINE=none; repeat."
        ),
    ] = None,
    out_of_hours: Annotated[
        list[int] | None,
        typer.Option(metavar="LINE", help="A line that is done out of hours; repeat."),
    ] = None,
    in_hours: Annotated[
        list[int] | None,
        typer.Option(metavar="LINE", help="A line that is done in hours after all; repeat."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """The price is confirmed; or re-measured, apportioned for VAT, or done out of hours."""
    late, early = set(out_of_hours or []), set(in_hours or [])
    if both := late & early:
        lines = ", ".join(map(str, sorted(both)))
        raise typer.BadParameter(f"Line {lines} is given as out of hours and as in hours.")
    decision = kinds.ConfirmPrice(
        quantities=by_line(quantity or [], parse_quantity, what="QUANTITY"),
        relief_percents=by_line(relief_percent or [], _percent, what="PERCENT"),
        out_of_hours={line: line in late for line in sorted(late | early)},
        reliefs=by_line(relief or [], _reliefs, what="RELIEF"),
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


def _percent(text: str) -> Decimal:
    """Return an exact percentage, typed with its sign or without."""
    try:
        return Decimal(text.removesuffix("%").rstrip())
    except InvalidOperation as error:
        raise typer.BadParameter(f"“{text}” is no percentage; write it as 60.") from error


def _reliefs(text: str) -> tuple[str, ...]:
    """Return the reliefs of a line, ; between them; ``none`` is no relief."""
    if text.lower() == "none":
        return ()
    names = tuple(name for part in text.split(";") if (name := part.strip().lower()))
    if not names:
        raise typer.BadParameter("Name the relief, such as 1=disabled_adaptation, or 1=none.")
    return names


@app.command("declaration")
def declaration(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    signed_on: Annotated[date, DAY("When the client signed it.")],
    reference: Annotated[str, typer.Option(help="Where it is filed, such as D-1042.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """The client's signed VAT declaration is held; the works are priced anew on it."""
    decision = kinds.RecordDeclaration(signed_on=signed_on, reference=reference)
    record(ctx, decision, by=by, reason=reason, as_json=as_json)


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
