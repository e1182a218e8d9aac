"""A report and the whole record of a case, as they are printed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rules.reports.bundle import Annex, BundlePaper, Entry, Line, Told
from rules.reports.paper import ReportPaper, ReportRow
from rules.reports.performance import Period

AT = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)


def report() -> ReportPaper:
    """Return a report of two rows."""
    figures = (("3", ""), ("107.5 days", "2 cases"), ("37.5 % (3 of 8)", ""))
    return ReportPaper(
        title="From first contact to completion",
        asks="How long does it take?",
        note="Before HEART began, it took 395 days on average.",
        period=Period(date(2026, 4, 1), date(2026, 6, 1)),
        at=date(2026, 6, 1),
        by="Authority",
        heads=("Completed", "Median", "Within 395 days"),
        rows=(ReportRow("Rugby Borough Council", figures),),
        total=ReportRow("All", figures),
        means=(("Median", "Calendar days: half took longer."),),
        whose=("RBC",),
    )


def bundle() -> BundlePaper:
    """Return the record of a case that was decided, priced and written to."""
    plan = (("Proportionate", "The least that meets the need."),)
    return BundlePaper(
        case_reference="DFG-2026-0001",
        authority_name="Rugby Borough Council",
        client_name="Joan Ferris",
        site_address="12 Orchard Row, Rugby",
        works_title="Level access shower",
        made_at=AT,
        made_by="audrey@rbc.example",
        facts=(("Status", "open"), ("Tenancy", "not recorded")),
        entries=(
            Entry(AT, "ada", "The grant is approved.", "Within the limit.", "s.34", plan, (), "a1"),
            Entry(AT, "handrail", "Order opened.", "", "", (), (("Order", "WO-1"),), "b2"),
        ),
        reckoned=(("Eligible works (section 34(2))", "£5,000.00"),),
        lines=(Line(1, "Tray", "2 × £100.00", 20_000, 0),),
        waits=((date(2026, 4, 1), date(2026, 4, 9), "council", "price"),),
        messages=(Told(AT, "Order to client", "joan@example.org", "Sent", "Your works", "Dear …"),),
        annexes=(Annex("Work order WO-1", date(2026, 6, 1), "ff00", 12),),
        broken=(),
        end="b2",
    )
