"""The client's VAT declaration: without one nothing is relieved, so with one the price is new."""

from dataclasses import replace
from datetime import date
from typing import Final

from models.case_queries import newest_award
from rules.clocks.dates import london_date
from rules.decisions import BaseDecision, Facts, day_words, decided, known, particular
from rules.errors import InvalidDecisionError, InvalidWorksError
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from rules.pricing.vat import VatClient
from rules.tenders.routes import Route
from services.cases import CaseInHand, Context, Effect, applies
from services.pricing.estimates import estimate, keep_estimate
from services.rates.pricing import vat_client
from services.tenders.lot_terms import contracting_party_of
from services.tenders.lots import lot_for

LONGEST_REFERENCE: Final = 60  # characters: it is printed in the VAT reason of every line


@decided("declaration", at=None, by=OFFICERS | {Role.ASSESSOR}, before_approval=True)
class RecordDeclaration(BaseDecision):
    """The client's signed VAT declaration is held; the works are priced anew on it."""

    signed_on: date = particular("When the client signed it.")
    reference: str = particular("Where it is filed, such as D-1042.", default="", evidence=True)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        signed = known(", signed on {}", facts.day("signed_on")) + known(
            " ({})", facts["reference"]
        )
        before = ""
        if facts.before("declaration"):
            on = known(" on {}", day_words(facts.before("signed_on") or ""))
            before = f"; before: signed{on}{known(' ({})', facts.before('reference'))}"
        return f"The client's VAT declaration is held{signed}{before}."


@applies(RecordDeclaration)
def declaration(context: Context, decision: RecordDeclaration) -> Effect:
    """Hold the declaration, and have the works priced anew on it as far as they were priced."""
    case = context.case
    held = client_as_it_stands(case)
    declared = replace(
        held,
        declaration=True,
        declared_on=decision.signed_on,
        declaration_reference=decision.reference.strip(),
    )
    _check(context, held=held, declared=declared)
    case.set(
        vat_declaration=True,
        vat_declared_on=declared.declared_on,
        vat_declaration_reference=declared.declaration_reference,
    )
    words = [price_again(case, declared)]
    if not held.declaration:  # a better date or reference changes no money
        words.append(tender_again(case, reason="the VAT declaration was recorded"))
    return Effect(
        to=None,
        facts={"before": _facts(held)},
        notice=" ".join(sentence for sentence in words if sentence),
    )


def client_as_it_stands(case: CaseInHand) -> VatClient:
    """Return what decides the VAT of a case's works today, before anything is recorded."""
    row, today = case.row, london_date(case.now)
    lot = lot_for(case.conn, work_type=row.work_type, authority=row.authority, on=today)
    lot_says = contracting_party_of(case.conn, lot=lot.code if lot else None)
    return vat_client(row, lot_says=lot_says)


def _facts(client: VatClient) -> dict[str, str | bool | None]:
    """Return what was held before, for the record."""
    return {
        "declaration": client.declaration,
        "signed_on": str(client.declared_on) if client.declared_on else None,
        "reference": client.declaration_reference,
    }


def _check(context: Context, *, held: VatClient, declared: VatClient) -> None:
    """Refuse a declaration that cannot be, or that changes nothing, with everything wrong."""
    signed_on = declared.declared_on or context.today
    problems = []
    if signed_on > context.today:
        problems.append(f"It cannot have been signed in the future ({signed_on:%-d %B %Y}).")
    if declared.date_of_birth and signed_on < declared.date_of_birth:
        problems.append(
            f"It cannot have been signed before the client was born ({signed_on:%-d %B %Y})."
        )
    if len(declared.declaration_reference) > LONGEST_REFERENCE:
        problems.append(f"Its reference is longer than {LONGEST_REFERENCE} characters.")
    if declared == held:
        problems.append("This declaration is on record already.")
    if problems:
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was changed.")


def price_again(case: CaseInHand, client: VatClient) -> str:
    """Have the estimate made anew where there is one; return what came of it.

    Args:
        client: What decides the VAT from now on.
    """
    status = case.step_status(StepName.PRICE)
    if status is StepStatus.WAITING:
        case.move(StepName.PRICE, StepStatus.READY)
    if status is not StepStatus.DONE:
        return ""
    try:
        made = estimate(case, client=client)
    except InvalidWorksError as error:
        return f"The estimate could not be made anew: {error.what}"
    keep_estimate(case, made)
    return f"The estimate is now {pounds(made.priced.total_pence)} with VAT."


def tender_again(case: CaseInHand, *, reason: str) -> str:
    """Have the works tendered anew where they were; a competition goes on as it is.

    Quotes are without VAT. An open competition reckons it when it is awarded; one that is over is
    finished again, so that its award carries the new VAT.
    """
    step = case.steps.get(StepName.TENDER)
    if step is None:
        return ""
    made = newest_award(case.conn, case_id=case.id)
    quotes = made is not None and made.route == Route.QUOTES
    if step.status is StepStatus.DONE:
        case.reopen(StepName.TENDER, reason=reason)
        if quotes:
            case.move(StepName.TENDER, StepStatus.READY, outcome=step.outcome)
            return "The competition's award is priced again with the new VAT."
        return "The works are tendered again with the new VAT."
    if quotes or made is None:
        return ""
    if step.outcome:  # directed, and not finished yet
        case.reopen(StepName.TENDER, reason=reason)
    elif step.status is StepStatus.WAITING:
        case.move(StepName.TENDER, StepStatus.READY)
    return "The works are tendered again with the new VAT."
