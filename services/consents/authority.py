"""The tenant's authority to ask the landlord: without it a letter of the council starts no clock.

Equality Act 2010 s.190, Housing Act 1985 s.98: it is the tenant who must have applied in writing.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection

from models.asked import one
from models.base import AnyRow, Instant, rows_by
from models.case_queries import consent_of
from models.contacts import client_of, landlord_of
from models.tables.consents import TenantAuthority
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.parties import Party
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell, working_days_on

AWAITED: Final = "the tenant’s authority to ask the landlord"
STANDS: Final = rows_by(TenantAuthority, "case_id").where(TenantAuthority.withdrawn_at.is_(None))
_KEEP: Final = insert(TenantAuthority)
_WITHDRAW: Final = (
    update(TenantAuthority)
    .where(TenantAuthority.id == bindparam("row_id"))
    .values(withdrawn_at=bindparam("at", type_=Instant))
)


class AuthorityHow(StrEnum):
    """How a tenant gave authority; s.190 and s.98 ask for an application in writing."""

    SIGNED_FORM = "signed_form"
    LETTER = "letter"
    EMAIL = "email"


@decided("tenant-authority", at=None, by=OFFICERS | {Role.ASSESSOR}, any_time=True)
class RecordAuthority(BaseDecision):
    """The tenant asks for the landlord's consent in writing, and lets us ask in their name."""

    given_on: date = particular("The day on which it was signed.", label="Signed on")
    how: AuthorityHow = particular(
        "How: signed_form, letter or email.", default=AuthorityHow.SIGNED_FORM, label="How"
    )
    evidence: str = particular(
        "What shows it, such as doc:3.", default="", evidence=True, label="What shows it"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say when and how the tenant gave it."""
        how = known(" by {}", facts.words("how"))
        shown = known("; shown by: {}", facts["evidence"])
        return f"The tenant’s authority to ask the landlord{how}, {facts.day('given_on')}{shown}."


@decided("withdraw-authority", at=None, by=OFFICERS | {Role.ASSESSOR}, any_time=True)
class WithdrawAuthority(BaseDecision):
    """The tenant's authority was recorded by mistake, or the tenant takes it back."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say that it holds no longer."""
        given = known(" of {}", facts.day("given_on"))
        return f"The tenant’s authority{given} to ask the landlord holds no longer."


def authority_on(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the tenant's authority that stands on a case."""
    return one(conn, STANDS, case_id=case_id)


def check_none_held(context: Context) -> None:
    """Refuse a second authority while one stands."""
    held = authority_on(context.conn, case_id=context.case.id)
    if held is not None:
        raise AlreadyDecidedError(
            f"The tenant’s authority of {held.given_on:%-d %B %Y} is on record already.",
            next_step="Nothing was changed; if it is wrong, withdraw it first.",
        )


@applies(RecordAuthority, check=check_none_held)
def record_authority(context: Context, decision: RecordAuthority, _: None) -> Effect:
    """Keep it; a request that waited for it goes out now."""
    case = context.case
    if decision.given_on > context.today:
        raise InvalidDecisionError(
            f"{decision.given_on:%-d %B %Y} is still to come.",
            next_step="Record it once the tenant has signed.",
        )
    kept = {"case_id": case.id, "given_on": decision.given_on, "how": decision.how.value}
    kept |= {"recorded_by": context.actor.identity, "recorded_at": context.now}
    context.conn.execute(_KEEP, kept)
    asked = consent_of(context.conn, case_id=case.id)
    if not _waits_for_it(case, asked):
        return Effect(to=None)
    case.stop_clock("give_authority", why="given")
    case.move(StepName.CONSENT, StepStatus.READY)
    return Effect(to=None, notice="The landlord is written to now.")


def _waits_for_it(case: CaseInHand, asked: AnyRow | None) -> bool:
    step = case.steps.get(StepName.CONSENT)
    waits = step is not None and step.status is StepStatus.WAITING and step.owner == "applicant"
    return waits and asked is not None and asked.basis == "requested"


def check_held(context: Context) -> AnyRow:
    """Return the authority that stands."""
    held = authority_on(context.conn, case_id=context.case.id)
    if held is None:
        raise StepNotOpenError(
            f"No authority of the tenant is on record of {context.case.reference}.",
            next_step="There is nothing to withdraw.",
        )
    return held


@applies(WithdrawAuthority, check=check_held)
def withdraw_authority(context: Context, _decision: WithdrawAuthority, held: AnyRow) -> Effect:
    """Let it hold no longer: the landlord's clock stops, and the landlord need not answer."""
    case = context.case
    asked = consent_of(context.conn, case_id=case.id)
    waits = case.step_status(StepName.CONSENT) is StepStatus.WAITING
    if waits and asked is not None and asked.basis == "requested" and asked.asked_on is not None:
        raise InvalidDecisionError(
            f"The landlord was asked on {asked.asked_on:%-d %B %Y} on this authority.",
            why="A request that is out is answered, or the case leaves the pathway; taking the "
            "authority back does not unsend it.",
            next_step="Record the landlord’s answer, or how the case ends.",
        )
    context.conn.execute(_WITHDRAW, {"row_id": held.id, "at": context.now})
    return Effect(to=None, facts={"given_on": held.given_on.isoformat()})


def ask_for_authority(case: CaseInHand) -> None:
    """Ask the tenant to apply, with the form to sign; the landlord's clock waits for it."""
    tell(
        case,
        kind="authority_request_to_client",
        once_for=str(case.steps[StepName.CONSENT].revision),
        to=client_of(case.row),
        context={
            "reply_by": working_days_on(case, case.days("give_authority")),
            "landlord": landlord_of(case.conn, case=case.row).name,
        },
    )
    case.start_clock("give_authority", holder=Party.CLIENT)
    case.move(StepName.CONSENT, StepStatus.WAITING, owner="applicant", waiting_for=AWAITED)
