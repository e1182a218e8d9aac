"""Alerts in words: how bad each is, what to do next, and the order they are read in."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rules.alerts.alerts import BREACH, ESCALATED
from rules.clocks.clock_names import CLOCKS
from rules.parties import Party
from rules.pathway import PATHWAY, StepName


class Level(StrEnum):
    """How bad an alert is, the worst first."""

    MACHINE = "machine"
    ESCALATED = "escalated"
    LATE = "late"
    RETURNED = "returned"
    WARNING = "warning"
    LAPSE = "lapse"


HEADINGS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.MACHINE: "Handrail itself needs somebody",
        Level.ESCALATED: "Late for so long that it has come to you",
        Level.LATE: "Late",
        Level.RETURNED: "Did not arrive: correct the address and send it again",
        Level.WARNING: "Nearly due",
        Level.LAPSE: "Lapses, with nothing to follow it",
    }
)
"""What a digest writes above the alerts of each level, in its order."""

RETURNED: Final = "returned:"
"""How the subject of a message that did not arrive begins."""

_COUNTED: Final = dict(
    zip(
        Level, ("to mend", "escalated", "late", "not arrived", "nearly due", "lapsing"), strict=True
    )
)
_TAKEN_BY_NOBODY: Final = frozenset({StepName.ORDER})  # its step is the machine's alone
_RENEWED_BY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "document": "ask the contractor for the new one; then "
        "`handrail import contractor_documents FILE`.",
        "permission": "agree it again with the provider; then `handrail import permissions FILE`.",
        "order": "have it renewed, or decide on the case whether the contractor goes on; its page "
        "says what is so.",
        "lot": "extend or follow it; then `handrail import lots FILE`.",
        "statement": "make a case of it, or answer it, under *Clients’ own statements*.",
        "returned": "correct the address, and send it again from the page of the letter.",
    }
)


def level_of(*, kind: str, rung: int, subject: str = "") -> Level:
    """Return how bad an alert is.

    Args:
        kind: ``clock``, ``lapse`` or ``machine``.
        rung: 1 warns, 2 is a breach, 3 and 4 escalate.
        subject: What it is about, where it is no clock.
    """
    if subject.startswith(RETURNED):
        return Level.RETURNED
    if kind == "machine":
        return Level.MACHINE
    if kind == "lapse":
        return Level.LAPSE
    if rung >= ESCALATED:
        return Level.ESCALATED
    return Level.LATE if rung == BREACH else Level.WARNING


def counted(levels: Sequence[Level]) -> str:
    """Return how many alerts there are of each level: ``1 escalated, 3 late``.

    Args:
        levels: The level of each alert.
    """
    found = ((levels.count(level), words) for level, words in _COUNTED.items())
    return ", ".join(f"{number} {words}" for number, words in found if number)


def title_of(*, clock: str, subject: str) -> str:
    """Return what an alert is about, in a few words.

    Args:
        clock: The clock's name, or an empty string.
        subject: What lapses or stalls, where it is no clock: ``document:7``.
    """
    if clock:
        return CLOCKS[clock].title
    sort = subject.partition(":")[0]
    if sort == "trouble":
        return "automatic work"
    if sort == "returned":
        return "a letter that did not arrive"
    known = {
        "statement": "a client's own statement",
        "document": "a contractor's document",
        "permission": "a pre-permission",
        "order": "a contractor at work",
    }
    return known.get(sort, sort)


def do_next(*, case: str, step: str, holder: Party, reach: str, written_to: bool) -> str:
    """Return what somebody can do about a clock now, with the command that records it.

    It goes on from ``Next:`` and ends with its full stop.

    Args:
        case: The case's reference.
        step: The step that the clock belongs to, or an empty string.
        holder: Whose clock it is.
        reach: How to reach the holder: ``call Mrs Ashby on 01788 555 0101``; empty for the council.
        written_to: Whether the holder is reminded by e-mail as well.
    """
    record = _command(case, step)
    if holder in (Party.COUNCIL, Party.ASSESSOR) or not reach:
        gate = PATHWAY[StepName(step)].gate if step else ""
        recorded = gate and step not in _TAKEN_BY_NOBODY
        return f"{gate}; record it with {record}." if recorded else f"see {record}."
    reminded = " A reminder goes to them as well." if written_to else ""
    return f"{reach}, then {record}.{reminded}"


def renew(subject: str) -> str:
    """Return what to do about something that lapses.

    Args:
        subject: Such as ``lot:SHOWERS``.
    """
    return _RENEWED_BY[subject.partition(":")[0]]


def _command(case: str, step: str) -> str:
    if not step or step in _TAKEN_BY_NOBODY:
        return f"`handrail case show {case}`"
    return f"`handrail decide {case} {step}`"


def reach(*, name: str, phone: str, email: str) -> str:
    """Return how to reach somebody: ``call Mrs Ashby on 01788 555 0101``.

    Args:
        name: Who.
        phone: Telephone number, or empty.
        email: Address, used where there is no number; or empty.
    """
    if phone:
        return f"call {name} on {phone}"
    if email:
        return f"write to {name} at {email}"
    return f"speak to {name}, whose telephone number is not held"


def answered_words(*, by: str, on: str, why: str, until: str = "") -> str:
    """Return what somebody said of an alert: ``Acknowledged by … on …: …``.

    Args:
        by: Who.
        on: The day in words, or empty.
        why: Their reason.
        until: The first day it is back, in words, where it was snoozed.
    """
    what = f"Snoozed until {until}" if until else "Acknowledged"
    return f"{what} by {by}{f' on {on}' if on else ''}: {why.rstrip('.')}."
