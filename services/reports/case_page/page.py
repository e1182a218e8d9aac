"""A case whole, as its page shows it to one person."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from models.contacts import authority_of, officer_of
from rules.cases import PURPOSES
from rules.people import Actor
from services.cases.file import file_on
from services.cases.runs import runs_of
from services.cases.whose import people_of
from services.decisions.history import case_history
from services.documents.filed import documents_on
from services.documents.received import received_on
from services.documents.sent import messages_on
from services.links.questions import questions_on
from services.orders.flagged import flags_of
from services.orders.site_view import site_view
from services.reports.case_page.aftercare import aftercare_section
from services.reports.case_page.clocks import clocks_of, waiting_section
from services.reports.case_page.file import CaseFile, open_file
from services.reports.case_page.grant import consent_section, grant_section
from services.reports.case_page.now import next_section, pathway_section
from services.reports.case_page.site import inspection_section, money_section, order_section
from services.reports.case_page.works import award_section, works_section
from services.tenders.contracting import contracting_view

HISTORY_ROWS: Final = 25
"""Rows of the history on one page."""

RUNS: Final = 20
"""Runs on the page: the last ones."""


def case_page(
    conn: Connection, *, reference: str, viewer: Actor, now: datetime, history: int = 1
) -> dict[str, Any]:
    """Return a case whole.

    Args:
        viewer: Who looks at it, and whose decisions are offered.
        history: Which page of its history, from 1, the newest first.

    Raises:
        UnknownReferenceError: There is no such case, or it is not theirs to see.
    """
    file = open_file(conn, reference=reference, viewer=viewer, now=now)
    clocks = clocks_of(file)
    runs = runs_of(conn, case_id=file.id)
    return {
        "case": file.case,
        "flags": flags_of(conn, case=file.case, on=file.today),
        "today": file.today,
        "next": next_section(file, clocks),
        "pathway": pathway_section(file),
        "works": works_section(file),
        "award": award_section(file),
        "contracting": contracting_view(conn, case=file.case, price=file.price, on=file.today),
        "consent": consent_section(file),
        "grant": grant_section(file),
        "order": order_section(file),
        "on_site": site_view(
            conn, case=file.case, order=file.order, calendar=file.calendar, today=file.today
        ),
        "inspection": inspection_section(file),
        "money": money_section(file),
        "aftercare": aftercare_section(file),
        "documents": documents_on(conn, case_id=file.id, reference=file.case.reference),
        "messages": messages_on(conn, case_id=file.id),
        "file": file_on(conn, case=file.case),
        "received": received_on(conn, case_id=file.id),
        "questions": questions_on(conn, case_id=file.id),
        "people": _people(file),
        "waiting": waiting_section(file, clocks),
        "history": _history(conn, file.case.reference, page=history),
        "runs": list(reversed(runs[-RUNS:])),
        "runs_before": max(0, len(runs) - RUNS),
    }


def _people(file: CaseFile) -> dict[str, Any]:
    case = file.case
    return {
        "authority": authority_of(file.conn, case=case),
        "officer": officer_of(file.conn, case=case, on=file.today),
        "has": people_of(file.conn, case, on=file.today),
        "purposes": [(letter, PURPOSES.get(letter, "")) for letter in case.purpose],
        "age": _age(case.date_of_birth, file.today),
    }


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _history(conn: Connection, reference: str, *, page: int) -> dict[str, Any]:
    every = case_history(conn, reference=reference)[::-1]
    pages = max(1, -(-len(every) // HISTORY_ROWS))
    page = min(max(1, page), pages)
    shown = every[(page - 1) * HISTORY_ROWS : page * HISTORY_ROWS]
    return {"rows": shown, "page": page, "pages": pages, "in_all": len(every)}
