"""Every report, in the order in which they are listed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from rules.errors import UnknownReferenceError
from rules.sentences import several
from services.reports.declared.activity import (
    APPROVALS,
    BANDS,
    COMPLETIONS,
    DROP_OUT,
    ENQUIRIES,
    PREVENTIVE,
    REFERRALS,
)
from services.reports.declared.money import COSTS, RETURN, SAVINGS, SPENDING
from services.reports.declared.quality import OUTCOMES, SURVEY
from services.reports.declared.report import Report
from services.reports.declared.times import (
    BY_STAGE,
    END_TO_END,
    LIMITS,
    MEAN_BY_STAGE,
    OPEN_RECORDS,
    SLOWEST_BY_STAGE,
    WAITING,
    WAITS,
)

GROUPS: Final[Mapping[str, tuple[Report, ...]]] = MappingProxyType(
    {
        "How many": (ENQUIRIES, REFERRALS, APPROVALS, COMPLETIONS, DROP_OUT, BANDS, PREVENTIVE),
        "How long": (END_TO_END, BY_STAGE, MEAN_BY_STAGE, SLOWEST_BY_STAGE, WAITING, WAITS, LIMITS),
        "How much": (COSTS, SPENDING, SAVINGS),
        "How well": (SURVEY, OUTCOMES),
        "For others": (RETURN, OPEN_RECORDS),
    }
)
REPORTS: Final[Mapping[str, Report]] = MappingProxyType(
    {one.name: one for group in GROUPS.values() for one in group}
)


def report_named(name: str) -> Report:
    """Return a report.

    Raises:
        UnknownReferenceError: There is none of that name.
    """
    found = REPORTS.get(name)
    if found is None:
        raise UnknownReferenceError(
            f"There is no report “{name}”.",
            next_step=f"Give one of the {several(len(REPORTS), 'report')}: {', '.join(REPORTS)}.",
        )
    return found
