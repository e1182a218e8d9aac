"""Who the contracting party of a case is: said by a decision, and priced anew for that party."""

from dataclasses import replace

from models.case_queries import live_order
from rules.contracting import PARTIES, ContractingParty, Topic, party_problem, what_follows
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.people import OFFICERS
from services.cases import Context, Effect, applies
from services.pricing.vat import client_as_it_stands, price_again, tender_again


@decided("contracting-party", at=None, by=OFFICERS)
class ChangeParty(BaseDecision):
    """Whose contract the works are done under; they are priced and tendered anew for that party."""

    party: ContractingParty = particular(
        f"Who contracts: {', '.join(PARTIES)}.",
        "--to",
        label="Contracting party",
        hint="Whose contract with the builder it is. VAT, CIS, payment and notices follow from it.",
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        now, before = (
            ContractingParty(held).words if held else ""
            for held in (facts["party"], facts.before("party"))
        )
        changed = known("; before: {}", before if before != now else "")
        return f"The contracting party is {now}{changed}."


def check_party(context: Context) -> None:
    """Refuse another party once the grant is decided: its price, and an order, rest on this one."""
    case = context.case
    order = live_order(context.conn, case_id=case.id)
    if order is None and not case.is_decided():
        return
    stands = f"Work order {order.number} stands on" if order else "The grant is decided on"
    raise StepNotOpenError(
        f"{stands} {case.reference}, at a price made for its contracting party.",
        why="An issued price never changes, and neither do its VAT, its tax and whose contract "
        "it is (s.34(5)). If the party is wrong, end the case, saying so, and open it anew with "
        "the right one.",
        next_step="Nothing was changed.",
    )


@applies(ChangeParty, check=check_party)
def change_party(context: Context, decision: ChangeParty, _: None) -> Effect:
    """Say whose contract it is, and have the works priced anew as far as they were priced."""
    case, party = context.case, decision.party
    held = client_as_it_stands(case)
    if case.row.contracting_party == party:
        raise InvalidDecisionError(
            f"The contracting party of {case.reference} is {party.words} already.",
            next_step="Nothing was changed.",
        )
    if wrong := party_problem(party, tenure=case.row.tenure):
        raise InvalidDecisionError(
            f"The landlord cannot contract on {case.reference}: {wrong}.",
            next_step="Nothing was changed.",
        )
    case.set(contracting_party=party.value)
    words = [f"VAT at 0 % is {what_follows(party)[Topic.VAT_ZERO].answer}."]
    if party is not held.party:
        words.append(price_again(case, replace(held, party=party)))
        words.append(tender_again(case, reason=f"the contracting party is {party.words}"))
    return Effect(
        to=None,
        facts={"before": {"party": held.party.value}},
        notice=" ".join(sentence for sentence in words if sentence),
    )
