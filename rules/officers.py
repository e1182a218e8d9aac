"""Who answers for a case on a day: its officer, whoever stands in for them, or nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rules.people import Actor


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which somebody is away, and who stands in for them.

    Args:
        number: What it is known by.
        officer: Who is away: an address.
        covered_by: Who stands in: an address.
        last_day: The last day away, which counts.
    """

    number: int
    officer: str
    covered_by: str
    first_day: date
    last_day: date

    def on(self, day: date) -> bool:
        """Say whether they are away on a day."""
        return self.first_day <= day <= self.last_day


def serves_on(actor: Actor | None, day: date) -> bool:
    """Say whether somebody is there at all and has not left before a day."""
    return actor is not None and (actor.last_day is None or day <= actor.last_day)


def answering(
    identity: str, *, staff: Mapping[str, Actor], absences: Iterable[Absence], on: date
) -> str:
    """Return who answers on a day for what is somebody's: they, or whoever stands in for them.

    Args:
        identity: Whose it is: an address, or an empty string for nobody's.
        staff: Every officer by address.

    Returns:
        An address; an empty string where they have left, or all who would stand in are away too.
    """
    away = {one.officer: one.covered_by for one in absences if one.on(on)}
    asked: set[str] = set()
    while identity not in asked and serves_on(staff.get(identity), on):
        if identity not in away:
            return identity
        asked.add(identity)
        identity = away[identity]
    return ""


def holder_words(owner: str, *, officer: str = "", assessor: str = "") -> str:
    """Return who holds a step: a person's name where the case has one, else the role.

    Args:
        owner: As the step says it, such as ``technical officer``.
        officer: Name of the case's officer, or an empty string.
        assessor: Name of its assessor, or an empty string.
    """
    return {"technical officer": officer, "assessor": assessor}.get(owner) or owner
