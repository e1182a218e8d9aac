"""How long it takes: end to end, by stage, by whose wait; and what is over its limit."""

from datetime import date
from typing import Any, Final

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, and_

from rules.parties import Party
from rules.reports.asked import Asked
from rules.reports.figures import Shows, Unit
from services.reports.declared.report import (
    AGE,
    AUTHORITY,
    PLACES,
    ROUTE,
    Column,
    Facts,
    Report,
    day,
    days_between,
    longest_days,
    mean_days,
    mean_times,
    median_days,
    ninth_days,
    rate,
    within,
)

BEFORE_HEART: Final = 395
"""Days on average from enquiry to adaptation before HEART (its business case, 2.5)."""

MONTHS_TO_DECIDE: Final = 6
MONTHS_TO_COMPLETE: Final = 12
_DAYS: Final[dict[str, Any]] = {"unit": Unit.DAYS}


def live(f: Facts) -> ColumnElement[bool]:
    """Say in SQL that a case waits: it has not left, and its works are not signed off."""
    return and_(f.ended_on.is_(None), f.certified_on.is_(None))


def _took(f: Facts, done: ColumnElement[bool]) -> tuple[Column, ...]:
    """Return how long those that are done took, in calendar days."""
    days = days_between(f.contact_on, f.certified_on)
    took: dict[str, Any] = {"of": done, "value": days, "series": "took"}
    means = "Calendar days from first contact to sign-off: half took longer."
    within_it = f"Those that took no longer than the {BEFORE_HEART} days of before HEART."
    faster = and_(done, days <= BEFORE_HEART)
    return (
        median_days("median", "Median", means, **took),
        mean_days("mean", "Mean", "The same.", **took),
        ninth_days("ninth", "90th percentile", "The same: one in ten took longer.", **took),
        longest_days("longest", "Longest", "The same.", **took),
        rate("faster", f"Within {BEFORE_HEART} days", within_it, of=faster, among=done),
    )


def _end_to_end(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    waits = days_between(f.contact_on, day(asked.at))
    longest = "Of the cases that still wait, from first contact to the day of the report."
    return (
        Column("done", "Completed", "Works signed off in the period.", of=done),
        *_took(f, done),
        Column("open", "Still wait", "Neither signed off nor left.", of=live(f)),
        longest_days(
            "open_longest", "Longest wait", longest, of=live(f), value=waits, series="waits"
        ),
    )


END_TO_END: Final = Report(
    name="end-to-end",
    title="From first contact to completion",
    asks="How long does it take from the first contact until the works are done?",
    ways=(*PLACES, ROUTE),
    columns=_end_to_end,
    chart="median",
    note=f"Before HEART began, it took {BEFORE_HEART} days on average.",
)
OPEN_RECORDS: Final = Report(
    name="requests",
    title="What requests for information ask",
    asks="From first contact, by age: how many asked, how many were helped, how long did it take, "
    "and who has waited longest?",
    ways=(AGE, AUTHORITY),
    columns=lambda f, asked: (
        Column(
            "asked",
            "First contacts",
            "In the period.",
            of=within(f.contact_on, asked.period),
        ),
        *_end_to_end(f, asked),
    ),
    chart="asked",
    note="Requests under the Freedom of Information Act count from first contact, not from the "
    "application.",
)

STAGES: Final = {
    "recommend": ("Contact to recommendation", "contact_on", "recommended_on"),
    "apply": ("To application", "recommended_on", "applied_on"),
    "approve": ("To approval", "applied_on", "approved_on"),
    "order": ("To order", "approved_on", "ordered_on"),
    "start": ("To start on site", "ordered_on", "started_on"),
    "certify": ("To sign-off", "started_on", "certified_on"),
    "pay": ("To payment", "certified_on", "paid_on"),
}
"""The stages of a case: what each is called, from which day, to which."""


def _by_stage(name: str, title: str, shows: Shows, means: str) -> Report:
    """Return a report of the days of each stage, of the cases that ended it in the period."""

    def columns(f: Facts, asked: Asked) -> tuple[Column, ...]:
        return tuple(
            Column(
                stage,
                words,
                means if stage == "recommend" else "",
                of=within(f[last], asked.period),
                value=days_between(f[first], f[last]),
                series=stage,
                shows=shows,
                unit=Unit.DAYS,
            )
            for stage, (words, first, last) in STAGES.items()
        )

    return Report(
        name=name,
        title=title,
        asks="At which stage is the time spent?",
        ways=(*PLACES, ROUTE),
        columns=columns,
        chart="approve",
    )


_OF_STAGE: Final = "calendar days of the stage, of the cases that ended it in the period."
BY_STAGE: Final = _by_stage("stages", "Days by stage", Shows.MEDIAN, f"Median {_OF_STAGE}")
MEAN_BY_STAGE: Final = _by_stage(
    "stages-mean", "Days by stage: the mean", Shows.MEAN, f"Mean {_OF_STAGE}"
)
SLOWEST_BY_STAGE: Final = _by_stage(
    "stages-slowest",
    "Days by stage: the slowest tenth",
    Shows.NINTH,
    f"The 90th percentile of the {_OF_STAGE}",
)


def _waiting(f: Facts, asked: Asked) -> tuple[Column, ...]:
    reached = [first for _, first, _ in STAGES.values()]
    found = []
    for number, (stage, (words, first, _)) in enumerate(STAGES.items()):
        if stage == "pay":
            continue  # its wait is over; what is not paid is on the list of payments
        later = and_(*(f[one].is_(None) for one in reached[number + 1 :]))
        found.append(
            longest_days(
                stage,
                words,
                "Of the cases in that stage on the day of the report, the one longest in it."
                if number == 0
                else "",
                of=and_(live(f), later),
                value=days_between(f[first], day(asked.at)),
                series=f"waiting_{stage}",
            )
        )
    return tuple(found)


WAITING: Final = Report(
    name="waiting",
    title="Longest open by stage",
    asks="Who has waited longest, and at which stage?",
    ways=PLACES,
    columns=_waiting,
    chart="approve",
    note="As things stand on the day of the report; the period plays no part.",
)


def _waits(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    whose = {
        Party.COUNCIL: "The council’s",
        Party.ASSESSOR: "The assessor’s",
        Party.LANDLORD: "The landlord’s",
        Party.CONTRACTOR: "The contractor’s",
        Party.CLIENT: "The client’s",
    }
    mean: dict[str, Any] = {"of": done, "shows": Shows.MEAN, **_DAYS}
    return (
        Column(
            "all",
            "The whole wait",
            "Mean calendar days from first contact to sign-off.",
            value=days_between(f.contact_on, f.certified_on),
            **mean,
        ),
        *(
            Column(
                one.value,
                title,
                "Mean days for which the case waited for them; together they are the wait."
                if one is Party.COUNCIL
                else "",
                value=f[f"days_{one.value}"],
                **mean,
            )
            for one, title in whose.items()
        ),
        mean_times(
            "hand_offs",
            "Hand-offs",
            "How often a case went from one party to another, in the mean (Chichester’s measure).",
            of=done,
            value=f.hand_offs,
        ),
        mean_times(
            "contacts",
            "Contacts",
            "Calls and visits on a case’s file, in the mean.",
            of=done,
            value=f.contacts,
        ),
    )


WAITS: Final = Report(
    name="waits",
    title="Whose wait, hand-offs and contacts",
    asks="Whose were the days that clients waited, and how often were they handed on?",
    ways=(*PLACES, ROUTE),
    columns=_waits,
    chart="all",
)


def _months_ago(at: date, months: int) -> Any:
    return day(at - relativedelta(months=months))


def _limits(f: Facts, asked: Asked) -> tuple[Column, ...]:
    open_at = live(f)
    undecided = and_(open_at, f.applied_on.is_not(None), f.approved_on.is_(None))
    unfinished = and_(open_at, f.approved_on.is_not(None))
    return (
        Column(
            "undecided",
            "Applied, not decided",
            "Applications without a decision on the day of the report.",
            of=undecided,
        ),
        rate(
            "over_six",
            "Over six months",
            "Of them, those applied for more than six months before (s.34(1)).",
            of=and_(undecided, f.applied_on < _months_ago(asked.at, MONTHS_TO_DECIDE)),
            among=undecided,
        ),
        Column(
            "unfinished",
            "Approved, not completed",
            "Grants approved whose works are not signed off on the day of the report.",
            of=unfinished,
        ),
        rate(
            "over_twelve",
            "Over twelve months",
            "Of them, those approved more than twelve months before (s.37(1)).",
            of=and_(unfinished, f.approved_on < _months_ago(asked.at, MONTHS_TO_COMPLETE)),
            among=unfinished,
        ),
    )


LIMITS: Final = Report(
    name="limits",
    title="Over six and twelve months",
    asks="How many wait for a decision over six months, or for their works over twelve?",
    ways=PLACES,
    columns=_limits,
    chart="undecided",
    note="As things stand on the day of the report; the period plays no part.",
)
