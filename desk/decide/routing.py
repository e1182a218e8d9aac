"""`handrail decide REF route`: an officer's route to a price, against the rule or back to it."""

from enum import StrEnum
from typing import Annotated

import typer

from desk.decide.recording import JsonFlag, app, record
from desk.options import Auditable, By, Legal, Necessary, Proportionate, Reason, plan_of
from rules import decisions as kinds
from rules.tenders.routes import Route


class To(StrEnum):
    """A route, or the rule's own choice."""

    PRE_PRICED = "pre_priced"
    CALL_OFF = "call_off"
    QUOTES = "quotes"
    BY_RULE = "by_rule"


@app.command("route")
def route(
    ctx: typer.Context,
    by: By,
    reason: Reason,
    to: Annotated[To, typer.Option(help="The route to a price, or by the rule again.")],
    package: Annotated[str, typer.Option(help="pre_priced: the package that prices it.")] = "",
    proportionate: Proportionate = "",
    legal: Legal = "",
    auditable: Auditable = "",
    necessary: Necessary = "",
    as_json: JsonFlag = False,
) -> None:
    """The route to a price, chosen against the rule, or by the rule again; it is tendered anew."""
    chosen = None if to is To.BY_RULE else Route(to)
    plan = plan_of(
        proportionate=proportionate, legal=legal, auditable=auditable, necessary=necessary
    )
    decision = kinds.ChooseRoute(chosen, package)
    record(ctx, decision, by=by, reason=reason, as_json=as_json, plan=plan)
