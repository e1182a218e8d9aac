"""Under which tenancy or lease a client holds the home: what an answer means hangs on it."""

from datetime import date

from models.base import AnyRow
from models.case_queries import consent_of
from rules.consents.tenancies import FITS, Covenant, Law, Tenancy, law_of
from rules.consents.tenure import OWNER
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import InvalidDecisionError
from rules.pathway import OVER, StepName
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies


@decided("tenancy", at=None, by=OFFICERS | {Role.ASSESSOR}, any_time=True)
class RecordTenancy(BaseDecision):
    """Under which tenancy or lease the client holds the home, and what it says of improvements.

    What a landlord's silence and refusal mean depends on it.
    """

    tenancy: Tenancy = particular(
        "The kind of tenancy, lease or licence.", "--kind", label="Kind of tenancy"
    )
    since: date = particular("From which day it is so.", label="Since")
    covenant: Covenant | None = particular(
        "What it says of improvements by the tenant: with_consent, forbidden or nothing.",
        "--improvements",
        default=None,
        label="Improvements by the tenant",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say how the home is held, and how it was as known before."""
        now, before = (Tenancy(one).words if one else "" for one in _both(facts))
        return (
            f"The home is held by {now}{known(' since {}', facts.day('since'))}"
            f"{known('; improvements: {}', facts.words('covenant'))}"
            f"{known(' (before: {})', before)}."
        )


def _both(facts: Facts) -> tuple[str | None, str | None]:
    return facts["tenancy"], facts.before("tenancy")


def law_for(case: AnyRow) -> Law:
    """Return what the law makes of the landlord's answer on a case."""
    return law_of(case.tenancy, case.covenant)


@applies(RecordTenancy)
def record_tenancy(context: Context, decision: RecordTenancy) -> Effect:
    """Keep how the home is held; a leaseholder's consent is sought where it was not needed."""
    case, new = context.case, _values(decision)
    _check(context, decision)
    held = {name: getattr(case.row, name) for name in new}
    if held == new:
        raise InvalidDecisionError(
            f"That is on record of {case.reference} already.", next_step="Nothing was changed."
        )
    case.set(**new)
    return Effect(
        to=None, facts={"before": {"tenancy": held["tenancy"]}}, notice=_seek(context, decision)
    )


def _values(decision: RecordTenancy) -> dict[str, object]:
    return {
        "tenancy": decision.tenancy.value,
        "tenancy_since": decision.since,
        "covenant": decision.covenant.value if decision.covenant else None,
    }


def _check(context: Context, decision: RecordTenancy) -> None:
    case = context.case
    if decision.since > context.today:
        raise InvalidDecisionError(
            f"{decision.since:%-d %B %Y} is still to come.",
            next_step="Record the tenancy that holds today.",
        )
    if decision.tenancy not in FITS[case.row.tenure]:
        held = case.row.tenure.replace("_", " ")
        fits = ", ".join(sorted(FITS[case.row.tenure]))
        raise InvalidDecisionError(
            f"{case.reference} is of the tenure {held}, which is no {decision.tenancy.words}.",
            why=f"Of it are: {fits}.",
            next_step="Record one of these, or correct the tenure of the case first.",
        )


def _seek(context: Context, decision: RecordTenancy) -> str:
    """Open the consent of a leaseholder, who was thought to own the home outright."""
    case = context.case
    standing = consent_of(context.conn, case_id=case.id)
    owned = case.row.tenure == OWNER and standing is not None and standing.basis == "not_needed"
    if not owned or decision.tenancy is not Tenancy.LONG_LEASE or case.is_decided():
        return ""
    if case.step_status(StepName.CONSENT) not in OVER:
        return ""
    case.reopen(StepName.CONSENT, reason="the home is held on a long lease")
    return "The freeholder’s consent is sought: the home is held on a long lease."
