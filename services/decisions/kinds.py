"""Every kind of decision, as declared in the rooms named here."""

from types import MappingProxyType
from typing import Final

from rules.decisions import BaseDecision
from rules.pathway import StepName
from services.aftercare import (
    charge,
    charge_corrections,
    close,
    conditions,
    defects,
    inspected,
    outcomes,
    recalls,
    recovering,
    repayments,
    servicing,
    survey,
)
from services.alerts import chase as _chase
from services.assignment import decide as _assignment
from services.batches import decide as _batches
from services.cases import contacts, notes, officers
from services.cases.effect import APPLIED
from services.clocks import pausing, rebase, reviewing
from services.competitions import competition, direction, quoting, routing
from services.completion import (
    agreement,
    completion,
    confirming,
    inspecting,
    refusing,
    sampling,
    snags,
)
from services.completion import corrections as _found
from services.consents import alternatives as _alternatives
from services.consents import authority as _authority
from services.consents import certificates as _certificates
from services.consents import corrections as _answered
from services.consents import decide as _consents
from services.consents import landlord as _landlord
from services.consents import matching as _matching
from services.consents import owners as _owners
from services.consents import tenancy as _tenancy
from services.decisions import exits, reopening, specification
from services.documents import received
from services.grants import (
    approve,
    charges_after,
    consulting,
    direct,
    findings,
    funding,
    means,
    payer,
    waiving,
)
from services.links import decide as _links
from services.links import questions
from services.orders import (
    acknowledge,
    appointments,
    assessing,
    assessments,
    claiming,
    claims,
    during,
    ended,
    extending,
    handing_in,
    hazards,
    replacing,
    safety,
    taken_back,
    valuation,
    varying,
    works,
)
from services.orders import corrections as _begun
from services.payments import (
    applicant_accounts,
    credited,
    entries,
    payee,
    payment,
    recalculating,
    release,
    replaced,
    valuing,
    withholding,
)
from services.pricing import contracting, preventive, vat
from services.pricing import works as _price

ROOMS: Final = (
    *(
        specification,
        _price,
        vat,
        contracting,
        preventive,
        routing,
        funding,
        means,
        waiving,
        consulting,
        direct,
        findings,
        direction,
    ),
    *(_batches, quoting, competition),
    *(_consents, _landlord, _alternatives, _matching, _authority, _tenancy, _certificates),
    _owners,
    *(_answered, approve, charges_after, payer, _assignment),
    *(acknowledge, safety, works, handing_in, during, _begun),
    *(inspecting, sampling, snags, refusing, completion),
    *(agreement, confirming, _found),
    *(valuing, payment, recalculating, release, withholding, entries, credited),
    *(payee, applicant_accounts),
    *(survey, outcomes, defects, recalls, inspected, charge, close, charge_corrections),
    *(repayments, recovering, conditions, servicing, pausing, rebase, reviewing),
    *(claims, claiming, assessments, assessing, varying, extending, ended, valuation),
    *(replacing, taken_back, replaced),
    *(hazards, appointments, exits, reopening, officers, _chase),
    *(notes, contacts, received),
    *(questions, _links),
)
"""Where decisions are declared."""


def _order(kind: type[BaseDecision]) -> tuple[int, int, int]:
    steps = [*StepName, None]
    room = next(n for n, one in enumerate(ROOMS) if one.__name__ == kind.__module__)
    return steps.index(kind.step), room, list(APPLIED).index(kind)


KINDS: Final = MappingProxyType({kind.kind: kind for kind in sorted(APPLIED, key=_order)})
"""Every kind of decision by what it is called: by step, and last those of no one step."""
