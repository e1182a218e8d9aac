"""A report as a document."""

from adapters.documents import render_html, render_pdf
from rules.errors import StorageError
from rules.reports.paper import ReportPaper, ReportRow
from services.reports.declared.ask import Answer, Row


def paper_of(answer: Answer) -> ReportPaper:
    """Return a report as it is printed."""
    return ReportPaper(
        title=answer.report.title,
        asks=answer.report.asks,
        note=answer.report.note,
        period=answer.asked.period,
        at=answer.asked.at,
        by=answer.way.title,
        heads=tuple(one.title for one in answer.columns),
        rows=tuple(_printed(row, answer) for row in answer.rows),
        total=_printed(answer.total, answer),
        means=tuple((one.title, one.means) for one in answer.columns if one.means),
        whose=tuple(sorted(answer.asked.authorities)),
    )


def _printed(row: Row, answer: Answer) -> ReportRow:
    figures = [row.figures[one.name] for one in answer.columns]
    return ReportRow(row.label, tuple((one.words, one.rests_on) for one in figures))


def as_pdf(answer: Answer) -> bytes:
    """Return it as PDF/UA.

    Raises:
        StorageError: Pango is not installed on this machine.
    """
    made = render_pdf(render_html(template="report.html", paper=paper_of(answer)))
    if made is None:
        raise StorageError(
            "A PDF cannot be made here.",
            why="Pango is not installed.",
            next_step="Print the page, or take it as XLSX.",
        )
    return made
