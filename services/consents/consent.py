"""The landlord's consent: not needed, cleared by a pre-permission, or asked for in writing."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, select

from models.asked import reference_rows
from models.audit import AUTOMATIC
from models.base import columns_of
from models.case_queries import consent_of, newest_price
from models.tables.reference import Permission
from models.tables.works import Consent
from rules.clocks.dates import london_date
from rules.consents import permissions
from rules.consents.tenure import consent_needed
from rules.pathway import StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import working_days_on
from services.cases.unit import at_step
from services.consents.authority import ask_for_authority, authority_on
from services.consents.chasing import CHANGE

_REGISTER: Final = (
    select(*columns_of(Permission, permissions.Permission))
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


def _match_or_ask(case: CaseInHand) -> ToAsk | None:
    standing = consent_of(case.conn, case_id=case.id)
    revision = case.steps[StepName.CONSENT].revision
    if standing is not None and standing.step_revision == revision:
        return _ask(case)
    if not consent_needed(case.row.tenure, case.row.tenancy):
        _keep(case, basis="not_needed")
        case.move(StepName.CONSENT, StepStatus.NOT_NEEDED, outcome="owner")
        return None
    return _match(case)


def _match(case: CaseInHand) -> ToAsk | None:
    register = _register(case)
    match, reasons = matched(case, register=register)
    if match is not None:
        _keep(case, basis="pre_permission", permission=match)
        note_matched(case, match)
        case.move(StepName.CONSENT, StepStatus.DONE, outcome="pre_permission")
        return None
    return _to_ask(case, register=register, reasons=reasons)


def matched(
    case: CaseInHand, *, register: list[permissions.Permission] | None = None
) -> tuple[permissions.Permission | None, tuple[str, ...]]:
    """Return the pre-permission that covers a case's works today, or why each one does not."""
    return permissions.match_permission(
        permissions=_register(case) if register is None else register,
        provider=case.row.landlord,
        work_type=case.row.work_type,
        value_pence=_value(case),
        home=permissions.Home(postcode=case.row.postcode, uprn=case.row.uprn),
        on=london_date(case.now),
    )


def note_matched(case: CaseInHand, match: permissions.Permission) -> None:
    """Say on the case's chain which agreement and clause cleared its consent."""
    case.consent_runs_to(match.valid_to)
    case.note(
        actor=AUTOMATIC,
        action="consent: pre-permission matched",
        reason=f"{match.cited} with {match.provider}, valid to {match.valid_to}",
        detail={"conditions": match.conditions, "value_pence": _value(case)},
    )


def _to_ask(
    case: CaseInHand, *, register: list[permissions.Permission], reasons: tuple[str, ...]
) -> ToAsk | None:
    today = london_date(case.now)
    of_these_works = [
        p
        for p in register
        if case.row.work_type in p.work_types and p.valid_from <= today <= p.valid_to
    ]
    days = [p.response_days for p in of_these_works if p.response_days is not None]
    silences = {p.silence for p in of_these_works}
    silence = next((one for one in ("refused", "given") if one in silences), "officer_decides")
    _keep(
        case,
        basis="requested",
        silence=silence,
        why_asked="\n".join(reasons),
        reply_days=min(days, default=None),
    )
    case.note(
        actor=AUTOMATIC, action="consent: to be asked for", reason=" ".join(reasons) or "a landlord"
    )
    return _ask(case)


def _ask(case: CaseInHand) -> ToAsk | None:
    """Return what the landlord is asked, once the tenant has applied; the day to reply by stays."""
    asked = consent_of(case.conn, case_id=case.id)
    if asked is None or asked.basis != "requested":
        return None
    if authority_on(case.conn, case_id=case.id) is None:
        ask_for_authority(case)
        return None
    reply_by = asked.reply_by
    if reply_by is None:
        reply_by = working_days_on(case, asked.reply_days or case.days("answer_consent"))
        case.conn.execute(CHANGE, {"row_id": asked.id, "reply_by": reply_by})
    return ToAsk(asked.step_revision, reply_by)


def _register(case: CaseInHand) -> list[permissions.Permission]:
    rows = reference_rows(case.conn, _REGISTER, provider=case.row.landlord)
    return [permissions.Permission(**row._mapping) for row in rows]


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
    permission: permissions.Permission | None = None,
    silence: str = "officer_decides",
    why_asked: str | None = None,
    reply_days: int | None = None,
) -> None:
    values = {
        "case_id": case.id,
        "step_revision": case.steps[StepName.CONSENT].revision,
        "basis": basis,
        "landlord": case.row.landlord,
        "silence": silence,
        "why_asked": why_asked,
        "reply_days": reply_days,
    }
    if permission is not None:
        terms = ("conditions", "value_cap_pence", "valid_to", "cited")
        values |= {name: getattr(permission, name) for name in terms}
        values["permission_id"] = permission.id
    case.conn.execute(_KEEP, values)
