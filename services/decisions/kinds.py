"""Every kind of decision, as declared in the rooms named here."""

from importlib import import_module
from types import MappingProxyType
from typing import Final

from rules.decisions import BaseDecision
from rules.pathway import StepName
from services.cases.effect import APPLIED

_NAMES: Final = (
    "decisions.specification pricing.works pricing.vat pricing.contracting pricing.preventive "
    "competitions.routing grants.funding grants.means grants.waiving grants.consulting "
    "grants.direct grants.findings competitions.direction batches.decide competitions.quoting "
    "competitions.competition consents.decide consents.landlord consents.alternatives "
    "consents.matching consents.authority consents.tenancy consents.certificates "
    "consents.owners consents.corrections grants.approve grants.charges_after grants.payer "
    "assignment.decide orders.acknowledge orders.safety orders.works orders.handing_in "
    "orders.during orders.corrections completion.inspecting completion.sampling "
    "completion.snags completion.refusing completion.completion completion.agreement "
    "completion.confirming completion.corrections payments.valuing payments.payment "
    "payments.recalculating payments.release payments.withholding payments.entries "
    "payments.credited payments.payee payments.applicant_accounts aftercare.survey "
    "aftercare.outcomes aftercare.defects aftercare.recalls aftercare.inspected "
    "aftercare.charge aftercare.close aftercare.charge_corrections aftercare.repayments "
    "aftercare.recovering aftercare.conditions aftercare.servicing clocks.pausing clocks.rebase "
    "clocks.reviewing orders.claims orders.claiming orders.assessments orders.assessing "
    "orders.varying orders.extending orders.ended orders.valuation "
    "orders.replacing orders.taken_back payments.replaced orders.hazards orders.appointments "
    "decisions.exits decisions.reopening cases.officers alerts.chase cases.notes cases.contacts "
    "documents.received links.questions links.decide"
)
ROOMS: Final = tuple(import_module(f"services.{name}") for name in _NAMES.split())
"""Where decisions are declared."""


def _order(kind: type[BaseDecision]) -> tuple[int, int, int]:
    steps = [*StepName, None]
    room = next(n for n, one in enumerate(ROOMS) if one.__name__ == kind.__module__)
    return steps.index(kind.step), room, list(APPLIED).index(kind)


KINDS: Final = MappingProxyType({kind.kind: kind for kind in sorted(APPLIED, key=_order)})
"""Every kind of decision by what it is called: by step, and last those of no one step."""
