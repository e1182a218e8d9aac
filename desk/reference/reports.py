"""The page of reports and of the data that analysts read, made from what declares them."""

from typing import Final

from adapters import clock
from desk.reference.markdown import code, page, table
from rules.reports.asked import Asked, period_of
from services.reports.data_out import described
from services.reports.declared.ask import titles_of
from services.reports.declared.catalogue import GROUPS
from services.reports.declared.report import Report

_ABOUT: Final = (
    "Each is declared once, and comes as a page (`/reports/NAME`), by `handrail report show NAME`, "
    "and as CSV, XLSX, JSON and PDF. Every figure leads to the cases that make it; what is not on "
    "record is “not recorded”, and never nought."
)


def reports_page() -> str:
    """Return ``reports.md``."""
    parts = [part for title, group in GROUPS.items() for part in (f"## {title}", *map(_one, group))]
    views = table(
        ("View", "A row is", "Columns"),
        ((code(name), about, columns) for name, about, columns in described()),
    )
    data = (
        "## Data for analysts\n\n`handrail data copy FILE` writes these as tables of an SQLite "
        "file, `handrail data grant ROLE` lets a role of PostgreSQL’s read them and nothing "
        "behind them. Money is in pence, instants are UTC. `data_people` leaves with `--people` "
        "alone.\n"
    )
    return page("Reports and data", _ABOUT, *parts, data, views)


def _one(report: Report) -> str:
    today = clock.today()
    asked = Asked(period_of(today, today, at=today), today, today)
    shown = "; ".join(titles_of(report, asked))
    ways = ", ".join(code(way.name) for way in report.ways)
    note = f" {report.note}" if report.note else ""
    return f"**{code(report.name)}** {report.asks}{note} By {ways}. Columns: {shown}.\n"
