"""Enquiries, referrals, approvals and completions by quarter; who leaves, and where."""

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

from rules.reports.asked import Asked, quarter_words, quarters
from rules.reports.figures import Shows, Unit
from rules.sentences import several
from services.reports.declared.report import (
    AGE,
    AUTHORITY,
    CHILD_UNDER,
    COUNCIL,
    GROUND,
    PLACES,
    STAGE,
    TENURE,
    VALUE,
    WORK_TYPE,
    Column,
    Facts,
    Report,
    rate,
    total_times,
    within,
)

DROP_OUT_BEFORE: Final = 35
"""Percent of HEART's enquiries that were lost before it began (HEART business case)."""


def _by_quarter(name: str, title: str, asks: str, when: str, means: str) -> Report:
    """Return a report of how many cases reached a day, quarter by quarter."""

    def columns(f: Facts, asked: Asked) -> tuple[Column, ...]:
        on = f[when]
        parts = quarters(asked.period)
        year = within(on, asked.period)
        return (
            *(
                Column(
                    f"q{number}",
                    quarter_words(one),
                    means if number == 1 else "",
                    of=within(on, one),
                )
                for number, one in enumerate(parts, start=1)
            ),
            Column("year", "In all", "All of the period.", of=year),
            Column(
                "before",
                "Year before",
                "The same days of the year before.",
                of=within(on, asked.year_before),
            ),
            Column(
                "children",
                "Of them under 18",
                f"Under {CHILD_UNDER} on the day of first contact.",
                of=and_(year, f.age < CHILD_UNDER),
            ),
            Column(
                "no_age",
                "Age not recorded",
                "Of all, those whose date of birth is not on record: no child, and no adult.",
                of=and_(year, f.age.is_(None)),
            ),
        )

    return Report(name=name, title=title, asks=asks, ways=PLACES, columns=columns, chart="year")


ENQUIRIES: Final = _by_quarter(
    "enquiries",
    "Enquiries",
    "How many people asked for help, and when?",
    "contact_on",
    "Cases by the day of first contact.",
)
REFERRALS: Final = _by_quarter(
    "referrals",
    "Referrals",
    "How many were recommended for adaptations, and when?",
    "recommended_on",
    "Cases by the day of the recommendation.",
)
APPROVALS: Final = _by_quarter(
    "approvals",
    "Approvals",
    "How many grants were approved, and when?",
    "approved_on",
    "Cases by the day on which their grant was first approved (s.34).",
)
COMPLETIONS: Final = _by_quarter(
    "completions",
    "Completions",
    "How many adaptations were completed, and when?",
    "certified_on",
    "Cases by the day on which their works were signed off.",
)


def _over(f: Facts, asked: Asked) -> ColumnElement[bool]:
    """Say in SQL that a case left in the period, or its works were signed off in it."""
    return or_(_left(f, asked), within(f.certified_on, asked.period))


def _left(f: Facts, asked: Asked) -> ColumnElement[bool]:
    return and_(f.ended_ground.is_not(None), within(f.ended_on, asked.period))


def _drop_out(f: Facts, asked: Asked) -> tuple[Column, ...]:
    left = _left(f, asked)
    found = [Column("left", "Left", "Left in the period without their works.", of=left)]
    for number, (ground, title) in enumerate(GROUND.words.items()):
        means = "Of those that left, how they did." if number == 0 else ""
        found.append(Column(ground, title, means, of=and_(left, f.ended_ground == ground)))
    if asked.by != STAGE.name:  # whoever completed left at no step
        means = "Of the cases that left in the period or whose works were signed off in it."
        found.append(rate("rate", "Share that left", means, of=left, among=_over(f, asked)))
    return tuple(found)


DROP_OUT: Final = Report(
    name="drop-out",
    title="Drop-out",
    asks="Who left before their works were done, at which step, and how?",
    ways=(AUTHORITY, COUNCIL, STAGE, WORK_TYPE, TENURE, AGE),
    columns=_drop_out,
    chart="left",
    note=f"Before HEART began, {DROP_OUT_BEFORE} % of enquiries were lost.",
)


def _bands(f: Facts, asked: Asked) -> tuple[Column, ...]:
    approved, done = within(f.approved_on, asked.period), within(f.certified_on, asked.period)
    money: dict[str, Any] = {"unit": Unit.PENCE, "value": f.grant_pence}
    return (
        Column("approved", "Approved", "Grants first approved.", of=approved),
        Column("done", "Completed", "Works signed off.", of=done),
        Column(
            "granted",
            "Grants approved",
            "What the grants approved in the period stand at.",
            of=approved,
            shows=Shows.TOTAL,
            **money,
        ),
        Column(
            "mean",
            "Mean grant",
            "The same, for each.",
            of=approved,
            shows=Shows.MEAN,
            **money,
        ),
    )


BANDS: Final = Report(
    name="bands",
    title="Tenure, age and value",
    asks="Whose homes were adapted, and for how much?",
    ways=(TENURE, AGE, VALUE, AUTHORITY, WORK_TYPE),
    columns=_bands,
    chart="approved",
)


def _preventive(f: Facts, asked: Asked) -> tuple[Column, ...]:
    done = within(f.certified_on, asked.period)
    has = f.preventive_lines > 0
    return (
        Column("done", "Completed", "Works signed off.", of=done),
        rate(
            "preventive",
            "With preventive works",
            "Of them, those with works for a need that is reasonably foreseeable.",
            of=and_(done, has),
            among=done,
        ),
        total_times(
            "lines",
            "Lines of such works",
            f"Works lines marked as preventive, of {several(1, 'case')} or more.",
            of=and_(done, has),
            value=f.preventive_lines,
        ),
    )


PREVENTIVE: Final = Report(
    name="preventive",
    title="Preventive works",
    asks="How often are works done for a need that is reasonably foreseeable?",
    ways=PLACES,
    columns=_preventive,
    chart="lines",
)
