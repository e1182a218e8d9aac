"""The landlord's consent: not needed, cleared by a pre-permission, or asked for in writing."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, exists, insert, select
from sqlalchemy.orm import aliased

from adapters import clock
from models.asked import reference_rows
from models.audit import AUTOMATIC
from models.base import columns_of
from models.case_queries import consent_of, newest_price
from models.tables.cases import Case
from models.tables.reference import Permission
from models.tables.works import Consent
from rules import consents
from rules.clocks.dates import london_date
from rules.pathway import OVER, CaseStatus, StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import working_days_on
from services.cases.sweep import has_step
from services.cases.unit import at_step, in_hand
from services.session import reading

_REGISTER: Final = (
    select(*columns_of(Permission, consents.Permission))
    .where(Permission.provider == bindparam("provider"))
    .order_by(Permission.id)
)
_KEEP: Final = insert(Consent)


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A consent that must be asked for in writing.

    Args:
        step_revision: Which opening of the step it belongs to.
        reply_by: When an answer is asked for.
    """

    step_revision: int
    reply_by: date


def match_consent(case_ref: str) -> ToAsk | None:
    """Clear the landlord's consent by tenure or pre-permission; otherwise say what is to be asked.

    Returns:
        What is to be asked for, or None where nothing is.
    """
    to_ask: ToAsk | None = None
    with at_step(case_ref, StepName.CONSENT) as case:
        if case is not None:
            to_ask = _match_or_ask(case)
    return to_ask


def renew_consent(case_ref: str) -> None:
    """Open a consent again that lapsed before the grant was decided, so that it is renewed."""
    with in_hand(case_ref) as case:
        standing = consent_of(case.conn, case_id=case.id)
        over = case.step_status(StepName.CONSENT) in OVER
        if standing is None or standing.valid_to is None or not over or case.status_is_exit():
            return
        if standing.valid_to >= london_date(case.now):
            return
        case.stop_clock("consent_lapses", why="lapsed")
        case.reopen(StepName.CONSENT, reason=f"the consent lapsed on {standing.valid_to}")
        case.request_advance()


def _match_or_ask(case: CaseInHand) -> ToAsk | None:
    standing = consent_of(case.conn, case_id=case.id)
    revision = case.steps[StepName.CONSENT].revision
    if standing is not None and standing.step_revision == revision:
        return ToAsk(revision, case.clocks.given("answer_consent") or london_date(case.now))
    if not consents.consent_needed(case.row.tenure):
        _keep(case, basis="not_needed")
        case.move(StepName.CONSENT, StepStatus.NOT_NEEDED, outcome="owner")
        return None
    return _match(case)


def _match(case: CaseInHand) -> ToAsk | None:
    register = _register(case)
    value = _value(case)
    match, reasons = consents.match_permission(
        permissions=register,
        provider=case.row.landlord,
        work_type=case.row.work_type,
        value_pence=value,
        on=london_date(case.now),
    )
    if match is not None:
        _keep(case, basis="pre_permission", permission=match)
        case.consent_runs_to(match.valid_to)
        case.note(
            actor=AUTOMATIC,
            action="consent: pre-permission matched",
            reason=f"agreement {match.id} with {match.provider}, valid to {match.valid_to}",
            detail={"conditions": match.conditions, "value_pence": value},
        )
        case.move(StepName.CONSENT, StepStatus.DONE, outcome="pre_permission")
        return None
    return _to_ask(case, register=register, reasons=reasons)


def _to_ask(
    case: CaseInHand, *, register: list[consents.Permission], reasons: tuple[str, ...]
) -> ToAsk:
    today = london_date(case.now)
    of_these_works = [
        p
        for p in register
        if case.row.work_type in p.work_types and p.valid_from <= today <= p.valid_to
    ]
    days = [p.response_days for p in of_these_works if p.response_days is not None]
    reply_by = working_days_on(case, min(days, default=case.days("answer_consent")))
    refused = any(p.silence == "refused" for p in of_these_works)
    _keep(case, basis="requested", silence="refused" if refused else "officer_decides")
    case.note(
        actor=AUTOMATIC, action="consent: to be asked for", reason=" ".join(reasons) or "a landlord"
    )
    case.start_clock("answer_consent", due_on=reply_by)
    case.date_step(StepName.CONSENT, until=reply_by, why="the landlord has until then to answer")
    case.move(StepName.CONSENT, StepStatus.READY)
    return ToAsk(case.steps[StepName.CONSENT].revision, reply_by)


def _register(case: CaseInHand) -> list[consents.Permission]:
    rows = reference_rows(case.conn, _REGISTER, provider=case.row.landlord)
    return [consents.Permission(**row._mapping) for row in rows]


def _value(case: CaseInHand) -> int | None:
    """Return the net value of the works, or None while a bespoke line has no price."""
    price = newest_price(case.conn, case_id=case.id)
    if price is None or price.basis.get("unpriced_lines"):
        return None
    return int(price.net_pence)


def _keep(
    case: CaseInHand,
    *,
    basis: str,
    permission: consents.Permission | None = None,
    silence: str = "officer_decides",
) -> None:
    today = london_date(case.now)
    values = {
        "case_id": case.id,
        "step_revision": case.steps[StepName.CONSENT].revision,
        "basis": basis,
        "landlord": case.row.landlord,
        "silence": silence,
        "asked_on": today if basis == "requested" else None,
    }
    if permission is not None:
        terms = ("conditions", "value_cap_pence", "valid_to")
        values |= {name: getattr(permission, name) for name in terms}
        values["permission_id"] = permission.id
    case.conn.execute(_KEEP, values)


def consents_lapsed() -> tuple[str, ...]:
    """Return the cases that wait for approval on a consent that has lapsed, by reference."""
    later = aliased(Consent)
    superseded = exists().where(
        later.case_id == Consent.case_id, later.step_revision > Consent.step_revision
    )
    with reading() as conn:
        query = (
            select(Case.reference)
            .join(Consent, Consent.case_id == Case.id)
            .where(
                Case.status == CaseStatus.OPEN,
                Consent.valid_to < london_date(clock.now()),
                ~superseded,
                has_step(StepName.APPROVE, status=(StepStatus.WAITING,)),
                has_step(StepName.CONSENT, status=OVER),
            )
            .order_by(Case.reference)
        )
        return tuple(conn.execute(query).scalars())
