"""Powers that officers have: what is more of them, in words; who may correct what is held."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from rules.errors import NotPermittedError
from rules.money import pounds
from rules.people import Actor, Role, check_may_import

WITHOUT: Final = frozenset({Role.ASSESSOR, Role.AUDITOR})
"""Roles that move no money and give no powers."""

SEE_DELIVERY: Final = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that see which councils follow which; administrators carry it out."""

_ANY: Final = 2**63


def gained(before: Actor | None, after: Actor) -> Iterator[str]:
    """Yield each power that somebody has after a change and had not before, in words.

    Args:
        before: The officer as they were, or None for somebody new.
    """
    limit, held = _limit(after), _limit(before) if before else 0
    if after.role not in WITHOUT and (before is None or after.role is not before.role):
        yield f"the role {after.role.replace('_', ' ')}"
    if limit > held and (limit < _ANY or (before and before.role is after.role)):
        what = "releases" if after.role is Role.FINANCE else "approvals"
        upto = f"up to {pounds(limit)}" if limit < _ANY else "of any sum"
        yield f"{what} {upto}" + (f", before {pounds(held)}" if held else "")
    if before is not None and _wider(before.authorities, after.authorities):
        yield f"serves {', '.join(sorted(after.authorities)) or 'every authority'}"
    if before is not None and before.last_day and (after.last_day or date.max) > before.last_day:
        yield "stays longer" if after.last_day else "stays without an end"


def _limit(one: Actor) -> int:
    """Return up to what somebody may approve, or of finance release: with no limit, any sum."""
    if one.role is Role.FINANCE and one.approval_limit_pence is None:
        return _ANY
    return one.approval_limit_pence or 0


def _wider(before: frozenset[str], after: frozenset[str]) -> bool:
    """Return whether authorities were added; none named means every one of them."""
    return bool(before) and not (after and after <= before)


def check_may_correct(*, actor: Actor, kind: str, authority: str) -> None:
    """Refuse a correction by whoever may not import its kind, or does not serve whose it is.

    Args:
        kind: A kind of import file.
        authority: Whose it is, by code; an empty string for every authority.

    Raises:
        NotPermittedError: The role may not, or the authority is not theirs.
    """
    check_may_import(actor=actor, kind=kind)
    if actor.authorities and authority not in actor.authorities:
        whose = f"what is {authority}’s" if authority else "what holds for every authority"
        raise NotPermittedError(
            f"{actor.name} may not change {whose}.",
            why=f"Their authorities are {', '.join(sorted(actor.authorities))}.",
            next_step="Ask somebody who serves it.",
        )


def may_correct(actor: Actor, *, kind: str, authority: str) -> bool:
    """Say whether somebody may correct what is held of a kind of an authority."""
    try:
        check_may_correct(actor=actor, kind=kind, authority=authority)
    except NotPermittedError:
        return False
    return True


def check_may_see_delivery(actor: Actor) -> None:
    """Refuse plans of councils that follow others to roles that they are not for.

    Raises:
        NotPermittedError: The role does not see them.
    """
    if actor.role not in SEE_DELIVERY:
        raise NotPermittedError(
            f"{actor.name} may not look at who follows whom.",
            why="It is for managers and administrators.",
            next_step="Ask one of them.",
        )
