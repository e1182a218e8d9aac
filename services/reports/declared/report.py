"""How a report is declared: its question, whose cases, its columns, and by what its rows are.

A report says once which cases a column counts and what each adds. The figure sums that, the list
behind it shows it, and the statement that is printed beneath it is the one that was asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    case,
    func,
    literal,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from rules.cases import Tenure
from rules.errors import UnknownReferenceError
from rules.pathway import EXITS, PATHWAY
from rules.reports.asked import Asked
from rules.reports.figures import Figure, Shows, Unit
from rules.reports.performance import Period
from rules.reports.work import ended_words

Facts: TypeAlias = Any
"""The columns of the facts of cases as at a day, by name."""

NOBODY_SAID: Final = "not_recorded"


class days_between(FunctionElement[int]):  # noqa: N801 - as functions of SQL are called
    """The calendar days from one date to another; NULL where one of them is."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "postgresql")
def _on_postgresql(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST({last} AS DATE) - CAST({first} AS DATE))"


@compiles(days_between, "sqlite")
def _on_sqlite(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, last = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(julianday({last}) - julianday({first}) AS INTEGER)"


def day(value: date) -> ColumnElement[date]:
    """Return a day as it stands in a statement."""
    return literal(value, Date)


def within(column: Any, period: Period) -> ColumnElement[bool]:
    """Say in SQL that a date lies in a period."""
    return and_(column >= day(period.first), column <= day(period.last))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report.

    Args:
        means: What the figure means, as it stands beneath the table.
        of: Which cases it rests on; of a share, those that count.
        value: What each of them adds; a case without it is not counted. None: itself.
        among: Of a share, among which.
        series: Columns of one name are made of the same values: they are counted once.
    """

    name: str
    title: str
    means: str
    _: KW_ONLY
    of: ColumnElement[bool] | None = None
    value: ColumnElement[Any] | None = None
    among: ColumnElement[bool] | None = None
    shows: Shows = Shows.COUNT
    unit: Unit = Unit.CASES
    series: str = ""
    worked_out: Callable[[Mapping[str, Figure]], Figure] | None = field(default=None)
    """From the other figures of its row, where it has no cases of its own."""
    given: Callable[[Any, Asked], Mapping[str, int]] | None = field(default=None)
    """By row, what is on record of no single case, such as a budget; in pence."""

    @property
    def counts(self) -> ColumnElement[bool]:
        """Which cases its list has: those whose value is on record."""
        assert self.of is not None  # noqa: S101 - only a column without cases has none
        return self.of if self.value is None else and_(self.of, self.value.is_not(None))


rate = partial(Column, shows=Shows.SHARE, unit=Unit.PERCENT)
total_pence = partial(Column, shows=Shows.TOTAL, unit=Unit.PENCE)
mean_pence = partial(Column, shows=Shows.MEAN, unit=Unit.PENCE)
mean_days = partial(Column, shows=Shows.MEAN, unit=Unit.DAYS)
median_days = partial(Column, shows=Shows.MEDIAN, unit=Unit.DAYS)
ninth_days = partial(Column, shows=Shows.NINTH, unit=Unit.DAYS)
longest_days = partial(Column, shows=Shows.LONGEST, unit=Unit.DAYS)
mean_times = partial(Column, shows=Shows.MEAN, unit=Unit.TIMES)
total_times = partial(Column, shows=Shows.TOTAL, unit=Unit.TIMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What the rows of a report may be by.

    Args:
        of: The word of a case's row, in SQL, for what is asked.
        words: What people call each, in their order; one that is not named is shown as it is.
    """

    name: str
    title: str
    of: Callable[[Facts, Asked], ColumnElement[Any]]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: everything about it is said here.

    Args:
        asks: The question that it answers.
        columns: Its columns, of the facts as at a day, for what is asked.
        whose: Which cases it is about at all; every case where left out.
        note: What to know when reading it, such as what it is held against.
        chart: The column that is drawn.
    """

    name: str
    title: str
    asks: str
    ways: tuple[Way, ...]
    columns: Callable[[Facts, Asked], tuple[Column, ...]]
    chart: str
    whose: Callable[[Facts], ColumnElement[bool]] | None = None
    note: str = ""

    def way(self, name: str) -> Way:
        """Return the way of that name, or its own first where none is named.

        Raises:
            UnknownReferenceError: It has no rows of that kind.
        """
        found = next((one for one in self.ways if name in ("", one.name)), None)
        if found is None:
            raise UnknownReferenceError(
                f"{self.title} is not reported by “{name}”.",
                next_step=f"Give one of: {', '.join(one.name for one in self.ways)}.",
            )
        return found


def _or_nobody(column: Any) -> ColumnElement[Any]:
    return type_coerce(func.coalesce(column, NOBODY_SAID), Text)


CHILD_UNDER: Final = 18
OLD_FROM: Final = 65
_BANDS: Final = (1_000_00, 5_000_00, 10_000_00, 20_000_00, 30_000_00)


def _age(f: Facts) -> ColumnElement[Any]:
    return case(
        (f.age < CHILD_UNDER, "child"),
        (f.age < OLD_FROM, "adult"),
        (f.age >= OLD_FROM, "older"),
        else_=NOBODY_SAID,
    )


def _value(f: Facts) -> ColumnElement[Any]:
    bands = [(f.grant_pence <= most, f"to_{most}") for most in _BANDS]
    return case(*bands, (f.grant_pence.is_not(None), "over"), else_=NOBODY_SAID)


def _council(f: Facts, asked: Asked) -> ColumnElement[Any]:
    """Return whoever follows the council of a case, one that was divided excepted."""
    followed = [(f.authority == old, new) for old, new in asked.follow]
    return case(*followed, else_=f.authority) if followed else f.authority


AUTHORITY: Final = Way(name="authority", title="Authority", of=lambda f, _: f.authority)
COUNCIL: Final = Way(name="council", title="Council today", of=_council)
"""By whoever follows the council whose case it was, so that years before and after compare."""

WORK_TYPE: Final = Way(name="work_type", title="Works", of=lambda f, _: f.work_type)
TENURE: Final = Way(
    name="tenure",
    title="Tenure",
    of=lambda f, _: f.tenure,
    words={
        Tenure.OWNER: "Owner",
        Tenure.PRIVATE_TENANT: "Private tenant",
        Tenure.RP_TENANT: "Registered provider’s tenant",
        Tenure.COUNCIL_TENANT: "Council’s tenant",
        Tenure.LICENSEE: "Licensee",
    },
)
AGE: Final = Way(
    name="age",
    title="Age on first contact",
    of=lambda f, _: _age(f),
    words={
        "child": "Under 18",
        "adult": "18 to 64",
        "older": "65 and over",
        NOBODY_SAID: "Age not recorded",
    },
)
VALUE: Final = Way(
    name="value",
    title="Grant",
    of=lambda f, _: _value(f),
    words={
        **{f"to_{most}": f"Up to £{most // 100:,}" for most in _BANDS},
        "over": f"Over £{_BANDS[-1] // 100:,}",
        NOBODY_SAID: "No grant recorded",
    },
)
ROUTE: Final = Way(
    name="route",
    title="How it was priced",
    of=lambda f, _: _or_nobody(f.route),
    words={
        "pre_priced": "Package at a tendered price",
        "call_off": "Schedule of rates",
        "quotes": "Quotes",
        NOBODY_SAID: "Not priced",
    },
)
STAGE: Final = Way(
    name="stage",
    title="Step at which they left",
    of=lambda f, _: _or_nobody(f.ended_stage),
    words={step.name.value: step.title for step in PATHWAY.values()}
    | {NOBODY_SAID: "Step not recorded"},
)
GROUND: Final = Way(
    name="ground",
    title="How they left",
    of=lambda f, _: _or_nobody(f.ended_ground),
    words={one.value: ended_words(one) for one in EXITS},
)
PLACES: Final = (AUTHORITY, COUNCIL, WORK_TYPE, TENURE, AGE)
"""What most reports may be by."""
