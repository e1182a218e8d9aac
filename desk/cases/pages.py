"""`/cases/REF`: one case whole, with what is next at the top."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters import clock
from desk.web.numbers import Counted
from desk.web.page import Viewer, page
from rules.people import MAY_HAND_ON, MAY_KEEP_FILE
from rules.reports.work import SEE_BOARD
from services.cases.looked import record_look
from services.reports.case_page.page import case_page
from services.session import reading

router = APIRouter()

_CONTENTS: Final = (
    *(("next", "What is next"), ("pathway", "The pathway"), ("works", "Works and price")),
    *(("award", "Award"), ("contract", "Contracting party")),
    *(("consent", "Consent and certificates"), ("grant", "Grant and payers")),
    *(("order", "Order and variations"), ("on-site", "On site")),
    ("inspection", "Inspection and snags"),
    *(("money", "Money"), ("aftercare", "Aftercare")),
    ("messages", "Messages and documents"),
    *(("file", "Notes, access and documents received"),),
    *(("people", "People and addresses"), ("clocks", "Clocks and waits")),
    *(("history", "History"), ("runs", "Runs")),
)
_LINES: Final = 25
"""Lines of works and prices that are shown at first; a thousand would hide everything else."""

_EVERY: Final = 100_000
_ONLY_WITH: Final[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {
    "award": lambda shown: shown["award"],
    "order": lambda shown: shown["order"]["orders"],
    "on-site": lambda shown: any(
        shown["on_site"][name] for name in ("order", "extensions", "visits")
    ),
    "inspection": lambda shown: shown["inspection"],
    "money": lambda shown: shown["money"]["invoices"] or shown["money"]["survey"],
    "aftercare": lambda shown: shown["aftercare"],
    "runs": lambda shown: shown["runs"],
}
"""Sections that are there only where there is something to show."""


@router.get("/cases/{reference:path}")
def case(
    request: Request, reference: str, viewer: Viewer, history: Counted = 1, lines: str = ""
) -> Response:
    """Show one case, and keep who looked; another way of typing it leads to the one on record."""
    with reading() as conn:
        shown = case_page(
            conn, reference=reference, viewer=viewer, now=clock.now(), history=history
        )
        record_look(conn, case_id=shown["case"].id, officer=viewer.identity, now=clock.now())
    if shown["case"].reference != reference:
        return RedirectResponse(f"/cases/{quote(shown['case'].reference, safe='')}", 303)
    contents = [
        (anchor, label)
        for anchor, label in _CONTENTS
        if anchor not in _ONLY_WITH or _ONLY_WITH[anchor](shown)
    ]
    values = {
        **shown,
        "contents": contents,
        "most": _EVERY if lines == "all" else _LINES,
        "keeps": viewer.role in MAY_KEEP_FILE,
        "sees_record": viewer.role in SEE_BOARD,
        "gives": viewer.role in MAY_HAND_ON,
        "hands_over": "assign-officer" in _may(shown["next"]),
    }
    return page(request, "cases/pages/case.html", values, viewer=viewer)


def _may(following: dict[str, Any]) -> set[str]:
    return {one.kind for one in (*following["may"], *following["may_besides"])}
