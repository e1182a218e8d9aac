"""`/reports`: every report as a page, with a chart that is a table, its cases, and its files."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import QueryParams

from adapters import clock
from desk.reports.written import FORMS
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from rules.errors import HandrailError, InvalidDecisionError, UnknownReferenceError
from rules.people import Actor
from rules.reports.asked import Asked, asked_problems, period_of, quarters
from rules.reports.work import SEE_BOARD, check_may_see
from rules.typed import read_day
from services.reports.counting import count_what_grew
from services.reports.declared.ask import Answer, Question, Row, behind, followed, kept_answer
from services.reports.declared.catalogue import GROUPS, report_named
from services.reports.declared.report import Column, Report
from services.reports.work_list import authorities_of
from services.session import Connection, reading

router = APIRouter()

_A_PAGE: Final = 50
_DAYS: Final = ("from", "to", "at")
_MOST_BARS: Final = 15


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address chose; ``problems`` is what of it cannot be read."""

    report: Report
    asked: Asked
    authority: str
    problems: tuple[tuple[str, str], ...]

    def address(self, form: str = "", **more: object) -> str:
        """Return the address of the same question in another form, or of its cases."""
        period = self.asked.period
        held: dict[str, object] = {"from": period.first, "to": period.last, "at": self.asked.at}
        held |= {"by": self.asked.by} if self.asked.by else {}
        held |= {"authority": self.authority} if self.authority else {}
        return f"/reports/{self.report.name}{form}?{urlencode(held | more)}"

    def check(self) -> None:
        """Refuse what cannot be read, where there is no form to say so in."""
        if self.problems:
            raise InvalidDecisionError(" ".join(words for _, words in self.problems))


@router.get("/reports")
def index(request: Request, viewer: Viewer) -> HTMLResponse:
    """List the reports, each with the question that it answers."""
    check_may_see(actor=viewer, roles=SEE_BOARD, what="reports")
    return page(request, "reports/pages/reports.html", {"groups": GROUPS}, viewer=viewer)


@router.get("/reports/{name}/cases")
def cases(
    *,
    request: Request,
    viewer: Viewer,
    name: str,
    column: str = "",
    row: str = "",
    number: Counted = 1,
) -> HTMLResponse:
    """Show the cases behind one figure: as many as it says that it rests on."""
    number = max(1, number)
    with reading() as conn:
        chosen = _chosen(conn, viewer, name, request.query_params)
        chosen.check()
        question = Question(chosen.report, chosen.asked)
        wanted = question.column(column)
        if wanted is None:
            raise UnknownReferenceError(
                f"{chosen.report.title} has no such figure.", next_step="Choose one of the table."
            )
        answer = kept_answer(conn, chosen.report, chosen.asked)
        of = next((one for one in (*answer.rows, answer.total) if one.key == row), None)
        offset = (number - 1) * _A_PAGE
        lines = behind(conn, question, column=wanted, key=row, limit=_A_PAGE, offset=offset)
    figure = of.figures[column] if of else None
    values = {
        "chosen": chosen,
        "column": wanted,
        "row": of,
        "figure": figure,
        "lines": lines,
        "number": number,
        "pages": max(1, -(-(figure.cases if figure else 0) // _A_PAGE)),
        "link": lambda to: chosen.address("/cases", column=column, row=row, number=to),
    }
    return page(request, "reports/pages/report_cases.html", values, viewer=viewer)


@router.get("/reports/{name}.{form}")
def as_file(request: Request, viewer: Viewer, name: str, form: str) -> Response:
    """Give a report as a file."""
    check_may_see(actor=viewer, roles=SEE_BOARD, what="reports")
    if form not in FORMS:
        raise UnknownReferenceError(
            "A report does not come as that.", next_step=f"Ask for {', '.join(FORMS)}."
        )
    count_what_grew()
    with reading() as conn:
        chosen = _chosen(conn, viewer, name, request.query_params)
        chosen.check()
        answer = kept_answer(conn, chosen.report, chosen.asked)
    mime, made = FORMS[form]
    file = f"{name}-{chosen.asked.period.first}-{chosen.asked.period.last}.{form}"
    return Response(
        made(answer),
        media_type=mime,
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


@router.get("/reports/{name}")
def show(request: Request, viewer: Viewer, name: str) -> HTMLResponse:
    """Show one report."""
    count_what_grew()
    given = request.query_params
    with reading() as conn:
        chosen = _chosen(conn, viewer, name, given)
        answer = None if chosen.problems else kept_answer(conn, chosen.report, chosen.asked)
        authorities = authorities_of(conn, viewer)
    period = chosen.asked.period
    typed = {"from": period.first, "to": period.last, "at": chosen.asked.at}
    values = {
        "chosen": chosen,
        "report": chosen.report,
        "answer": answer,
        "problems": chosen.problems,
        "wrong": dict(chosen.problems),
        "typed": {one: given.get(one) or f"{typed[one]:%d/%m/%Y}" for one in _DAYS},
        "ways": [(one.name, one.title) for one in chosen.report.ways],
        "authorities": [("", "All of yours" if viewer.authorities else "All"), *authorities],
        "bars": _bars(chosen, answer) if answer else [],
        "link": lambda column, row: _link(chosen, column, row),
        "forms": [(form, form.upper(), chosen.address(f".{form}")) for form in FORMS],
    }
    status = 422 if chosen.problems else 200
    return page(request, "reports/pages/report.html", values, viewer=viewer, status=status)


def _link(chosen: Chosen, column: Column, row: Row) -> str:
    """Return the address of the cases behind a figure; empty where it has none."""
    if column.of is None or not row.figures[column.name].cases:
        return ""
    return chosen.address("/cases", column=column.name, row=row.key)


def _bars(chosen: Chosen, answer: Answer) -> list[tuple[str, int, str, str]]:
    """Return what is drawn: of each row its word, how long a bar, where it leads, its figure."""
    drawn = next(one for one in answer.columns if one.name == chosen.report.chart)
    bars = []
    for row in answer.rows[:_MOST_BARS]:
        figure = row.figures[drawn.name]
        if figure.value is not None and figure.value >= 0:
            long = int(figure.value.to_integral_value())
            bars.append((row.label, long, _link(chosen, drawn, row), figure.words))
    return bars


def _chosen(conn: Connection, viewer: Actor, name: str, given: QueryParams) -> Chosen:
    """Return what an address chose, and what of it cannot be read.

    Raises:
        NotPermittedError: It is not for their role.
        UnknownReferenceError: There is no such report or authority, or it is not theirs.
    """
    check_may_see(actor=viewer, roles=SEE_BOARD, what="reports")
    report = report_named(name)
    report.way(given.get("by", ""))
    authority = given.get("authority", "")
    if authority and authority not in dict(authorities_of(conn, viewer)):
        raise UnknownReferenceError(
            "There is no such authority, or it is not yours.", next_step="Choose one of the list."
        )
    problems: list[tuple[str, str]] = []
    days = {one: _day(given.get(one, ""), one, problems) for one in _DAYS}
    whose = frozenset({authority}) if authority else viewer.authorities
    asked = _asked(days, whose, given.get("by", ""), problems)
    asked = replace(asked, follow=followed(conn, on=asked.at))
    return Chosen(report, asked, authority, tuple(problems))


def _asked(
    days: dict[str, date | None], whose: frozenset[str], by: str, problems: list[tuple[str, str]]
) -> Asked:
    today = clock.today()
    first, last, at = (days[one] for one in _DAYS)
    wrong = asked_problems(first, last, at, today=today)
    problems += [(name, error.text()) for name, error in wrong]
    if problems:
        first = last = at = None
    period = period_of(first, last, at=at or today)
    try:
        quarters(period)
    except HandrailError as error:
        problems.append(("from", error.text()))
        period = period_of(None, None, at=today)
    return Asked(period, at or today, today, whose, by)


def _day(typed: str, name: str, problems: list[tuple[str, str]]) -> date | None:
    try:
        return read_day(typed.strip()) if typed.strip() else None
    except ValueError as error:
        problems.append((name, str(error)))
        return None
