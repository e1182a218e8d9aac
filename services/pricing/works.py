"""Decisions about the works themselves: confirm the price, start, complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import approval_in_force, order_in_force, works_lines
from models.tables.cases import WorksLine
from models.tables.works import WorkOrder
from rules.decisions import CompleteWorks, ConfirmPrice, StartWorks
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
)
from rules.pathway import StepStatus
from rules.people import Role
from rules.pricing.vat import WHOLE
from services.cases.effect import Context, Effect
from services.rates.pricing import lines_to_price

_Fact: TypeAlias = str | bool | list[str]

_ORDER: Final = update(WorkOrder).where(WorkOrder.id == bindparam("row_id"))
_CHANGE_LINE: Final = update(WorksLine).where(
    WorksLine.case_id == bindparam("of_case"), WorksLine.line == bindparam("of_line")
)


class _Refusal(NamedTuple):
    """What is refused, why, and what to do next, in sentences."""

    what: str
    why: str
    next_step: str


def confirm_price(context: Context, decision: ConfirmPrice) -> Effect:
    """Confirm the price; what was measured or found otherwise is priced before the step closes."""
    lines = {line.line: line for line in works_lines(context.conn, case_id=context.case.id)}
    wanted: dict[str, Mapping[int, Any]] = {
        "quantity": decision.quantities,
        "relief_percent": decision.relief_percents,
        "out_of_hours": decision.out_of_hours,
        "vat_reliefs": {n: tuple(sorted(set(names))) for n, names in decision.reliefs.items()},
    }
    _check_lines_known(context, wanted, lines=lines)
    _check_reliefs(context, decision, lines=lines)
    taken_away = {n: WHOLE for n, names in decision.reliefs.items() if not names}
    wanted["relief_percent"] = taken_away | dict(decision.relief_percents)
    changed: dict[str, dict[str, dict[str, _Fact]]] = {}
    for column, values in wanted.items():
        differing = {n: value for n, value in values.items() if getattr(lines[n], column) != value}
        if not differing:
            continue
        context.conn.execute(
            _CHANGE_LINE.values({column: bindparam("found")}),
            [{"of_line": n, "of_case": context.case.id, "found": v} for n, v in differing.items()],
        )
        changed[column] = {
            str(n): {"before": _fact(value=getattr(lines[n], column)), "after": _fact(value=value)}
            for n, value in differing.items()
        }
    return Effect(
        to=StepStatus.READY if changed else StepStatus.DONE,
        closes=True,
        outcome="confirmed",
        facts={"changed": changed} if changed else {},
    )


def _check_lines_known(
    context: Context, wanted: Mapping[str, Mapping[int, Any]], *, lines: Mapping[int, AnyRow]
) -> None:
    """Refuse line numbers that are not there, whatever is said of them, all at once."""
    unknown = set().union(*wanted.values()) - set(lines)
    if unknown:
        raise InvalidDecisionError(
            f"There is no works line {_numbers(unknown)} on {context.case.reference}.",
            next_step=f"Its lines are {_numbers(lines)}.",
        )


def _check_reliefs(
    context: Context, decision: ConfirmPrice, *, lines: Mapping[int, AnyRow]
) -> None:
    """Refuse reliefs of the schedule's lines, and shares of no relief, all at once."""
    refusals = (_not_bespoke(context, decision, lines), _not_relieved(context, decision))
    said = [refusal for refusal in refusals if refusal is not None]
    if said:
        what, why, next_step = (" ".join(sentences) for sentences in zip(*said, strict=True))
        raise InvalidDecisionError(what, why=why, next_step=next_step)


def _not_bespoke(
    context: Context, decision: ConfirmPrice, lines: Mapping[int, AnyRow]
) -> _Refusal | None:
    """Return why reliefs are refused, or None where they are all of bespoke lines."""
    coded = [n for n in sorted(decision.reliefs) if lines[n].code is not None]
    if not coded:
        return None
    bespoke = _numbers(n for n, line in lines.items() if line.code is None)
    return _Refusal(
        what=f"No VAT relief can be recorded on line {_numbers(coded)} of "
        f"{context.case.reference}: what has a code is priced from the schedule.",
        why="The schedule says which reliefs its codes qualify for; an officer says it of bespoke "
        "lines.",
        next_step=f"The bespoke lines are {bespoke}." if bespoke else "No line is bespoke.",
    )


def _not_relieved(context: Context, decision: ConfirmPrice) -> _Refusal | None:
    """Return why shares are refused, or None where each is of a line with a relief."""
    shares = decision.relief_percents
    if not shares:
        return None
    coded, bespoke = lines_to_price(context.conn, case_id=context.case.id, on=context.today)
    relieved = {line.line for line in coded if line.vat_reliefs}
    relieved |= {own.line for own in bespoke if decision.reliefs.get(own.line, own.vat_reliefs)}
    without = set(shares) - relieved
    if not without:
        return None
    said = _numbers(relieved)
    return _Refusal(
        what=f"No VAT relief covers line {_numbers(without)} of {context.case.reference}, so there "
        "is nothing to apportion.",
        why="Only a line whose code has a relief in the schedule, or a bespoke line that is found "
        "to qualify for one, can be relieved in part.",
        next_step=f"The lines with a relief are {said}." if said else "No line has one.",
    )


def _numbers(lines: Iterable[int]) -> str:
    return ", ".join(map(str, sorted(lines)))


def _fact(*, value: Decimal | bool | tuple[str, ...]) -> _Fact:
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, bool) else str(value)


def start(context: Context, decision: StartWorks) -> Effect:
    """Record that works began: not before the approval (s.29), not in the future, once."""
    order = _own_order(context)
    approval = approval_in_force(context.conn, case_id=context.case.id)
    if decision.started_on < approval.decided_on:
        raise StatuteError(
            f"Works cannot have begun on {decision.started_on:%-d %B %Y}.",
            why=f"The grant was approved on {approval.decided_on:%-d %B %Y}, and works begun "
            "before approval are not grant-aided.",
            section="s.29",
            next_step="Check the date with the contractor.",
        )
    _not_in_future(context, "start", decision.started_on)
    if order.started_on is not None:
        raise InvalidDecisionError(
            f"Works on {order.number} began on {order.started_on:%-d %B %Y}, as recorded before.",
            next_step="Nothing was changed.",
        )
    context.conn.execute(_ORDER, {"row_id": order.id, "started_on": decision.started_on})
    context.case.stop_clock("start_works", why="started")
    return Effect(to=StepStatus.WAITING, waiting_for="contractor says complete, with evidence")


def complete(context: Context, decision: CompleteWorks) -> Effect:
    """Record that the contractor says the works are complete."""
    order = _own_order(context)
    _not_in_future(context, "completion", decision.completed_on)
    if order.started_on is None:
        raise InvalidDecisionError(
            f"No start is recorded for {order.number}.",
            why="The start of works is always recorded.",
            next_step="Record the start first, with `decide … works --start DATE`.",
        )
    if decision.completed_on < order.started_on:
        raise InvalidDecisionError(
            f"Works cannot be complete on {decision.completed_on:%-d %B %Y}.",
            why=f"They began on {order.started_on:%-d %B %Y}.",
            next_step="Check the date with the contractor.",
        )
    complete = {"completed_on": decision.completed_on, "status": "complete"}
    context.conn.execute(_ORDER, {"row_id": order.id, **complete})
    return Effect(to=StepStatus.DONE, closes=True, outcome="complete")


def _own_order(context: Context) -> AnyRow:
    """Return the order in force; a contractor speaks of its own orders only."""
    order = order_in_force(context.conn, case_id=context.case.id)
    if context.actor.role is Role.CONTRACTOR and context.actor.identity != order.contractor:
        raise NotPermittedError(
            f"{order.number} is not an order to {context.actor.name}.",
            next_step="A contractor records the start and completion of its own orders only.",
        )
    return order


def _not_in_future(context: Context, what: str, day: date) -> None:
    if day > context.today:
        raise InvalidDecisionError(
            f"The {what} cannot be in the future ({day:%-d %B %Y}).",
            next_step="Record it on the day or afterwards.",
        )
