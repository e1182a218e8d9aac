"""Asking a report: counted by the database, row by row, and the cases behind each figure.

As at a day that is over, each case counts as its facts stood when that day was over. A case that
was first counted later counts by the days of what happened to it since.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import FromClause

from models.asked import reference_rows
from models.tables.cases import Case
from models.tables.reference import Authority
from models.tables.reports import CaseFacts, CaseFactsBefore
from rules.reports.asked import Asked
from rules.reports.figures import Figure, Shows, figure, share, summed
from services.delivery.succession import present_authorities
from services.reports.counting import COLUMNS, to_count
from services.reports.declared.report import AUTHORITY, COUNCIL, Column, Report, Way
from services.reports.holders import day_over
from services.reports.kept import kept

TOTAL: Final = "all"
"""The row of all rows together."""

_NAMES: Final = select(Authority.code, Authority.name).order_by(Authority.name)
_SUMMED: Final = (Shows.TOTAL, Shows.MEAN)
_FIRST: Final[ColumnElement[Any]] = literal_column("1")
_SECOND: Final[ColumnElement[Any]] = literal_column("2")
"""By place: PostgreSQL does not know an expression again whose values are bound twice."""

_RESTS_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "ended_on": ("ended_stage", "ended_ground"),
    "approved_on": ("budget_year", "grant_pence", "top_up_pence", "others_pence"),
    "ordered_on": ("works_pence", "paid_pence"),
    "certified_on": tuple(name for name in COLUMNS if name.startswith(("said_", "care_"))),
}
"""What says nothing before the day of what it belongs to has come."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer: what it is of, and its figures by column."""

    key: str
    label: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report says.

    Args:
        statements: What the database was asked, as it was asked.
        not_counted: Cases whose record grew since they were counted.
    """

    report: Report
    asked: Asked
    way: Way
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row
    statements: tuple[str, ...]
    not_counted: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A case behind a figure, and what it adds to it: days, pence or times; itself where None."""

    reference: str
    authority: str
    work_type: str
    status: str
    contact_on: date
    certified_on: date | None
    value: int | None


def facts_at(asked: Asked) -> FromClause:
    """Return the facts of the cases as at a day."""
    if asked.at >= asked.today:
        return CaseFacts.__table__
    over = day_over(asked.at)
    now, before = CaseFacts.__table__, CaseFactsBefore.__table__
    stood = (
        _blanked(now, asked.at).where(now.c.known_from < over),
        _blanked(before, asked.at).where(before.c.known_from < over, before.c.known_to >= over),
    )
    return union_all(*stood).subquery("facts")


def _blanked(table: FromClause, at: date) -> Select[Any]:
    """Return facts without what had not happened yet."""
    c = table.c
    owners = {name: c[day] <= at for day, names in _RESTS_ON.items() for name in names}
    waited = func.coalesce(c.certified_on, c.ended_on) <= at
    shown = []
    for name in ("case_id", *COLUMNS):
        if name.endswith("_on") and name != "contact_on":
            happened: ColumnElement[bool] | None = c[name] <= at
        else:
            happened = waited if name.startswith("days_") else owners.get(name)
        column = c[name] if happened is None else case((happened, c[name]), else_=None)
        shown.append(column.label(name))
    return select(*shown).where(c.contact_on <= at)


def titles_of(report: Report, asked: Asked) -> list[str]:
    """Return what the columns of a report are called, quarters aside."""
    columns = Question(report, asked).columns
    return [one.title for one in columns if not one.name.startswith("q")]


def followed(conn: Connection, *, on: date) -> tuple[tuple[str, str], ...]:
    """Return which council stands on a day for each that was followed."""
    return tuple(sorted(present_authorities(conn, on=on).items()))


class Question:
    """One report for one question, as the database is asked it."""

    def __init__(self, report: Report, asked: Asked) -> None:
        self.report, self.asked = report, asked
        self.table = facts_at(asked)
        self.way = report.way(asked.by)
        self.columns = report.columns(self.table.c, asked)
        self.row = self.way.of(self.table.c, asked)

    def column(self, name: str) -> Column | None:
        """Return the column of that name that has cases, if there is one."""
        return next((one for one in self.columns if one.name == name and one.of is not None), None)

    def _narrowed(self, query: Select[Any]) -> Select[Any]:
        query = query.select_from(self.table)
        if self.report.whose is not None:
            query = query.where(self.report.whose(self.table.c))
        if self.asked.authorities:
            query = query.where(self.table.c.authority.in_(sorted(self.asked.authorities)))
        return query

    def sums(self) -> Select[Any]:
        """Return the statement that counts, and adds up, row by row."""
        parts = [part for one in self.columns if not _in_series(one) for part in _parts(one)]
        return self._narrowed(select(self.row.label("row"), *parts)).group_by(_FIRST)

    def series(self, column: Column) -> Select[Any]:
        """Return the statement that says how often each value comes, row by row."""
        value: Any = column.value
        query = select(self.row.label("row"), value.label("value"), func.count())
        return self._narrowed(query).where(column.counts).group_by(_FIRST, _SECOND)

    def behind(self, column: Column, key: str) -> Select[Any]:
        """Return the statement that lists the cases behind a figure, by reference."""
        c = self.table.c
        value = column.value.label("value") if column.value is not None else None
        shown = [Case.reference, c.authority, c.work_type, c.status, c.contact_on, c.certified_on]
        query = self._narrowed(select(*shown, value if value is not None else _NOTHING))
        query = query.join(Case, Case.id == c.case_id).where(_counted(column))
        if key != TOTAL:
            query = query.where(self.row == key)
        return query.order_by(Case.reference)


_NOTHING: Final = case((Case.id < 0, 0), else_=None).label("value")


def _in_series(column: Column) -> bool:
    return column.of is None or (bool(column.series) and column.shows not in _SUMMED)


def _counted(column: Column) -> ColumnElement[bool]:
    return column.counts if column.among is None else and_(column.counts, column.among)


def _parts(column: Column) -> list[Any]:
    """Return the columns of the statement of sums that a column of a report is made of."""
    parts: list[Any] = [func.count().filter(_counted(column)).label(f"{column.name}__cases")]
    if column.among is not None:
        parts.append(func.count().filter(column.among).label(f"{column.name}__among"))
    elif column.shows in _SUMMED:
        held = case((_counted(column), column.value), else_=None)
        parts.append(func.sum(held).label(f"{column.name}__sum"))
    return parts


def ask(conn: Connection, report: Report, asked: Asked) -> Answer:
    """Return what a report says, row by row and all together."""
    question = Question(report, asked)
    sums = question.sums()
    found: dict[str, dict[str, int]] = {
        row["row"]: {name: held or 0 for name, held in row.items() if name != "row"}
        for row in conn.execute(sums).mappings()
    }
    series, statements = _series(conn, question), [sums]
    statements += [question.series(one) for one in _one_each(question.columns)]
    given = _given(conn, question)
    keys = {*found, *(key for rows in given.values() for key in rows)}
    labels = _labels(conn, question.way)
    rows = [
        _row(question, key, labels.get(key, _named(key)), [key], found, series, given)
        for key in sorted(keys, key=_order(labels))
    ]
    return Answer(
        report,
        asked,
        question.way,
        question.columns,
        tuple(row for row in rows if question.way is AUTHORITY or _says_something(row)),
        _row(question, TOTAL, "All", sorted(keys), found, series, given),
        tuple(_said(conn, one) for one in statements),
        to_count(conn),
    )


def kept_answer(conn: Connection, report: Report, asked: Asked) -> Answer:
    """Return what a report says, from a moment ago where nothing was recorded since."""
    figures, key = kept(conn), (Answer, report.name, asked)
    if key not in figures:
        figures[key] = ask(conn, report, asked)
    found: Answer = figures[key]
    return found


def _named(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _says_something(row: Row) -> bool:
    return any(figure.cases or figure.among for figure in row.figures.values())


def _one_each(columns: Iterable[Column]) -> list[Column]:
    """Return one column of each series that has to be counted value by value."""
    found = {one.series: one for one in columns if one.series and _in_series(one)}
    return list(found.values())


_Series = Mapping[str, Mapping[str, Counter[int]]]


def _series(conn: Connection, question: Question) -> _Series:
    found: dict[str, dict[str, Counter[int]]] = {}
    for one in _one_each(question.columns):
        rows = found.setdefault(one.series, defaultdict(Counter))
        for key, value, many in conn.execute(question.series(one)):
            rows[key][int(value)] += many
    return found


def _given(conn: Connection, question: Question) -> dict[str, Mapping[str, int]]:
    return {one.name: one.given(conn, question.asked) for one in question.columns if one.given}


def _row(
    question: Question,
    key: str,
    label: str,
    keys: Sequence[str],
    found: Mapping[str, Mapping[str, int]],
    series: _Series,
    given: Mapping[str, Mapping[str, int]],
) -> Row:
    """Return one row: that of a key, or of several together."""
    figures: dict[str, Figure] = {}
    for one in question.columns:
        if one.worked_out is not None:
            figures[one.name] = one.worked_out(figures)
        elif one.given is not None:
            held = [given[one.name][each] for each in keys if each in given[one.name]]
            value = Decimal(sum(held)) if held else None
            figures[one.name] = Figure(value, 0, one.unit, Shows.TOTAL)
        elif _in_series(one):
            merged: Counter[int] = Counter()
            for each in keys:
                merged.update(series[one.series].get(each, {}))
            figures[one.name] = figure(merged, one.shows, one.unit)
        else:
            summed: Counter[str] = Counter()
            for each in keys:
                summed.update(found.get(each, {}))
            figures[one.name] = _of_sums(one, summed)
    return Row(key, label, figures)


def _of_sums(column: Column, held: Mapping[str, int]) -> Figure:
    cases = held[f"{column.name}__cases"]
    if column.among is not None:
        return share(cases, held[f"{column.name}__among"])
    return summed(held[f"{column.name}__sum"], cases, column.shows, column.unit)


def _labels(conn: Connection, way: Way) -> Mapping[str, str]:
    if way in (AUTHORITY, COUNCIL):
        return {row.code: row.name for row in reference_rows(conn, _NAMES)}
    return way.words


def _order(labels: Mapping[str, str]) -> Any:
    places = {key: place for place, key in enumerate(labels)}
    return lambda key: (places.get(key, len(places)), key)


def _said(conn: Connection, query: Select[Any]) -> str:
    return str(query.compile(conn, compile_kwargs={"literal_binds": True}))


def behind(
    conn: Connection, question: Question, *, column: Column, key: str, limit: int, offset: int = 0
) -> tuple[Behind, ...]:
    """Return the cases behind one figure, by reference: as many as it says that it rests on."""
    query = question.behind(column, key).limit(limit).offset(offset)
    return tuple(Behind(*row) for row in conn.execute(query))
