"""Runs in words: how one ended, and who may have a case carried on."""

import re
from typing import Final

from rules.errors import NotPermittedError
from rules.people import STAFF, Actor, Role

ATTENTION: Final = "NeedsAttention"
"""The state of a run that did what it could and left a case in trouble."""

TROUBLED: Final = frozenset({ATTENTION, "Failed", "Crashed", "TimedOut", "Cancelled"})
"""The states of runs that somebody has to look at."""

MAY_CARRY_ON: Final = STAFF - {Role.AUDITOR}
"""The roles that may ask for a run."""


def state_words(name: str) -> str:
    """Return a state's name as people read it: ``AwaitingConsent`` is ``Awaiting consent``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize() if name else "Not known"


def work_words(name: str) -> str:
    """Return what a run of the whole service is called: ``watch:2026-04-30`` is ``Watch``.

    Args:
        name: Its flow's name, or the key that it was asked for by.
    """
    if name == "advance-case":
        return "Carry the case on"
    kind, _, what = name.partition(":")
    what = what.partition(":")[0]
    said = f"{kind} of {what}" if what.isalpha() else kind
    return said.replace("-", " ").replace("_", " ").capitalize()


def check_may_carry_on(*, actor: Actor) -> None:
    """Refuse to ask for a run in the name of whoever only looks.

    Raises:
        NotPermittedError: Their role changes nothing.
    """
    if actor.role not in MAY_CARRY_ON:
        raise NotPermittedError(
            f"{actor.name} may not have work carried on.",
            why=f"{actor.name} is recorded as {actor.role.replace('_', ' ')}, and changes nothing.",
            next_step="Ask an officer.",
        )
