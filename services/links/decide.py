"""Decisions of officers on links to a case's pages: stopped with a reason, and sent anew."""

from typing import Final

from models.case_queries import live_offer
from models.contacts import contractor_of
from rules.cases import LinkOf
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import HandrailError, InvalidDecisionError
from rules.people import MAY_KEEP_FILE, Role
from rules.sentences import several
from services.cases import Context, Effect, applies
from services.links.links import last_asked, revoke_links
from services.links.sending import send_case_link, send_new_link

_WHOSE: Final = "Contractor unless said."


@decided("revoke-link", at=None, by=MAY_KEEP_FILE, any_time=True, of_file=True)
class RevokeLink(BaseDecision):
    """Somebody's links to their page of this case stop working, such as one passed on."""

    of: LinkOf = particular("Whose links.", default=LinkOf.CONTRACTOR, hint=_WHOSE)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say whose links stopped, and how many."""
        return f"The {facts['of'] or 'contractor'}’s links stop{known(': {}', facts['links'])}."


@decided("send-link", at=None, by=MAY_KEEP_FILE, any_time=True, of_file=True)
class SendLink(BaseDecision):
    """Somebody is e-mailed a new link to their page, to the address on file."""

    to: LinkOf = particular("Whom to send it to.", default=LinkOf.CONTRACTOR, hint=_WHOSE)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say who is sent a link."""
        whom = facts["contractor"] or f"the {facts['to'] or 'contractor'}"
        return f"A new link to their page is sent to {whom}."


@applies(RevokeLink)
def revoke_link(context: Context, decision: RevokeLink) -> Effect:
    """Stop every such link of the case; another comes from an officer alone."""
    stopped = revoke_links(
        context.conn, case_id=context.case.id, role=Role(decision.of), now=context.now
    )
    if not stopped:
        raise InvalidDecisionError(
            f"No link to a {decision.of}’s page of {context.case.reference} works now.",
            next_step="Nothing was changed.",
        )
    return Effect(to=None, facts={"links": several(stopped, "link")})


@applies(SendLink)
def send_link(context: Context, decision: SendLink) -> Effect:
    """Write with a link: to the contractor its order or else its offer, to others their page."""
    if decision.to is LinkOf.CONTRACTOR:
        return _to_contractor(context)
    role = Role(decision.to)
    asked = last_asked(context.conn, case_id=context.case.id, role=role)
    if role is Role.LANDLORD and asked is None:
        raise InvalidDecisionError(
            f"The landlord was sent no link on {context.case.reference} yet.",
            next_step="They are sent one with what they are asked.",
        )
    subject = None if asked is None else asked.subject_id
    if not send_case_link(context.case, role=role, subject_id=subject):
        raise _no_address(f"the {decision.to}", "Change their contact details first")
    return Effect(to=None)


def _to_contractor(context: Context) -> Effect:
    offer = live_offer(context.conn, case_id=context.case.id)
    if offer is None:
        raise InvalidDecisionError(
            f"No offer or order on {context.case.reference} is in force.",
            next_step="A link goes to whoever holds one.",
        )
    if not contractor_of(context.conn, code=offer.contractor).email:
        raise _no_address(offer.contractor, "Correct its record first")
    send_new_link(context.case, contractor=offer.contractor)
    return Effect(to=None, facts={"contractor": offer.contractor})


def _no_address(whose: str, first: str) -> HandrailError:
    return InvalidDecisionError(
        f"No e-mail address of {whose} is on file.",
        next_step=f"{first}: links go to the address on file alone.",
    )
