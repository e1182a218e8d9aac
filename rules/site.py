"""Works under way: what is on record of one order, read from the decisions on its case in turn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

KINDS: Final = ("hold-plan", "notify-hse", "start", "progress", "no-access", "agree-access")
"""The decisions that say how works go."""

_ACCESS_WAS_HAD: Final = frozenset({"start", "progress", "agree-access"})


class Said(Protocol):
    """A decision as it is on record."""

    @property
    def kind(self) -> str:
        """What it is called."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its particulars."""

    @property
    def actor(self) -> str:
        """Who recorded it."""

    @property
    def decided_at(self) -> datetime:
        """When."""


@dataclass(slots=True)
class OnSite:
    """How the works of one order go.

    Attributes:
        plan: The construction phase plan that is held: its reference, day, where, and most at once.
        notified: That HSE was told: its reference and day.
        progress: What was last said of how far the works are, with who said it and when.
        no_access: The visits without access since the works last got in, oldest first.
    """

    plan: Mapping[str, Any] | None = None
    notified: Mapping[str, Any] | None = None
    progress: Mapping[str, Any] | None = None
    no_access: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def expected_on(self) -> date | None:
        """The day on which the works are expected to finish, as last said."""
        said = (self.progress or {}).get("expected_on")
        return date.fromisoformat(said) if said else None


def on_site(said: Iterable[Said], *, number: str) -> OnSite:
    """Return how the works of an order go.

    Args:
        said: The decisions of ``KINDS`` on its case, oldest first.
        number: The order's number; what was said of another order is left out.
    """
    found = OnSite()
    for one in said:
        if one.facts.get("order") != number:
            continue
        told = {**one.facts, "by": one.actor, "at": one.decided_at}
        if one.kind == "hold-plan":
            found.plan = told
        elif one.kind == "notify-hse":
            found.notified = told
        elif one.kind == "progress":
            # A later word without a day leaves the day expected as it was.
            earlier = (found.progress or {}).get("expected_on")
            found.progress = told | {"expected_on": told.get("expected_on") or earlier}
        elif one.kind == "no-access":
            found.no_access.append(told)
        if one.kind in _ACCESS_WAS_HAD:
            found.no_access.clear()
    return found
