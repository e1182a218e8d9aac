"""Decisions at sign-off: lines inspected, certificates held, the client's view, certifying."""

from typing import Final

from sqlalchemy import bindparam, insert, update

from models.case_queries import inspected, order_in_force
from models.tables.works import CompletionCertificate, Inspection, WorkOrder
from rules.clocks.dates import defects_until
from rules.completion import outstanding
from rules.decisions import Certify, ClientAgrees, HoldCertificate, InspectLines
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError
from rules.pathway import StepStatus
from services.cases.effect import Context, Effect

_KEEP_FINDINGS: Final = insert(Inspection)
_KEEP_CERTIFICATE: Final = insert(CompletionCertificate)
_ORDER: Final = update(WorkOrder).where(WorkOrder.id == bindparam("row_id"))

_TO_FLOW = Effect(to=StepStatus.READY)


def inspect(context: Context, decision: InspectLines) -> Effect:
    """Record what was found on each line; a snag that passes later is cleared."""
    order = order_in_force(context.conn, case_id=context.case.id)
    known = inspected(context.conn, order=order)
    passed = tuple(sorted(known.lines)) if decision.all_pass else decision.passed
    unknown = sorted((set(passed) | set(decision.snags)) - known.lines)
    if unknown:
        raise InvalidDecisionError(
            f"{order.number} has no line {', '.join(map(str, unknown))}.",
            next_step=f"Its lines are {', '.join(map(str, sorted(known.lines)))}.",
        )
    if all(known.results.get(line) in {"pass", "cleared"} for line in passed) and all(
        known.snags.get(line) == words for line, words in decision.snags.items()
    ):
        raise AlreadyDecidedError(
            f"These findings on {order.number} are recorded already.",
            next_step="Nothing was changed.",
        )
    found = [(line, "cleared" if line in known.snags else "pass", "") for line in passed]
    found += [(line, "snag", words) for line, words in decision.snags.items()]
    context.conn.execute(
        _KEEP_FINDINGS,
        [
            {
                "order_id": order.id,
                "line": line,
                "result": result,
                "note": words,
                "inspected_on": context.today,
                "inspected_by": context.actor.identity,
            }
            for line, result, words in found
        ],
    )
    return _TO_FLOW


def hold_certificate(context: Context, decision: HoldCertificate) -> Effect:
    """Record a completion certificate that the order's lines call for, once."""
    order = order_in_force(context.conn, case_id=context.case.id)
    known = inspected(context.conn, order=order)
    if decision.certificate not in known.certificates_needed:
        needed = ", ".join(sorted(known.certificates_needed)) or "none"
        raise InvalidDecisionError(
            f"{order.number} calls for no {decision.certificate} certificate.",
            next_step=f"It calls for: {needed}.",
        )
    if decision.certificate in known.certificates_held:
        raise InvalidDecisionError(
            f"The {decision.certificate} certificate of {order.number} is held already.",
            next_step="Nothing was changed.",
        )
    context.conn.execute(
        _KEEP_CERTIFICATE,
        {
            "order_id": order.id,
            "kind": decision.certificate,
            "reference": decision.certificate_reference,
            "received_on": context.today,
        },
    )
    return _TO_FLOW


def client_agrees(context: Context, decision: ClientAgrees) -> Effect:
    """Record the client's own view, apart from the officer's; a later one may differ."""
    order = order_in_force(context.conn, case_id=context.case.id)
    if inspected(context.conn, order=order).client_agrees is decision.agrees:
        raise AlreadyDecidedError(
            f"The client's view of {order.number} is recorded already.",
            next_step="Nothing was changed; a different view may be recorded.",
        )
    return Effect(to=StepStatus.READY, facts={"agrees": decision.agrees})


def certify(context: Context, decision: Certify) -> Effect:  # noqa: ARG001 - it has no particulars
    """Sign the works off: refused while anything is outstanding (s.37(4))."""
    order = order_in_force(context.conn, case_id=context.case.id)
    left = outstanding(inspected(context.conn, order=order))
    if left:
        raise StatuteError(
            f"{order.number} cannot be signed off yet.",
            why=f"Outstanding: {'; '.join(what for _, what in left)}.",
            section="s.37(4)",
            next_step="Record each of them, then certify.",
        )
    context.conn.execute(
        _ORDER,
        {
            "row_id": order.id,
            "status": "certified",
            "certified_on": context.today,
            "defects_until": defects_until(certified_on=context.today),
        },
    )
    return Effect(to=StepStatus.READY, closes=True, outcome="certified")
