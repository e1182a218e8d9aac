"""Decisions at sign-off: certificates held, certifying."""

from typing import Final

from sqlalchemy import insert

from models.base import AnyRow
from models.case_queries import inspected, order_in_force
from models.tables.works import CompletionCertificate
from rules.clocks.dates import defects_until
from rules.completion import outstanding
from rules.decisions import BaseDecision, Facts, Option, decided, known, lines_words, particular
from rules.errors import InvalidDecisionError, StatuteError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS
from services.cases import Context, Effect, applies
from services.grants.proportions import pay_what_it_came_to
from services.orders.works import change_order

_KEEP_CERTIFICATE: Final = insert(CompletionCertificate)


@decided("hold-certificate", at=StepName.SIGN_OFF, by=OFFICERS, command="sign-off")
class HoldCertificate(BaseDecision):
    """A completion certificate has been received, such as electrical or building control."""

    certificate: str = particular(
        "This certificate is held.", asks=True, offers="certificates_wanted"
    )
    certificate_reference: str = particular("Its reference.", evidence=True)

    def problems(self) -> tuple[str, ...]:
        """Return a missing reference."""
        return () if self.certificate_reference.strip() else ("Give the certificate's reference.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        of = known(" for {} of {}", facts["order"], facts["contractor"])
        kind, reference = facts.words("certificate"), facts["certificate_reference"]
        return f"The {kind} certificate {reference}{of} is held."


@decided(
    "certify",
    at=StepName.SIGN_OFF,
    by=OFFICERS,
    command="sign-off",
    flag=Option("--certify", "Sign the works off."),
)
class Certify(BaseDecision):
    """The works are signed off to the authority's satisfaction (s.37(4), s.44(3))."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        works = known(" of {}", facts["order"])
        until = known("; the defects period runs until {}", facts.day("defects_until"))
        left = facts["not_looked_at"]
        sample = f"; {lines_words(left)} not looked at, by the decision on a sample" if left else ""
        return f"The works{works} are signed off{until}{sample}."


@applies(HoldCertificate)
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
    facts = {"order": order.number, "contractor": order.contractor}
    return Effect(to=StepStatus.READY, facts=facts)


def check_certify(context: Context) -> AnyRow:
    """Return the order to sign off; refused while anything is outstanding (s.37(4))."""
    order = order_in_force(context.conn, case_id=context.case.id)
    left = outstanding(inspected(context.conn, order=order))
    if left:
        raise StatuteError(
            f"{order.number} cannot be signed off yet.",
            why=f"Outstanding: {'; '.join(what for _, what in left)}.",
            section="s.37(4)",
            next_step="Record each of them, then certify.",
        )
    return order


@applies(Certify, check=check_certify)
def certify(context: Context, _: Certify, order: AnyRow) -> Effect:
    """Sign the works off, and let the defects period begin."""
    until = defects_until(certified_on=context.today)
    change_order(
        context.conn,
        order_id=order.id,
        status="certified",
        certified_on=context.today,
        defects_until=until,
    )
    facts: dict[str, object] = {"order": order.number, "defects_until": until.isoformat()}
    if freed := pay_what_it_came_to(context.conn, case=context.case.row, now=context.now):
        facts["given_back_pence"] = freed
    if left := inspected(context.conn, order=order).not_looked_at:
        facts["not_looked_at"] = list(left)
    return Effect(to=StepStatus.READY, closes=True, outcome="certified", facts=facts)
