"""Who is told of an alert, when people are at work, and how far an alert may be put off.

Raising an alert and telling somebody are two things. An alert is raised when its day has come;
people are told in working hours of a working day, and who they are is looked up then.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from rules.clocks.dates import LONDON
from rules.clocks.targets import Rung
from rules.clocks.workdays import Calendar, in_words
from rules.parties import Party
from rules.people import STAFF, Actor, Role
from rules.sentences import several

WARNING: Final = 1
BREACH: Final = 2
ESCALATED: Final = 3

SNOOZE_DAYS: Final = 10
"""Working days ahead that an alert may be snoozed at most; not verified."""

STATUTORY_SNOOZE_DAYS: Final = 5
"""The same for an alert of a limit of the Act."""

SNOOZES: Final = 2
"""How often one alert may be snoozed; one of a limit of the Act may be once."""

MAY_HANDLE: Final = STAFF - {Role.AUDITOR}
"""The roles that may acknowledge and snooze alerts of an authority that they serve."""

_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_ROLE_OF_OWNER: Final = {
    "approving officer": Role.APPROVING_OFFICER,
    "finance": Role.FINANCE,
    "manager": Role.MANAGER,
}


# ---- when


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people read their mail, by London's clocks, on a working day.

    Args:
        opens: From this time on.
        closes: Until just before this time, which is later the same day.
    """

    opens: time
    closes: time

    def open_at(self, now: datetime, calendar: Calendar) -> bool:
        """Say whether people are at work at an instant.

        Args:
            now: An aware instant, of any zone.
            calendar: The working days of their authority.

        Raises:
            NoBankHolidayDataError: The day is outside the years known.
        """
        here = now.astimezone(LONDON)
        return self.opens <= here.time() < self.closes and calendar.is_working(here.date())

    def next_opening(self, now: datetime, calendar: Calendar) -> datetime:
        """Return when people are at work next: now, if they are.

        Args:
            now: An aware instant, of any zone.
            calendar: The working days of their authority.

        Raises:
            NoBankHolidayDataError: The day is outside the years known.
        """
        if self.open_at(now, calendar):
            return now
        here = now.astimezone(LONDON)
        today = here.date()
        later_today = calendar.is_working(today) and here.time() < self.opens
        working = calendar.is_working(today)
        day = today if later_today else calendar.add(today, 1 if working else 0)
        return datetime.combine(day, self.opens, tzinfo=LONDON)


def parse_hours(text: str) -> WorkingHours:
    """Return working hours from text such as ``09:00-17:00``.

    Args:
        text: Two times of the same day, the earlier first.

    Raises:
        ValueError: It is not that.
    """
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is not two times such as 09:00-17:00")
    opens, closes = (time(int(found[n]), int(found[n + 1])) for n in (1, 3))
    if closes <= opens:
        raise ValueError(f"“{text}” ends before it begins; write the earlier time first")
    return WorkingHours(opens, closes)


# ---- who


@dataclass(frozen=True, slots=True)
class Concern:
    """What an alert is about, as far as it bears on who is told.

    Args:
        kind: ``clock``, ``lapse``, ``machine``, or ``returned`` for a letter that did not arrive.
        rung: 1 warns, 2 is a breach, 3 and 4 escalate.
        authority: Code of the authority, or an empty string for the whole service.
        holder: The party whose clock it is; None for what is no clock.
        owner: Who owns the step that the clock belongs to, or an empty string.
        officer: Address of who answers for the case, or an empty string where it is nobody's.
        assessor: The same of its assessor.
        contractors: Codes of the contractors that hold it.
        provider: Code of the registered provider that holds it and can be written to, or empty.
    """

    kind: str
    rung: int
    authority: str
    holder: Party | None = None
    owner: str = ""
    officer: str = ""
    assessor: str = ""
    contractors: tuple[str, ...] = ()
    provider: str = ""


def told_of(concern: Concern, *, staff: Sequence[Actor], ladder: Sequence[Rung]) -> tuple[str, ...]:
    """Return who is told: addresses of officers, ``contractor:CODE`` and ``provider:CODE``.

    A warning and a breach go to the case's officer, or to every technical officer where it is
    nobody's, and to whoever holds it; a client or a private
    landlord is never written to by a machine. From then on they go up the authority's ladder. Of
    the machine administrators are told, of what lapses managers, or on a case its officer. Where
    nobody has the role, the managers are told, and where there are none, the administrators.

    Args:
        concern: What it is about.
        staff: Every officer.
        ladder: Whom a late clock of the authority goes to.

    Returns:
        Each once, in order; empty where there is nobody at all.
    """
    if concern.kind == "machine":
        return _with_role(staff, concern.authority, Role.ADMINISTRATOR)
    if concern.kind == "lapse" and concern.officer:
        return (concern.officer,)
    if concern.kind == "lapse":
        return _with_role(staff, concern.authority, Role.MANAGER)
    if concern.rung >= ESCALATED:
        role = next((rung.role for rung in ladder if rung.rung == concern.rung), Role.MANAGER)
        return _with_role(staff, concern.authority, role)
    holders = _holders(concern, staff)
    officers = _one_or_role(concern.officer, staff, concern.authority, Role.TECHNICAL_OFFICER)
    told = dict.fromkeys((*officers, *holders))
    return tuple(told) or _with_role(staff, concern.authority, Role.MANAGER)


def _holders(concern: Concern, staff: Sequence[Actor]) -> tuple[str, ...]:
    if concern.holder is Party.CONTRACTOR:
        return tuple(f"contractor:{code}" for code in concern.contractors)
    if concern.holder is Party.LANDLORD:
        return (f"provider:{concern.provider}",) if concern.provider else ()
    if concern.holder is Party.ASSESSOR:
        return _one_or_role(concern.assessor, staff, concern.authority, Role.ASSESSOR)
    if concern.holder is Party.COUNCIL and concern.owner in _ROLE_OF_OWNER:
        return _serving(staff, concern.authority, _ROLE_OF_OWNER[concern.owner])
    return ()


def _one_or_role(named: str, staff: Sequence[Actor], authority: str, role: Role) -> tuple[str, ...]:
    return (named,) if named else _serving(staff, authority, role)


def _with_role(staff: Sequence[Actor], authority: str, role: Role) -> tuple[str, ...]:
    for wanted in dict.fromkeys((role, Role.MANAGER, Role.ADMINISTRATOR)):
        if found := _serving(staff, authority, wanted):
            return found
    return ()


def _serving(staff: Sequence[Actor], authority: str, role: Role) -> tuple[str, ...]:
    return tuple(one.identity for one in staff if one.role is role and serves(one, authority))


def serves(actor: Actor, authority: str) -> bool:
    """Say whether somebody serves an authority; what concerns all of them concerns everybody.

    Args:
        actor: Who.
        authority: Its code, or an empty string for the whole service.
    """
    return not authority or not actor.authorities or authority in actor.authorities


# ---- putting off


def may_not_handle(actor: Actor, *, authority: str) -> str:
    """Return why somebody may not acknowledge or snooze an alert, or an empty string.

    Args:
        actor: Who wants to.
        authority: Code of the alert's authority, or an empty string.
    """
    if actor.role not in MAY_HANDLE:
        return f"{actor.name} is {_a(actor.role)} and may not answer alerts"
    if not serves(actor, authority):
        return f"{actor.name} does not serve authority {authority}"
    return ""


def _a(role: Role) -> str:
    words = "finance officer" if role is Role.FINANCE else role.replace("_", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def snooze_problems(
    *, until: date, today: date, snoozes: int, statutory: bool, calendar: Calendar
) -> tuple[str, ...]:
    """Return why an alert may not be snoozed until a day; empty if it may.

    Args:
        until: The first day that it is back.
        today: Today's London date.
        snoozes: How often it has been snoozed.
        statutory: Whether it is of a limit of the Act.
        calendar: The working days of its authority.

    Returns:
        One sentence without its full stop for each reason.

    Raises:
        NoBankHolidayDataError: The working days ahead are outside the years known.
    """
    at_most, times = (STATUTORY_SNOOZE_DAYS, 1) if statutory else (SNOOZE_DAYS, SNOOZES)
    what = "An alert of a limit of the Act" if statutory else "An alert"
    latest = calendar.add(today, at_most)
    problems = []
    if until <= today:
        problems.append(f"{in_words(until)} is not after today")
    if until > latest:
        problems.append(
            f"{what} may be snoozed for {several(at_most, 'working day')} at most, until "
            f"{in_words(latest)}"
        )
    if snoozes >= times:
        often = "once" if times == 1 else "twice"
        problems.append(f"{what} may be snoozed {often}, and this one has been")
    return tuple(problems)


def message_key(*, person: str, on: date) -> str:
    """Return the outbox key of somebody's digest of a day: there is one.

    Args:
        person: An officer's address, ``contractor:CODE`` or ``provider:CODE``.
        on: The London date.
    """
    return f"digest:{person}:{on.isoformat()}"
