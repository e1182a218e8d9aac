"""Powers that officers have: what is more of them, said in words."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from rules.money import pounds
from rules.people import Actor, Role

WITHOUT: Final = frozenset({Role.ASSESSOR, Role.AUDITOR})
"""Roles that move no money and give no powers."""


def gained(before: Actor | None, after: Actor) -> Iterator[str]:
    """Yield each power that somebody has after a change and had not before, in words.

    Args:
        before: The officer as they were, or None for somebody new.
    """
    limit, held = after.approval_limit_pence or 0, (before and before.approval_limit_pence) or 0
    if after.role not in WITHOUT and (before is None or after.role is not before.role):
        yield f"the role {after.role.replace('_', ' ')}"
    if limit > held:
        yield f"approvals up to {pounds(limit)}" + (f", before {pounds(held)}" if held else "")
    if before is not None and _wider(before.authorities, after.authorities):
        yield f"serves {', '.join(sorted(after.authorities)) or 'every authority'}"
    if before is not None and before.last_day and (after.last_day or date.max) > before.last_day:
        yield "stays longer" if after.last_day else "stays without an end"


def _wider(before: frozenset[str], after: frozenset[str]) -> bool:
    """Return whether authorities were added; none named means every one of them."""
    return bool(before) and not (after and after <= before)
