"""Who sees payments, and who sends them: finance pays, others look; accounts are finance’s."""

from typing import Final

from rules.people import Actor, Role, check_may_decide

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
