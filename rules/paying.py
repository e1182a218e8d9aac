"""Who sees payments, and who sends them: finance pays, others look; accounts are finance’s."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from rules.people import Actor, Role, check_may_decide


class Payee(StrEnum):
    """Whom a grant is paid to (s.35, s.39)."""

    CONTRACTOR = "contractor"
    APPLICANT = "applicant"


def payee_by(
    *, person: bool, chosen_at: datetime | None, withheld_at: datetime | None, told: bool
) -> Payee | None:
    """Return whom a grant is paid to; None where s.39 has no say: it is the contractor.

    The choice of the applicant rests on the request to withhold that stood then; where they were
    never told of direct payment, on that.

    Args:
        person: Whether the contract is the applicant's.
        chosen_at: When it was decided to pay the applicant, while that stands.
        withheld_at: When the applicant's request to withhold was recorded, while it stands.
        told: Whether they were told of direct payment before the approval.
    """
    if not person:
        return None
    asked = chosen_at is not None and withheld_at is not None and withheld_at <= chosen_at
    return Payee.APPLICANT if chosen_at and (asked or not told) else Payee.CONTRACTOR


MAY_PAY: Final = frozenset({Role.FINANCE})
"""The roles that release payments, send them, and see to where they go."""

SEE_PAYMENTS: Final = MAY_PAY | {Role.AUDITOR, Role.MANAGER}
"""The roles that see payments and runs; where the money goes, finance alone."""


def check_may_pay(*, actor: Actor, what: str, authority: str) -> None:
    """Refuse what has to do with paying to whoever is not the authority's finance.

    Raises:
        NotPermittedError: The role may not, or the authority is not theirs.
    """
    check_may_decide(actor=actor, kind=what, roles=MAY_PAY, authority=authority)


def check_may_see_payments(actor: Actor, *, bank: bool = False) -> None:
    """Refuse payments, or with ``bank`` whole bank details, to whoever does not see them.

    Raises:
        NotPermittedError: Their role does not.
    """
    theirs = min(actor.authorities, default="")
    what = "what the bank is sent" if bank else "payments"
    roles = MAY_PAY if bank else SEE_PAYMENTS
    check_may_decide(actor=actor, kind=what, roles=roles, authority=theirs)
