"""The people of the demo: given a gate that waits, what they decide there and in whose name."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from desk.demonstration.at_once import waits_for_batch
from desk.demonstration.quoting import quote_or_award
from desk.demonstration.scene import PLAN, Said, Scene
from rules.agreement import ViewHow
from rules.cases import SURVEY_QUESTIONS, ConsentAnswer
from rules.consents.tenancies import Covenant, Tenancy
from rules.consents.tenure import certificates_needed
from rules.grants.funding import FundingKind
from rules.grants.payers import PayerHow
from rules.grants.waterfall import LineKind, Part
from rules.orders import ExitGround
from rules.pathway import StepName
from rules.people import Role
from rules.tenders.routes import Route
from rules.variations import Limb
from services.aftercare.survey import AnswerSurvey
from services.assignment.decide import AnswerOffer
from services.competitions.direction import Direct
from services.competitions.routing import ChooseRoute
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.consents.authority import RecordAuthority
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.consents.tenancy import RecordTenancy
from services.decisions.exits import Exit
from services.decisions.specification import Specify
from services.demonstration.seen import certificates_of, landlord_of, order_on_site, queries
from services.grants.approve import Approve
from services.grants.findings import FindNecessary, FindPracticable
from services.grants.funding import RecordFunding
from services.grants.papers import waterfall_of
from services.grants.payer import RecordPayer
from services.grants.payers import shares_of
from services.grants.waiving import WaiveMeansTest
from services.orders.safety import HoldPlan
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.pricing.vat import RecordDeclaration
from services.pricing.works import ConfirmPrice


def _specify(scene: Scene) -> Said:
    return scene.said(Specify(), "Surveyed and drawn with the client.")


def _price(scene: Scene) -> Said:
    if not scene.story.remeasured:
        return scene.said(ConfirmPrice(), "Quantities checked against the survey.")
    lines = queries.works_lines(scene.conn, case_id=scene.case.id)
    more, less = [line for line in lines if line.quantity > 1][:2]
    measured = {more.line: more.quantity + 1, less.line: less.quantity - Decimal("0.5")}
    words = "Re-measured on site: more of one, less of another."
    return scene.said(ConfirmPrice(quantities=measured), words)


def _tender(scene: Scene) -> Said | None:
    if queries.award_in_force(scene.conn, case_id=scene.case.id).route == Route.QUOTES:
        return quote_or_award(scene)
    if scene.story.declared_late and not scene.case.vat_declaration:
        declared = RecordDeclaration(scene.today, f"VAT-{scene.case.reference[-4:]}")
        return scene.said(declared, "The signed form came by post.")
    if scene.story.called_off and not scene.case.route:
        words = "Half of the package is not wanted here; the schedule prices it better."
        return scene.said(ChooseRoute(Route.CALL_OFF), words, PLAN)
    if waits_for_batch(scene):
        return None
    return scene.said(Direct(), "The price is tendered and current.", PLAN)


def _consent(scene: Scene) -> Said:
    if not scene.decided("tenant-authority"):
        return scene.said(RecordAuthority(scene.today), "The signed form came by post.")
    if scene.story.landlord_refuses and scene.case.tenancy is None:
        kind = Tenancy.SECURE if scene.case.tenure == "council_tenant" else Tenancy.ASSURED
        held = RecordTenancy(kind, scene.today, Covenant.WITH_CONSENT)
        return scene.said(held, "Read in the tenancy agreement.")
    if not scene.story.landlord_refuses:
        conditions = "Asbestos information before work starts; photographs on completion"
        granted = AnswerConsent(ConsentAnswer.GRANTED, conditions)
        return scene.said(granted, "The landlord agreed in writing.")
    consent = queries.consent_of(scene.conn, case_id=scene.case.id)
    if consent is not None and consent.basis == "requested":
        refused = AnswerConsent(ConsentAnswer.REFUSED)
        return scene.said(refused, "The landlord wrote that it prefers no ramp.")
    given = AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN)
    return scene.said(given, "No reasonable ground was given.", PLAN)


def _certificates(scene: Scene) -> Said:
    held = certificates_of(scene.conn, case_id=scene.case.id)
    missing = [kind for kind in certificates_needed(scene.case.tenure) if kind not in held]
    return scene.said(RecordCertificate(missing[0]), "Signed form received.")


def _approve(scene: Scene) -> Said:
    if said := _who_pays(scene) or _found(scene):
        return said
    again = Limb.WORKS_COST if scene.decided("approve") else None
    decision = Approve(approved=True, fees_pence=350_00, limb=again)
    words = "Necessary and appropriate, reasonable and practicable."
    if scene.story.refused:
        decision = Approve(approved=False)
        words = (
            "The works are not reasonable and practicable in this dwelling, s.24(3)(b): "
            "the structure cannot carry them."
        )
    return scene.said_by(Role.APPROVING_OFFICER, decision, words)


def _found(scene: Scene) -> Said | None:
    """Return the next of the findings of s.24(3) that is still to be recorded."""
    if not scene.decided("find-necessary"):
        found = FindNecessary(necessary=True)
        return scene.said_by(Role.ASSESSOR, found, "As recommended after the visit.")
    if not scene.decided("find-practicable"):
        words = "The home is sound; the works fit it."
        if scene.story.refused:
            words = "The structure cannot carry them."
        return scene.said(FindPracticable(practicable=not scene.story.refused), words)
    return None


def _who_pays(scene: Scene) -> Said | None:
    """Return what is still to be recorded of who pays before the grant is decided."""
    if scene.story.provider_pays and not scene.decided("funding"):
        landlord = landlord_of(scene.conn, case=scene.case).name
        paid = RecordFunding(FundingKind.PROVIDER, landlord, 500_00)
        return scene.said(paid, "Agreed with the landlord in writing.")
    if scene.story.waived_under and not scene.decided("waive-means-test"):
        words = "The client's illness is at its last stage; the consultant's letter is on file."
        return scene.said(WaiveMeansTest(scene.story.waived_under), words, PLAN)
    return None


def _assign(scene: Scene) -> Said | None:
    offer = queries.live_offer(scene.conn, case_id=scene.case.id)
    if offer is None:
        return None
    first = len(queries.offers_on(scene.conn, case_id=scene.case.id)) == 1
    if first and scene.story.lapses:
        return None  # nobody answers; the sweep moves it on
    if first and scene.story.declined:
        return Said(AnswerOffer(accepted=False), offer.contractor, "No gang free till May.")
    return Said(AnswerOffer(accepted=True), offer.contractor, "We can do it.")


def _order(scene: Scene) -> Said | None:
    """Return the next payer of what the grant does not pay: the order waits for each of them."""
    approval = queries.approval_in_force(scene.conn, case_id=scene.case.id)
    known = {share.payer for share in shares_of(scene.conn, case_id=scene.case.id)}
    for line in waterfall_of(scene.conn, approval=approval):
        if line.part is Part.SHARES and line.kind in _PAID_BY_OTHERS:
            how, payer, words = _PAID_BY_OTHERS[line.kind]
            payer = payer or line.label
            if payer not in known:
                paid = RecordPayer(how, payer, line.amount_pence)
                return scene.said_by(Role.FINANCE, paid, words)
    return None


_PAID_BY_OTHERS: Final = {
    LineKind.FUNDER: (PayerHow.RECEIVED, "", "The transfer is in our account."),
    LineKind.CONTRIBUTION: (PayerHow.RECEIVED, "client", "The client paid by bank transfer."),
    LineKind.OVER_MAXIMUM: (
        PayerHow.DIRECT,
        "client, above the maximum",
        "The client and the contractor signed for it.",
    ),
}
"""How each share of the cost is paid, by whom where its line does not say, and why we know."""


def _works(scene: Scene) -> Said:
    order = queries.order_in_force(scene.conn, case_id=scene.case.id)
    if order_on_site(scene.conn, order=order).plan is None:
        plan = HoldPlan(f"CPP-{order.number}", scene.today, at_once=2)
        return Said(plan, order.contractor, "The plan for this home, two of us on site.")
    if order.started_on is None:
        return Said(StartWorks(scene.today), order.contractor, "On site this morning.")
    decision = CompleteWorks(scene.today, "twelve photographs, before and after", all_done=True)
    return Said(decision, order.contractor, "Finished and cleared.")


def _sign_off(scene: Scene) -> Said:
    order = queries.order_in_force(scene.conn, case_id=scene.case.id)
    known = queries.inspected(scene.conn, order=order)
    if known.not_inspected or known.snags:
        found = InspectLines(all_pass=True)
        if known.not_inspected and scene.story.snag:
            first, *others = sorted(known.lines)
            found = InspectLines(passed=tuple(others), snags={first: "the seal lifts at one end"})
        return scene.said(found, "Inspected with the client.")
    if known.certificates_missing:
        kind = known.certificates_missing[0]
        held = HoldCertificate(kind, f"{kind[:3].upper()}-{order.number}")
        return scene.said(held, "Certificate received from the contractor.")
    if known.client is None:
        told = ClientAgrees(agrees=True, how=ViewHow.TELEPHONE)
        return scene.said(told, "The client told us by telephone.")
    return scene.said(Certify(), "To the authority's satisfaction.")


def _pay(scene: Scene) -> Said:
    order = queries.order_in_force(scene.conn, case_id=scene.case.id)
    invoice = queries.newest_invoice(scene.conn, order_id=order.id)
    if invoice is not None and invoice.status == "matched":
        return scene.said_by(Role.FINANCE, Release(), "Matched and signed off.")
    price = queries.price_by_id(scene.conn, price_id=order.price_id)
    wrong = scene.story.invoice_wrong and invoice is None
    decision = RecordInvoice(
        number=f"{order.number}-{'A' if invoice is None else 'B'}",
        dated=scene.today,
        total_pence=price.total_pence + (75_00 if wrong else 0),
        as_ordered=True,
    )
    return scene.said(decision, "Invoice received by post.")


def _aftercare(scene: Scene) -> Said | None:
    if scene.decided("survey"):
        return None
    scores = dict.fromkeys(SURVEY_QUESTIONS, 5) | {"communication": 4}
    return scene.said(AnswerSurvey(scores), "The client sent the survey back.")


AT_THE_GATE: Final[Mapping[StepName, Callable[[Scene], Said | None]]] = {
    StepName.SPECIFY: _specify,
    StepName.PRICE: _price,
    StepName.TENDER: _tender,
    StepName.CONSENT: _consent,
    StepName.CERTIFICATES: _certificates,
    StepName.APPROVE: _approve,
    StepName.ASSIGN: _assign,
    StepName.ORDER: _order,
    StepName.WORKS: _works,
    StepName.SIGN_OFF: _sign_off,
    StepName.PAY: _pay,
    StepName.AFTERCARE: _aftercare,
}
"""Who says what at each gate."""

GROUNDED: Final[Mapping[str, ExitGround]] = {
    "withdrawn": ExitGround.APPLICANT_WITHDREW,
    "died": ExitGround.OCCUPANT_DIED,
    "moved": ExitGround.OCCUPANT_MOVED,
    "alternative_found": ExitGround.NEED_CEASED,
}
"""On what ground of the Act a case leaves, by how it leaves."""

LEAVING: Final[Mapping[str, str]] = {
    "withdrawn": "The client no longer wants the works.",
    "died": "The client has died; the family has been called.",
    "moved": "The client has moved to sheltered housing.",
    "alternative_found": "A riser recliner and equipment meet the need.",
}
"""Why a case leaves, by how it leaves."""


def what_is_said(scene: Scene) -> Said | None:
    """Return what somebody decides at the open gate, or None where nobody says anything."""
    if scene.story.leaves_at != scene.case.step:
        return AT_THE_GATE[scene.case.step](scene)
    outcome = scene.story.leaves_as
    return (
        None if outcome is None else scene.said(Exit(outcome, GROUNDED[outcome]), LEAVING[outcome])
    )
