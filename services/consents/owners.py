"""A joint owner recorded by mistake is taken off: no certificate of theirs is asked for."""

from typing import Final

from sqlalchemy import Integer, bindparam, update

from models.base import AnyRow, Instant
from models.consent_queries import certificates_of, certificates_wanted, joint_owners
from models.tables.consents import JointOwner
from rules.consents.tenure import certificate_name
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.consents.certificates import AddJointOwner, awaits

_TAKE_OFF: Final = (
    update(JointOwner)
    .where(JointOwner.id == bindparam("row_id", type_=Integer))
    .values(withdrawn_at=bindparam("at", type_=Instant))
)


@decided(
    "withdraw-joint-owner",
    at=StepName.CERTIFICATES,
    by=OFFICERS | {Role.ASSESSOR},
    corrects=AddJointOwner,
    rests={
        "approve": "The grant is decided on the certificates as they were, and an issued decision "
        "never changes (s.34(5)). File what shows who owns the home with the case."
    },
)
class WithdrawJointOwner(BaseDecision):
    """A joint owner or landlord was recorded by mistake: no certificate of theirs is needed."""

    owner: str = particular(
        "Which one: owner-2 or landlord-2.",
        label="Which joint owner",
        hint="As the case names them: owner-2, landlord-2.",
        offers="joint_owners",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say who was taken off; the name stands beside the record."""
        return f"The joint owner {facts['owner']} was recorded by mistake and is taken off."


def check_withdraw_joint_owner(context: Context) -> dict[str, AnyRow]:
    """Return the joint owners on record, by what their certificate is called."""
    found = {
        certificate_name(row.kind, row.number): row
        for row in joint_owners(context.conn, case_id=context.case.id)
    }
    if not found:
        raise StepNotOpenError(
            f"No joint owner is on record of {context.case.reference}.",
            next_step="There is nobody to take off.",
        )
    return found


@applies(WithdrawJointOwner, check=check_withdraw_joint_owner)
def withdraw_joint_owner(
    context: Context, decision: WithdrawJointOwner, found: dict[str, AnyRow]
) -> Effect:
    """Ask for their certificate no longer; the step closes once no other is missing."""
    name, case = decision.owner.strip(), context.case
    held = certificates_of(context.conn, case_id=case.id)
    if name not in found:
        raise InvalidDecisionError(
            f"No joint owner of {case.reference} is called “{name}”.",
            why=f"On record: {', '.join(found)}.",
            next_step="Nothing was changed.",
        )
    if name in held:
        raise InvalidDecisionError(
            f"The certificate of {name} is {held[name]} on {case.reference}.",
            why="Who signed a certificate stays on the case while it counts.",
            next_step=f"Withdraw the certificate first: `handrail decide {case.reference} "
            f"certificates --withdraw {name}`.",
        )
    context.conn.execute(_TAKE_OFF, {"row_id": found[name].id, "at": context.now})
    if case.step_status(StepName.CERTIFICATES) in OVER:
        return Effect(to=None)
    missing = [one for one in certificates_wanted(context.conn, case=case.row) if one not in held]
    if missing:
        return awaits(context, missing)
    return Effect(to=StepStatus.DONE, closes=True, outcome="held")
