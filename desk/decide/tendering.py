"""`handrail decide REF tender`: the direction, and everything in a mini-competition."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from desk.decide.recording import JsonFlag, app, one_of, record
from desk.options import (
    DAY,
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


@app.command("tender")
def tender(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    direct: Annotated[
        bool, typer.Option("--direct", help="Direct under s.2(2)(b) that one price will do.")
    ] = False,
    quote_from: Annotated[
        str, typer.Option(help="Record this contractor's quote; sealed until the deadline.")
    ] = "",
    amount: Annotated[
        list[str] | None, typer.Option(help="The quote's net pounds, LINE=POUNDS; repeat.")
    ] = None,
    withdraw_quote: Annotated[str, typer.Option(help="Withdraw this contractor's quote.")] = "",
    no_quote_from: Annotated[str, typer.Option(help="This contractor declines to quote.")] = "",
    extend_to: Annotated[
        date | None, DAY("Take quotes until 12 noon on this day.", "--extend-to")
    ] = None,
    score: Annotated[str, typer.Option(help="Mark this contractor's opened quote.")] = "",
    mark: Annotated[
        list[str] | None, typer.Option(help="A mark from 0 to 100, CRITERION=NN; repeat.")
    ] = None,
    award_to: Annotated[str, typer.Option(help="Award the competition to this contractor.")] = "",
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: JsonFlag = False,
) -> None:
    """A direction that one price is enough; or a quote, more time, a mark, the award."""
    amounts = by_line(amount or [], parse_money, what="POUNDS")
    marks = by_criterion(mark or [])
    decision = one_of(
        {
            "--direct": kinds.Direct() if direct else None,
            "--quote-from": kinds.RecordQuote(quote_from, amounts) if quote_from else None,
            "--withdraw-quote": kinds.WithdrawQuote(withdraw_quote) if withdraw_quote else None,
            "--no-quote-from": kinds.DeclineToQuote(no_quote_from) if no_quote_from else None,
            "--extend-to": kinds.ExtendDeadline(extend_to) if extend_to else None,
            "--score": kinds.ScoreQuote(score, marks) if score else None,
            "--award-to": kinds.AwardQuote(award_to) if award_to else None,
        },
        as_json=as_json,
    )
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)


def by_criterion(entries: list[str]) -> dict[str, Decimal]:
    """Return ``CRITERION=NN`` options as marks by criterion.

    Args:
        entries: Such as ``["programme=80", "method=72.5"]``.

    Raises:
        typer.BadParameter: An entry is not ``CRITERION=NN``, or a criterion is given twice.
    """
    found: dict[str, Decimal] = {}
    for entry in entries:
        name, separator, mark = (part.strip() for part in entry.rpartition("="))
        if not separator or not name:
            raise typer.BadParameter(f"“{entry}” is not CRITERION=NN, such as programme=80.")
        if name in found:
            raise typer.BadParameter(f"{name} is given twice.")
        found[name] = parse_quantity(mark)
    return found
