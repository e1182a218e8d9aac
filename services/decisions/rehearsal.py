"""The automatic work behind a decision, rehearsed in a transaction that is taken back.

It calls the very services that the flows call, step by step, so that what would be written is in
the words that leave. What cannot go on by itself stops it, as it would stop the run.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import structlog
from sqlalchemy import Connection

from rules.errors import HandrailError
from rules.pathway import StepName
from services.aftercare.follow_up import follow_up
from services.assignment.offers import offer_works
from services.cases.advance import open_steps
from services.cases.ending import tell_everyone
from services.cases.unit import Undone, lent
from services.competitions.invitations import invitation_due, send_invitations, write_specification
from services.competitions.tender import Left, tender_case
from services.completion.sign_off import review_completion, send_completion, write_completion
from services.consents.consent import match_consent
from services.consents.forms import ask_for_certificates, certificates_to_ask, write_forms
from services.consents.request import send_consent_request, write_consent_request
from services.decisions.notice import give_notice, notice_due, write_notice
from services.orders.raise_order import raise_order, send_order, write_work_order
from services.payments.match import match_payment
from services.pricing.award_record import keep_award_record, write_award_record
from services.pricing.estimates import price_case

_log = structlog.get_logger(__name__)
_GOES: Final = 3
"""How often a step is tried, as a run does: a later step may open an earlier one again."""


def _tender(case_ref: str) -> None:
    left = tender_case(case_ref)
    if left is Left.RECORD:
        keep_award_record(case_ref, write_award_record(case_ref))
    elif left is Left.INVITATIONS and (to_invite := invitation_due(case_ref)) is not None:
        send_invitations(case_ref, to_invite, write_specification(case_ref, to_invite))


def _consent(case_ref: str) -> None:
    to_ask = match_consent(case_ref)
    if to_ask is not None:
        send_consent_request(case_ref, to_ask, write_consent_request(case_ref, to_ask))


def _certificates(case_ref: str) -> None:
    asked = certificates_to_ask(case_ref)
    if asked is not None:
        ask_for_certificates(case_ref, asked, write_forms(case_ref, asked))


def _notice(case_ref: str) -> None:
    if notice_due(case_ref):
        give_notice(case_ref, write_notice(case_ref))


def _order(case_ref: str) -> None:
    if raise_order(case_ref):
        send_order(case_ref, write_work_order(case_ref))


def _sign_off(case_ref: str) -> None:
    if review_completion(case_ref):
        send_completion(case_ref, write_completion(case_ref))


WORK: Final[Mapping[StepName, Callable[[str], object]]] = MappingProxyType(
    {
        StepName.PRICE: price_case,
        StepName.TENDER: _tender,
        StepName.CONSENT: _consent,
        StepName.CERTIFICATES: _certificates,
        StepName.APPROVE: _notice,
        StepName.ASSIGN: offer_works,
        StepName.ORDER: _order,
        StepName.SIGN_OFF: _sign_off,
        StepName.PAY: match_payment,
        StepName.AFTERCARE: follow_up,
    }
)
"""What a run does at each step that has automatic work."""


def rehearse(conn: Connection, *, case_ref: str) -> str:
    """Do on a transaction what the run behind a decision does; whoever lends it takes it back.

    Returns:
        What stopped it, in words, or an empty string.
    """
    tried: Counter[StepName] = Counter()
    with lent(conn, case_ref) as put_back:
        while True:
            try:
                with conn.begin_nested():
                    step = _next(case_ref, tried)
                    if step is not None:
                        WORK[step](case_ref)
                    put_back()
                if step is None:
                    return ""
            except (Undone, HandrailError) as error:
                return _stopped(error.__cause__ if isinstance(error, Undone) else error)


def _next(case_ref: str, tried: Counter[StepName]) -> StepName | None:
    standing = open_steps(case_ref)
    if standing.ended:
        tell_everyone(case_ref)
    step = next((one for one in standing.ready if tried[one] < _GOES), None)
    if step is not None:
        tried[step] += 1
    return step


def _stopped(error: BaseException | None) -> str:
    if isinstance(error, HandrailError):
        return error.text()
    _log.warning("not_foreseen", why=type(error).__name__)
    return "What follows cannot be foreseen here."
