"""What the demo's people can see: open gates, who serves, what was said, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection, Select, bindparam, func, select

from models import case_queries as queries
from models.base import AnyRow
from models.consent_queries import certificates_of
from models.contacts import landlord_of
from models.outbox import request_run
from models.site_queries import order_on_site
from models.tables.cases import Case, CaseStep, FlowRun
from models.tables.clocks import Clock, Pause
from models.tables.prices import Award, PriceLine
from models.tables.record import Decision, Document, Outbox
from models.tables.reference import Officer
from models.tables.works import ORDER_IN_FORCE, Approval, Payment
from rules.pathway import StepName, StepStatus
from rules.people import Role
from rules.tenders.routes import Route
from services.assignment.offers import offers_to_lapse
from services.competitions.competitions import due_to_open

_WAITING: Final = (
    select(*Case.__table__.c, CaseStep.step, CaseStep.revision.label("step_revision"))
    .join(CaseStep, CaseStep.case_id == Case.id)
    .where(CaseStep.current, CaseStep.status == StepStatus.WAITING)
    .order_by(Case.id, CaseStep.id)
)
_SERVING: Final = (
    select(Officer.email, Officer.authorities)
    .where(Officer.role == bindparam("role"))
    .order_by(func.coalesce(Officer.approval_limit_pence, 0).desc(), Officer.email)
)
_SAID: Final = select(Decision.kind, Decision.reason).where(
    Decision.case_id == bindparam("case_id")
)
_RUNS_LEFT: Final = select(func.count()).where(
    Outbox.kind == "run", Outbox.status.in_(("waiting", "claimed"))
)
_CLOCK_DUE: Final = (
    select(Clock.id).where(Clock.stopped_on.is_(None), Clock.next_on <= bindparam("day")).limit(1)
)


def waiting(conn: Connection, *, step: StepName | None = None) -> list[AnyRow]:
    """Return each open gate as its case's row with ``step`` and ``step_revision``.

    Args:
        step: Only cases at this gate, if given.
    """
    wanted = _WAITING if step is None else _WAITING.where(CaseStep.step == step)
    return list(conn.execute(wanted))


def officer(conn: Connection, *, role: Role, authority: str) -> str:
    """Return an officer of a role who serves an authority, with the highest limit."""
    rows = conn.execute(_SERVING, {"role": role})
    serving = (row.email for row in rows if not row.authorities or authority in row.authorities)
    return str(next(serving))


def serving(conn: Connection, *, role: Role, number: int = 1) -> list[str]:
    """Return officers of a role, whichever authority they serve: so many, as far as there are."""
    return [str(row.email) for row in conn.execute(_SERVING, {"role": role})][:number]


def said_on(conn: Connection, *, case_id: int) -> list[tuple[str, str]]:
    """Return the kind and the reason of every decision on a case."""
    return [(row.kind, row.reason) for row in conn.execute(_SAID, {"case_id": case_id})]


def runs_left(conn: Connection) -> int:
    """Return how many runs that were asked for have not ended."""
    return int(conn.execute(_RUNS_LEFT).scalar_one())


def flows_due(conn: Connection, *, day: date, now: datetime) -> list[str]:
    """Return the flows that their schedules would start today, because they have something to do.

    The sweep has where an offer or a deadline has run out, the watch where a clock is looked at.
    """
    sweep = bool(offers_to_lapse() or due_to_open(conn, now=now))
    watch = conn.execute(_CLOCK_DUE, {"day": day}).first() is not None
    return [name for name, due in (("sweep", sweep), ("watch-slas", watch)) if due]


def ask_for(conn: Connection, *, flow: str, day: date, now: datetime) -> None:
    """Ask for a run of a flow, once a day."""
    key = f"{flow.partition('-')[0]}:{day}"
    request_run(conn, key=key, flow=flow, parameters={}, now=now)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the demo has come to; money in pence."""

    approved: int
    granted_pence: int
    orders: int
    payments: int
    paid_pence: int
    decisions: int
    runs: int
    documents: int
    messages: int


_APPROVED: Final = Approval.outcome == "approved"
_COUNTED: Final = (
    select(func.count()).where(_APPROVED),
    select(func.coalesce(func.sum(Approval.grant_pence), 0)).where(_APPROVED),
    select(func.count()).where(ORDER_IN_FORCE),
    select(func.count()).select_from(Payment),
    select(func.coalesce(func.sum(Payment.amount_pence), 0)),
    select(func.count()).select_from(Decision),
    select(func.count()).where(FlowRun.step == "advance"),
    select(func.count()).select_from(Document),
    select(func.count()).where(Outbox.kind == "message", Outbox.status == "sent"),
)
_TOTALS: Final = select(*(each.scalar_subquery() for each in _COUNTED))  # as Totals has them


def totals(conn: Connection) -> Totals:
    """Return what the demo has come to."""
    return Totals(*map(int, conn.execute(_TOTALS).one()))


_AWARDED: Final = select(Case.reference).join(Award, Award.case_id == Case.id)
_EXAMPLES: Final[Mapping[str, Select[str]]] = MappingProxyType(
    {
        "priced": _AWARDED.join(PriceLine, PriceLine.price_id == Award.price_id)
        .where(Award.direction != "")
        .group_by(Case.reference, Award.id)
        .order_by(func.count().desc(), Award.id),
        "quoted": _AWARDED.where(Award.route == Route.QUOTES).order_by(Award.id),
        "paused": select(Case.reference).join(Pause, Pause.case_id == Case.id).order_by(Pause.id),
    }
)


def examples(conn: Connection) -> dict[str, str | None]:
    """Return a case worth a look under ``priced`` (of most lines), ``quoted`` and ``paused``."""
    return {
        name: conn.execute(wanted.limit(1)).scalar_one_or_none()
        for name, wanted in _EXAMPLES.items()
    }


__all__ = [
    "Totals",
    "ask_for",
    "certificates_of",
    "examples",
    "flows_due",
    "landlord_of",
    "officer",
    "order_on_site",
    "queries",
    "runs_left",
    "said_on",
    "totals",
    "waiting",
]
