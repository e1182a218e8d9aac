"""Decisions of officers on a contractor's links: stopped with a reason, and sent anew."""

from models.base import AnyRow
from models.case_queries import live_offer
from models.contacts import contractor_of
from rules.decisions.declared import BaseDecision, decided
from rules.decisions.facts import Facts, known
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.people import MAY_KEEP_FILE
from rules.sentences import several
from services.cases.effect import Context, Effect, applies
from services.links.links import revoke_links
from services.links.sending import send_new_link


@decided("revoke-link", at=None, by=MAY_KEEP_FILE, any_time=True, of_file=True)
class RevokeLink(BaseDecision):
    """The contractor's links to its page of this case stop working, such as one passed on."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say how many links stopped."""
        return f"The contractor’s links stop{known(': {}', facts['links'])}."


@decided("send-link", at=None, by=MAY_KEEP_FILE, any_time=True, of_file=True)
class SendLink(BaseDecision):
    """The contractor is e-mailed a new link to its page, to the address on file."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say who is sent a link."""
        return f"A new link to its page is sent to {facts['contractor'] or 'the contractor'}."


@applies(RevokeLink)
def revoke_link(context: Context, _decision: RevokeLink) -> Effect:
    """Stop every link of the case; its contractor gets another from an officer alone."""
    stopped = revoke_links(context.conn, case_id=context.case.id, now=context.now)
    if not stopped:
        raise InvalidDecisionError(
            f"No link to a contractor’s page of {context.case.reference} works now.",
            next_step="Nothing was changed.",
        )
    return Effect(to=None, facts={"links": several(stopped, "link")})


def check_send_link(context: Context) -> AnyRow:
    """Return the offer whose contractor may be sent a link: it is in force."""
    offer = live_offer(context.conn, case_id=context.case.id)
    if offer is None:
        raise StepNotOpenError(
            f"No offer or order on {context.case.reference} is in force.",
            next_step="A link goes to whoever holds one.",
        )
    return offer


@applies(SendLink, check=check_send_link)
def send_link(context: Context, _decision: SendLink, offer: AnyRow) -> Effect:
    """Write to the contractor, with a link to its order, or else to its offer."""
    if not contractor_of(context.conn, code=offer.contractor).email:
        raise InvalidDecisionError(
            f"No e-mail address of {offer.contractor} is on file.",
            next_step="Correct its record first: links go to the address on file alone.",
        )
    send_new_link(context.case, contractor=offer.contractor)
    return Effect(to=None, facts={"contractor": offer.contractor})
