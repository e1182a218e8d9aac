"""Awaab's law: what a social landlord owes a tenant once it knows of a hazard, and by when.

The landlord is bound, not the grant authority: the clocks tell the officer what to ask about.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from rules.clocks.clock_names import HAZARD_CLOCKS
from rules.clocks.workdays import Calendar
from rules.consents.tenancies import Tenancy

LAW: Final = "SI 2025/1042"
_SOCIAL: Final = frozenset({"rp_tenant", "council_tenant"})
_AT_ONCE, INVESTIGATE, _SUMMARY, _SAFE, _BEGIN, _AT_LAST = HAZARD_CLOCKS
_OF_ITS_OWN: Final = {_AT_ONCE: timedelta(days=1), _AT_LAST: timedelta(weeks=12)}
"""Limits that are no working days: 24 hours, which end on the next day, and twelve weeks."""

COUNTED: Final = tuple(name for name in HAZARD_CLOCKS if name not in _OF_ITS_OWN)
"""The clocks that count working days, which are dated targets."""


class HazardKind(StrEnum):
    """What a hazard is of."""

    DAMP_AND_MOULD = "damp_and_mould"
    ANOTHER_OF_THE_REGULATIONS = "another_of_the_regulations"


class Did(StrEnum):
    """What a landlord did of a hazard; ``recorded_in_error`` says that there is none."""

    INVESTIGATED = "investigated"
    FOUND_NO_HAZARD = "found_no_hazard"
    GAVE_SUMMARY = "gave_summary"
    MADE_SAFE = "made_safe"
    CANNOT_BEGIN_YET = "cannot_begin_yet"
    BEGAN_WORKS = "began_works"
    NEEDS_NO_WORKS = "needs_no_works"
    RECORDED_IN_ERROR = "recorded_in_error"


def why_no_clocks(tenure: str, tenancy: str | None) -> str:
    """Return why no time runs for a landlord, or an empty string where the regulations bind it."""
    if tenure in _SOCIAL and tenancy != Tenancy.LONG_LEASE:
        return ""
    return (
        f"No clock runs and no letter leaves: {LAW} binds social landlords of tenants alone. Tell "
        "the council’s housing enforcement of a hazard that endangers somebody (Housing Act 2004)."
    )


def owed(
    *,
    emergency: bool,
    aware_on: date,
    did: Mapping[Did, date],
    calendar: Calendar,
    days: Mapping[str, int],
) -> dict[str, date]:
    """Return the last day of each thing that a landlord owes of a hazard now, by its clock.

    Args:
        aware_on: The landlord knew of the hazard, which is day 0.
        did: What it did, and when.
        calendar: Bank holidays alone: a council's closures give a landlord no time.
        days: The working days of each clock that counts them.

    Source: SI 2025/1042: an emergency is safe within 24 hours; investigated in 10 working days;
    from then a summary in 3, safe in 5, works begun in 5 or else within 12 weeks.
    """
    if Did.RECORDED_IN_ERROR in did:
        return {}
    looked = did.get(Did.INVESTIGATED) or did.get(Did.FOUND_NO_HAZARD)
    hazard, safe = Did.INVESTIGATED in did, Did.MADE_SAFE in did
    works = hazard and not {Did.BEGAN_WORKS, Did.NEEDS_NO_WORKS} & did.keys()
    wanted = {
        _AT_ONCE: emergency and not safe and (hazard or not looked),
        INVESTIGATE: not emergency and not looked,
        _SUMMARY: looked and Did.GAVE_SUMMARY not in did,
        _SAFE: hazard and not emergency and not safe,
        _BEGIN: works and Did.CANNOT_BEGIN_YET not in did,
        _AT_LAST: works,
    }
    since = {_AT_ONCE: aware_on, INVESTIGATE: aware_on}
    found = {}
    for name in (name for name, runs in wanted.items() if runs):
        day0, span = since.get(name) or looked or aware_on, _OF_ITS_OWN.get(name)
        found[name] = day0 + span if span else calendar.add(day0, days[name])
    return found
