"""The record: audit chains whole, every decision in them as it was made, and its run asked for."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from models.audit import AUTOMATIC, SERVICE, broken_links, references_of
from models.outbox import SETTLED
from models.tables.cases import Case
from models.tables.record import Audit, Decision, Outbox
from rules.pathway import StepName
from services.decisions.kinds import KINDS
from services.verification.checks import PLACE, Check, Finding, Severity, among, broken, of_case
from services.verification.since import Cases

_ACTIONS: Final = sorted(
    f"{step}: {kind.kind}"
    for kind in KINDS.values()
    for step in ([kind.step] if kind.step is not None else StepName)
)
"""The audit actions that stand for a decision; a case may be left from any step."""

_LAST = (
    select(Audit.chain, func.max(Audit.sequence).label("sequence")).group_by(Audit.chain).subquery()
)

_SAME: Final = ("place", "action", "actor", "at")
_MADE = select(
    Decision.id,
    PLACE,
    (Decision.step + ": " + Decision.kind).label("action"),
    Decision.actor,
    Decision.decided_at.label("at"),
    Decision.reason,
    Decision.facts,
    Decision.plan,
    Decision.os_user,
).join(Case, Case.id == Decision.case_id)
_WRITTEN = select(
    Audit.id,
    Audit.chain.label("place"),
    Audit.action,
    Audit.actor,
    Audit.at,
    Audit.reason,
    Audit.detail,
).where(Audit.action.in_(_ACTIONS), Audit.actor != AUTOMATIC)


def _counted(found: Select[*tuple[Any, ...]], *, made: int, written: int) -> Any:
    columns = found.subquery().c
    what = (columns[name] for name in (*_SAME, "reason"))
    return select(*what, literal(made).label("made"), literal(written).label("written"))


_BOTH = (
    union_all(_counted(_MADE, made=1, written=0), _counted(_WRITTEN, made=0, written=1))
    .subquery()
    .c
)


def _request_key() -> ColumnElement[str]:
    return Case.reference + ":advance:" + cast(Case.revision, Text)


RECORD: Final = (
    Check(
        select(PLACE)
        .outerjoin(_LAST, _LAST.c.chain == Case.reference)
        .outerjoin(Audit, and_(Audit.chain == _LAST.c.chain, Audit.sequence == _LAST.c.sequence))
        .where(
            or_(
                func.coalesce(Audit.sequence, 0) != Case.audit_sequence,
                func.coalesce(Audit.hash, "") != Case.audit_hash,
            )
        ),
        "The audit chain does not end where the case says it ends.",
    ),
    Check(
        select(Audit.chain.label("place"))
        .where(Audit.chain != SERVICE, not_(exists().where(Case.reference == Audit.chain)))
        .distinct(),
        "There is an audit chain and no case of that reference.",
    ),
    Check(
        select(
            *(_BOTH[name] for name in _SAME),
            func.sum(_BOTH.made).label("made"),
            func.sum(_BOTH.written).label("written"),
        )
        .group_by(*(_BOTH[name] for name in _SAME), _BOTH.reason)
        .having(func.sum(_BOTH.made) != func.sum(_BOTH.written)),
        "“{action}” by {actor} is recorded {made} times as a decision and {written} times in the "
        "audit chain, with the same instant and reason.",
    ),
    Check(
        select(PLACE, _request_key().label("key")).where(
            Case.revision > 0,
            not_(exists().where(Outbox.kind == "run", Outbox.key == _request_key())),
        ),
        "The run that was last asked for, {key}, is not in the outbox.",
    ),
    Check(
        of_case(Decision, Decision.kind, Decision.step).where(
            not_(
                exists().where(
                    Outbox.case_id == Case.id,
                    Outbox.kind == "run",
                    Outbox.created_at >= Decision.decided_at,
                )
            )
        ),
        "Decision “{kind}” at step “{step}” has no request for a run after it.",
    ),
)
"""How decisions, audit rows and run requests agree."""

OUTBOX: Final = (
    Check(
        select(Outbox.key, func.count().label("found"), literal("outbox").label("place"))
        .group_by(Outbox.key)
        .having(func.count() > 1),
        "{key} is in the outbox {found} times.",
    ),
    *(
        Check(
            select(literal("outbox").label("place"), func.count().label("dead"))
            .where(Outbox.kind == kind, Outbox.status == "dead", not_(SETTLED))
            .having(func.count() > 0),
            f"{what}, given up after too many attempts: {{dead}}. See `handrail outbox list --dead`"
            " and, once the cause is mended, `handrail outbox retry`.",
            Severity.WARNING,
        )
        for kind, what in (("message", "Messages not sent"), ("run", "Runs not started"))
    ),
)
"""How things leave the house."""


def broken_chains(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield a finding for each audit row whose place, link or hash does not hold.

    Args:
        cases: The chains of these cases alone, beside the service's own; None for all.
    """
    for sentence in broken_links(conn, of_cases=cases):
        yield broken("audit", sentence)


def in_the_future(conn: Connection, *, now: datetime) -> Iterator[Finding]:
    """Yield each decision that is dated after now."""
    late = of_case(Decision, Decision.kind, Decision.decided_at).where(Decision.decided_at > now)
    for row in conn.execute(late.order_by(Decision.id)):
        when = f"{row.decided_at:%-d %B %Y, %H:%M} UTC"
        yield broken(row.place, f"Decision “{row.kind}” is dated {when}, which is yet to come.")


def changed_decisions(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield each decision whose particulars or PLAN rationale are not those in the audit chain."""
    in_chains = _WRITTEN
    if cases is not None:
        in_chains = in_chains.where(Audit.chain.in_(references_of(cases)))
    made, written = _numbered(among(_MADE, cases)), _numbered(in_chains)
    held = (made.c.place, made.c.action, made.c.actor, made.c.os_user)
    said = (cast(column, Text) for column in (made.c.facts, made.c.plan, written.c.detail))
    query = (
        select(*held, *said)
        .join(written, and_(*(made.c[name] == written.c[name] for name in (*_SAME, "turn"))))
        .order_by(made.c.place, made.c.id)
        .execution_options(yield_per=1000)
    )
    for place, action, actor, user, facts, plan, detail in conn.execute(query):
        written_down = json.loads(detail)
        same = ("facts", json.loads(facts)), ("plan", plan and json.loads(plan))
        if any(written_down.get(name) != held for name, held in (*same, ("os_user", user or None))):
            what = f"The particulars of “{action}” by {actor}"
            yield broken(place, f"{what} are not those in the audit chain.")


def _numbered(found: Select[*tuple[Any, ...]]) -> Subquery:
    """Return decisions, or their audit rows, each with its turn among those that look the same."""
    held = found.subquery()
    same = [held.c[name] for name in _SAME]
    turn = func.row_number().over(partition_by=same, order_by=held.c.id)
    return select(held, turn.label("turn")).subquery()
