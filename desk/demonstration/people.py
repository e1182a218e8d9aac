"""The people of the demo: given a gate that waits, what they decide there and in whose name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from desk.demonstration.script import Story
from models import case_queries as queries
from models.base import AnyRow
from models.record import Decision
from models.reference import Officer
from rules import decisions as kinds
from rules.consents import certificates_needed
from rules.decisions import AnyDecision, ConsentAnswer, Plan
from rules.pathway import StepName
from rules.people import Role


@dataclass(frozen=True, slots=True)
class Said:
    """A decision somebody is about to record.

    Args:
        decision: The decision.
        by: Who records it.
        reason: Why, in their words.
        plan: The PLAN rationale, for a discretionary decision.
    """

    decision: AnyDecision
    by: str
    reason: str
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a person at a gate can see.

    Args:
        conn: A reading connection.
        case: The case's row.
        story: What is in store for it.
        today: The day.
        turn: How many decisions the step has had since it opened.
    """

    conn: Connection
    case: AnyRow
    story: Story
    today: date
    turn: int

    def officer(self, role: Role) -> str:
        """Return an officer of a role who serves the case's authority, with the highest limit."""
        rows = self.conn.execute(
            select(Officer.email, Officer.authorities)
            .where(Officer.role == role)
            .order_by(func.coalesce(Officer.approval_limit_pence, 0).desc(), Officer.email)
        )
        serving = (
            row.email
            for row in rows
            if not row.authorities or self.case.authority in row.authorities
        )
        return str(next(serving))

    @property
    def technical_officer(self) -> str:
        """The grant technical officer of the case."""
        return self.officer(Role.TECHNICAL_OFFICER)

    def decided(self, kind: str) -> int:
        """Return how many decisions of a kind the case has had."""
        query = select(func.count()).where(Decision.case_id == self.case.id, Decision.kind == kind)
        return int(self.conn.execute(query).scalar_one())


def _specify(scene: Scene) -> Said:
    return Said(kinds.Specify(), scene.technical_officer, "Surveyed and drawn with the client.")


def _price(scene: Scene) -> Said:
    if not scene.story.remeasured:
        decision = kinds.ConfirmPrice()
        return Said(decision, scene.technical_officer, "Quantities checked against the survey.")
    line = queries.works_lines(scene.conn, case_id=scene.case.id)[0]
    measured = kinds.ConfirmPrice(quantities={line.line: line.quantity + Decimal(1)})
    return Said(measured, scene.technical_officer, "Re-measured on site: one more is needed.")


_PLAN: Final = Plan(
    proportionate="The sum is small beside the cost and delay of asking twice.",
    legal="The Act lets us direct so in a particular case.",
    auditable="Every price and placing is frozen with the case.",
    necessary="The client cannot wait for a second estimate.",
)


def _tender(scene: Scene) -> Said:
    award = queries.award_in_force(scene.conn, case_id=scene.case.id)
    officer = scene.technical_officer
    if award.route != "quotes":
        return Said(kinds.Direct(), officer, "The price is tendered and current.", _PLAN)
    invited = [place["contractor"] for place in award.placings if not place["reasons"]]
    quotes = queries.quotes_for(scene.conn, award_id=award.id)
    quoted = [quote.contractor for quote in quotes]
    waiting = [code for code in invited if code not in quoted]
    if waiting and len(quotes) < 3:
        return _quote(scene, contractor=waiting[0], so_far=len(quotes))
    best = min(quotes, key=lambda quote: quote.net_pence)
    words = "The lowest of the quotes, and the programme suits the client."
    return Said(kinds.AwardQuote(best.contractor), officer, words, _PLAN)


def _quote(scene: Scene, *, contractor: str, so_far: int) -> Said:
    lines = queries.works_lines(scene.conn, case_id=scene.case.id)
    target = (11_400_00 + so_far * 730_00) // len(lines)
    amounts = {line.line: target + 1_00 * line.line for line in lines}
    decision = kinds.RecordQuote(contractor, amounts)
    return Said(decision, scene.technical_officer, "Received before the deadline.")


def _consent(scene: Scene) -> Said:
    officer = scene.technical_officer
    consent = queries.consent_of(scene.conn, case_id=scene.case.id)
    if scene.story.landlord_refuses and consent is not None and consent.basis == "requested":
        refused = kinds.AnswerConsent(ConsentAnswer.REFUSED)
        return Said(refused, officer, "The landlord wrote that it prefers no ramp.")
    if scene.story.landlord_refuses:
        given = kinds.AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN)
        return Said(given, officer, "No reasonable ground was given.", _PLAN)
    conditions = "Asbestos information before work starts; photographs on completion"
    granted = kinds.AnswerConsent(ConsentAnswer.GRANTED, conditions)
    return Said(granted, officer, "The landlord agreed in writing.")


def _certificates(scene: Scene) -> Said:
    held = queries.certificates_of(scene.conn, case_id=scene.case.id)
    missing = [kind for kind in certificates_needed(scene.case.tenure) if kind not in held]
    return Said(
        kinds.RecordCertificate(missing[0]), scene.technical_officer, "Signed form received."
    )


def _approve(scene: Scene) -> Said:
    officer = scene.officer(Role.APPROVING_OFFICER)
    if scene.story.refused:
        words = (
            "The works are not reasonable and practicable in this dwelling, s.24(3)(b): "
            "the structure cannot carry them."
        )
        return Said(kinds.Approve(approved=False), officer, words)
    decision = kinds.Approve(approved=True, fees_pence=350_00)
    return Said(decision, officer, "Necessary and appropriate, reasonable and practicable.")


def _assign(scene: Scene) -> Said | None:
    offer = queries.live_offer(scene.conn, case_id=scene.case.id)
    if offer is None:
        return None
    first = len(queries.offers_on(scene.conn, case_id=scene.case.id)) == 1
    if first and scene.story.lapses:
        return None  # nobody answers; the sweep moves it on
    if first and scene.story.declined:
        return Said(kinds.AnswerOffer(accepted=False), offer.contractor, "No gang free till May.")
    return Said(kinds.AnswerOffer(accepted=True), offer.contractor, "We can do it.")


def _works(scene: Scene) -> Said:
    order = queries.order_in_force(scene.conn, case_id=scene.case.id)
    if order.started_on is None:
        return Said(kinds.StartWorks(scene.today), order.contractor, "On site this morning.")
    decision = kinds.CompleteWorks(scene.today, "twelve photographs, before and after")
    return Said(decision, order.contractor, "Finished and cleared.")


def _sign_off(scene: Scene) -> Said:
    order = queries.order_in_force(scene.conn, case_id=scene.case.id)
    known = queries.inspected(scene.conn, order=order)
    officer = scene.technical_officer
    if known.not_inspected and scene.story.snag:
        first = min(known.lines)
        found = kinds.InspectLines(
            passed=tuple(sorted(known.lines - {first})), snags={first: "the seal lifts at one end"}
        )
        return Said(found, officer, "Inspected with the client.")
    if known.not_inspected or known.snags:
        return Said(kinds.InspectLines(all_pass=True), officer, "Inspected with the client.")
    if known.certificates_missing:
        kind = known.certificates_missing[0]
        held = kinds.HoldCertificate(kind, f"{kind[:3].upper()}-{order.number}")
        return Said(held, officer, "Certificate received from the contractor.")
    if known.client_agrees is None:
        return Said(kinds.ClientAgrees(agrees=True), officer, "The client told us by telephone.")
    return Said(kinds.Certify(), officer, "To the authority's satisfaction.")


def _pay(scene: Scene) -> Said:
    order = queries.order_in_force(scene.conn, case_id=scene.case.id)
    invoice = queries.newest_invoice(scene.conn, order_id=order.id)
    if invoice is not None and invoice.status == "matched":
        return Said(kinds.Release(), scene.officer(Role.FINANCE), "Matched and signed off.")
    price = queries.price_by_id(scene.conn, price_id=order.price_id)
    wrong = scene.story.invoice_wrong and invoice is None
    decision = kinds.RecordInvoice(
        number=f"{order.number}-{'A' if invoice is None else 'B'}",
        dated=scene.today,
        total_pence=price.total_pence + (75_00 if wrong else 0),
        as_ordered=True,
    )
    return Said(decision, scene.technical_officer, "Invoice received by post.")


def _aftercare(scene: Scene) -> Said | None:
    if scene.decided("survey"):
        return None
    scores = dict.fromkeys(kinds.SURVEY_QUESTIONS, 95) | {"overall": 98}
    decision = kinds.AnswerSurvey(scores)
    return Said(decision, scene.technical_officer, "The client sent the survey back.")


AT_THE_GATE: Final[Mapping[StepName, Callable[[Scene], Said | None]]] = MappingProxyType(
    {
        StepName.SPECIFY: _specify,
        StepName.PRICE: _price,
        StepName.TENDER: _tender,
        StepName.CONSENT: _consent,
        StepName.CERTIFICATES: _certificates,
        StepName.APPROVE: _approve,
        StepName.ASSIGN: _assign,
        StepName.WORKS: _works,
        StepName.SIGN_OFF: _sign_off,
        StepName.PAY: _pay,
        StepName.AFTERCARE: _aftercare,
    }
)
"""Who says what at each gate."""

LEAVING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "withdrawn": "The client no longer wants the works.",
        "died": "The client has died; the family has been called.",
        "moved": "The client has moved to sheltered housing.",
        "alternative_found": "A riser recliner and equipment meet the need.",
    }
)
"""Why a case leaves, by how it leaves."""


def leaves(scene: Scene) -> Said | None:
    """Return the decision that ends a case, where the script has it leave.

    Args:
        scene: What can be seen.
    """
    outcome = scene.story.leaves_as
    if outcome is None:
        return None
    return Said(kinds.Exit(outcome), scene.technical_officer, LEAVING[outcome])
