"""The decision to allow more time for works (s.37): recorded before the date passes, and told."""

from datetime import date
from typing import Any, Final

from sqlalchemy import insert

from models.approved import time_runs_from
from models.base import AnyRow
from models.case_queries import approval_of, live_order
from models.contacts import client_of, contractor_of
from models.site_queries import extended_to, extensions_on
from models.tables.site import Extension
from rules.clocks.dates import finish_by
from rules.clocks.pause_words import moved_words, paused_words
from rules.decisions import BaseDecision, Facts, day_words, decided, particular
from rules.errors import InvalidDecisionError, StepNotOpenError, UnknownReferenceError
from rules.extensions import Extended, Standing, extended
from rules.parties import Party
from rules.pathway import StepName
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies, tell
from services.cases.clocks.case_level import sync_case_clocks
from services.clocks.pauses import pauses_on
from services.orders.works import change_order

_KEEP: Final = insert(Extension)
_BY: Final = OFFICERS | {Role.APPROVING_OFFICER, Role.MANAGER}


@decided(
    "extend", at=None, by=_BY, any_time=True, plan="Whether more time is allowed is discretionary."
)
class ExtendTime(BaseDecision):
    """More time is allowed for the works, before the date to complete them has passed.

    Within twelve months of the approval the order's date moves; past them the grant's time is
    extended with it (s.37).
    """

    until: date = particular(
        "The new day by which the works are to be complete.", label="New date to complete"
    )
    pause: int | None = particular(
        "The client's delay that it is allowed for, by the number of its pause.",
        default=None,
        label="For which delay of the client",
        hint="A pause that is put down to the client, with what shows it; leave out if none.",
        offers="pauses",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        moved = [
            f"{what} from {day_words(facts[f'{name}_from'])} to {day_words(facts[f'{name}_to'])}"
            for name, what in (
                ("order", f"{facts['order']} to complete"),
                ("limit", "the time of s.37(1)"),
            )
            if facts[f"{name}_to"]
        ]
        delay = f", for the client's delay of pause {facts['pause']}" if facts["pause"] else ""
        return f"More time is allowed: {' and '.join(moved)}{delay}."


def check_extend(context: Context) -> tuple[Standing, AnyRow | None]:
    """Return the dates that stand, and the order whose date may move, if one may."""
    case = context.case
    approval = approval_of(case.conn, case_id=case.id)
    if approval is None or approval.outcome != "approved":
        raise StepNotOpenError(
            f"No grant is approved on {case.reference}.",
            why="The time for the works runs from the approval (s.37(1)).",
        )
    order = live_order(case.conn, case_id=case.id)
    if order is not None and order.status == "certified":
        raise InvalidDecisionError(
            f"The works on {order.number} were signed off on {order.certified_on:%-d %B %Y}.",
            next_step="Nothing is left to be given time for.",
        )
    if order is not None and order.status == "raised":
        raise InvalidDecisionError(
            f"{order.number} is on its way to its contractor.",
            next_step="Allow more time once it has gone out; that takes a minute.",
        )
    limit = finish_by(
        approved_on=time_runs_from(approval), extended_to=extended_to(case.conn, case_id=case.id)
    )
    if order is None or order.status != "sent":
        return Standing(limit), None
    runs_to = case.clocks.given("finish_works")
    if runs_to is None and case.row.paused_on is None:
        runs_to = order.complete_by
    return Standing(limit, order.number, order.complete_by, runs_to), order


@applies(ExtendTime, check=check_extend)
def extend(context: Context, decision: ExtendTime, found: tuple[Standing, AnyRow | None]) -> Effect:
    """Move the order's date, the twelve months, and every clock that rests on them; tell both."""
    standing, order = found
    if decision.pause is not None:
        _check_pause(context, decision.pause)
    moves = extended(standing, until=decision.until, today=context.today)
    row = _keep(context, decision, order, moves)
    if order is not None and moves.order:
        _move_order(context, order, decision.until)
    if moves.limit:
        sync_case_clocks(context.conn, case_ids=[context.case.id], now=context.now)
    number = row.pop("number")
    _tell(context, order, moves, number=number)
    facts = {name: day and day.isoformat() for name, day in row.items()}
    facts |= {"order": standing.number, "section": moves.section, "number": number}
    return Effect(to=None, facts=facts, notice=_notice(standing, moves))


def _keep(
    context: Context, decision: ExtendTime, order: AnyRow | None, moves: Extended
) -> dict[str, Any]:
    """Keep the extension under the case's next number."""
    held = extensions_on(context.conn, case_id=context.case.id)
    order_from, order_to = moves.order or (None, None)
    limit_from, limit_to = moves.limit or (None, None)
    dates = {
        "order_from": order_from,
        "order_to": order_to,
        "limit_from": limit_from,
        "limit_to": limit_to,
    }
    row = {
        "case_id": context.case.id,
        "number": len(held) + 1,
        "order_id": order.id if order is not None and moves.order else None,
        **dates,
        "pause": decision.pause,
        "decided_by": context.actor.identity,
        "decided_at": context.now,
    }
    context.conn.execute(_KEEP, row)
    return {"number": row["number"], **dates}


def _move_order(context: Context, order: AnyRow, until: date) -> None:
    """Move the order's date, with the clock that runs to it and that of its step."""
    case = context.case
    change_order(context.conn, order_id=order.id, complete_by=until)
    case.start_clock("finish_works", due_on=until)
    case.date_step(StepName.WORKS, until=until, why="more time was allowed")


def _check_pause(context: Context, number: int) -> None:
    """Refuse a delay that is not on record, or is not put down to the client."""
    reference = context.case.reference
    held = pauses_on(context.conn, case_id=context.case.id)
    found = next((one for one in held if one.number == number and not one.withdrawn), None)
    if found is None:
        raise UnknownReferenceError(
            f"There is no pause {number} on {reference}.",
            next_step=f"`handrail case waits {reference}` lists its pauses; record the client's "
            "delay first, with what shows it.",
        )
    if found.owner is not Party.CLIENT:
        raise InvalidDecisionError(
            f"Pause {number} ({found.cause.words}, {paused_words(found.time)}) is put down to the "
            f"{found.owner}.",
            next_step="Allow the time without naming it, or correct whose delay it is: "
            f"`handrail decide {reference} correct-pause --number {number}`.",
        )


def _tell(context: Context, order: AnyRow | None, moves: Extended, *, number: int) -> None:
    """Tell the client, and the contractor whose date moves."""
    case, (earlier, until) = context.case, moves.order or moves.limit or (None, None)
    told = {"earlier_date": earlier, "complete_by": until, "grant_extended": bool(moves.limit)}
    once_for, client = str(number), client_of(case.row)
    tell(case, kind="extension_to_client", once_for=once_for, to=client, context=told)
    if order is not None and moves.order:
        to = contractor_of(case.conn, code=order.contractor)
        of = told | {"order_number": order.number}
        tell(case, kind="extension_to_contractor", once_for=once_for, to=to, context=of)


def _notice(standing: Standing, moves: Extended) -> str:
    """Return which dates moved, and under which limb."""
    said = []
    if moves.order:
        day = moved_words(from_due=moves.order[0], to_due=moves.order[1])
        said.append(f"The date of {standing.number} {day}.")
    if moves.limit:
        day = moved_words(from_due=moves.limit[0], to_due=moves.limit[1])
        said.append(f"The time of s.37(1) {day} ({moves.section}).")
    else:
        said.append("The twelve months of s.37(1) stay as they are.")
    return " ".join(said)
