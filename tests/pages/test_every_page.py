"""Every page for every role that may see it: nothing in anybody's way, wide and narrow.

A page is added by one line of ``PAGES``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.browser import NARROW, WIDE, Windows, barriers, too_wide
from tests.desk.web.routes import leads_to, routes
from tests.pages.conftest import CLOSURES, REFUSED
from tests.small_service import ADA, ADAM, AUDREY, FINN, MIA, TESS

NOBODY: Final = ""

PAGES: Final = [
    ("/sign-in", NOBODY),
    ("/sign-in?next=/account", NOBODY),
    ("/sign-in/forgotten", NOBODY),
    ("/invitations/no-such", NOBODY),
    ("/o/no-such", NOBODY),
    ("/k/no-such", NOBODY),
    ("/c/no-such", NOBODY),
    ("/account", TESS),
    ("/", TESS),
    ("/?tab=all&lateness=late&order=held", AUDREY),
    ("/?tab=closed&outcome=left&q=nobody", FINN),
    ("/alerts?list=all", TESS),
    ("/alerts/1", MIA),
    ("/board", MIA),
    ("/board", ADAM),
    ("/board", TESS),
    ("/board/statutory?matter=undecided", AUDREY),
    ("/board/forecast", MIA),
    ("/reports", MIA),
    ("/reports/end-to-end", AUDREY),
    ("/reports/enquiries?from=1/4/2027", MIA),
    ("/reports/enquiries/cases?column=year&row=all&from=1/1/2026", MIA),
    ("/runs", TESS),
    ("/runs?list=ended", AUDREY),
    ("/cases/DFG-1/decide/confirm-price", TESS),
    ("/cases/DFG-1/decide/pause", TESS),
    ("/cases/DFG-1/decide/release", TESS),
    ("/cases/DFG-2/decide/approve", ADA),
    ("/cases/DFG-3/decide/start", TESS),
    ("/cases/DFG-3/inspect", TESS),
    ("/cases/DFG-1/advance", TESS),
    ("/imports", TESS),
    ("/repricing", MIA),
    ("/batches", MIA),
    ("/registers", MIA),
    ("/contractors/AVON", MIA),
    ("/contractors/AVON/key", ADAM),
    ("/contractors/performance?rank=start", MIA),
    ("/contractors/performance?from=31/2/2026", TESS),
    ("/contractors/performance/cases?figure=accept_time&of=AVON", AUDREY),
    ("/contractors/AVON/hand-in", MIA),
    ("/required_documents", MIA),
    ("/lots/SHOWERS", AUDREY),
    ("/schedule?q=grab", TESS),
    ("/schedule/RAIL", TESS),
    ("/registers/lots/new", MIA),
    ("/providers", TESS),
    ("/registers/contractors/change?contractor=AVON", MIA),
    ("/letters", ADAM),
    ("/letters/RBC?letter=approval", ADAM),
    ("/letters/RBC", TESS),
    ("/letters/RBC/sample/approval_to_client", MIA),
    ("/messages/1", AUDREY),
    ("/messages/2", TESS),
    ("/cases/DFG-1/do/price-again", MIA),
    ("/?tab=all", MIA),
    ("/hand-over?case=DFG-1&case=DFG-2", MIA),
    ("/people?left=yes", TESS),
    (f"/people/{TESS}", ADAM),
    (f"/people/{ADA}/change", ADAM),
    ("/people/new", ADAM),
    (f"/people/{TESS}/leave", ADAM),
    (f"/people/{TESS}/away", TESS),
    ("/calendar?year=2026&from=23/12/2026&days=3", MIA),
    ("/calendar/open?day=2026-12-25", ADAM),
    ("/targets", AUDREY),
    ("/targets/contact_to_completion", MIA),
    ("/budgets", FINN),
    ("/payments", FINN),
    ("/partnership", FINN),
    ("/partnership/what-if?rate=10&without:WDC=yes", MIA),
    ("/partnership/what-if?rate=much", FINN),
    ("/partnership/printed", MIA),
    ("/contractors/AVON/bank", FINN),
    ("/budgets/change?authority=RBC&year=2026", MIA),
    ("/delivery", MIA),
    ("/delivery/ONE", ADAM),
    ("/delivery/HEART", MIA),
    ("/retention", MIA),
    ("/retention", TESS),
    ("/retention/1", ADAM),
    ("/personal-data", MIA),
    ("/cases/new", TESS),
    ("/cases/DFG-1", TESS),
    ("/cases/DFG-3", AUDREY),
    ("/cases/DFG-3/account", FINN),
    ("/cases/DFG-3/invoice-file", TESS),
    ("/cases/DFG-1/attach", TESS),
    ("/cases/DFG-1/looked", MIA),
    ("/cases/DFG-1/works", TESS),
    ("/cases/DFG-2/works", AUDREY),
    ("/cases/DFG-1/decided/1", TESS),
    ("/cases/DFG-1/advanced/1", TESS),
    ("/contractors", FINN),
    ("/lots", MIA),
    ("/packages", TESS),
    ("/authorities", AUDREY),
    ("/waiver_rules", MIA),
    ("/consent_terms", MIA),
    ("/means_test_terms", FINN),
    ("/grant_terms", MIA),
    ("/completion_terms", MIA),
    ("/servicing", TESS),
    *((f"/{kind}", FINN) for kind in ("partnership_budget", "partnership_capital")),
    *((f"/{kind}", FINN) for kind in ("partnership_terms", "printed_tables")),
    ("/simple_works", TESS),
    ("/statements", TESS),
    ("/statements/1", TESS),
    ("/apply/RBC", NOBODY),
    ("/providers/OAK", MIA),
    ("/escalations", MIA),
    ("/registers/providers/new", TESS),
    ("/repricing/1", MIA),
    ("/batches/1", MIA),
    (CLOSURES, TESS),
    (REFUSED, TESS),
]
"""Path and whose eyes see it; the service is that of ``looked_at`` beside this."""

NOT_LOOKED_AT: Final = {
    "/cases.csv": "a file",
    "/cases/{reference:path}/order.json": "a file",
    "/cases/{reference:path}/account.pdf": "a file",
    "/cases/{reference:path}/notice.json": "a file",
    "/cases/{reference:path}/release.json": "a file",
    "/contractors/performance.csv": "a file",
    "/reports/{name}.{form}": "a file",
    "/cases/{reference:path}/record.pdf": "a document",
    "/contractors/{code:path}/handed/{number}": "a file",
    "/payments/runs/{number}": "needs a run: tests/desk/payments/test_pages.py",
    "/payments/runs/{number}/{name}": "a file",
    "/contractors/{code:path}/handed/{number}/look": "needs a document handed in: "
    "tests/desk/tenders/test_handed_pages.py",
    "/imports/{number}/lines.csv": "a file",
    "/imports/out/{kind}": "a file",
    "/partnership.csv": "a file",
    "/partnership/printed.csv": "a file",
    "/cases/{reference:path}/received/{number}": "a file",
    "/documents/{number}/{file}": "a letter, framed by the page of its message",
    "/health": "for machines",
    "/health/live": "for machines",
    "/health/ready": "for machines",
    "/metrics": "for machines",
    "/o/{token}/do/{name}": "needs a link that was sent: tests/pages/test_contractor.py",
    "/o/{token}/papers/{number}/{file}": "a document, as it was sent",
    "/o/{token}/orders": "leads on",
    "/o/{token}/documents": "needs a link that was sent: tests/pages/test_contractor.py",
    "/o/{token}/invoice-file": "needs a link: tests/desk/payments/test_invoice_files.py",
    "/o/{token}/again": "leads on",
    "/k/{token}/do/{name}": "needs a link that was sent: tests/pages/test_client.py",
    "/k/{token}/papers/{number}/{file}": "a document, as it was sent",
    "/k/{token}/again": "leads on",
    "/c/{token}/do/{name}": "needs a link that was sent: tests/desk/links/test_landlord.py",
    "/c/{token}/papers/{number}/{file}": "a document, as it was sent",
    "/c/{token}/again": "leads on",
    "/kept": "leads on",
    "/sign-in/council": "leads on",
    "/sign-in/council/back": "leads on",
    "/runs/{flow_run_id}": "needs a run that Prefect knows: tests/desk/cases/test_run_pages.py",
    "/account/app": "needs a password given just now: tests/desk/people/test_sign_in_pages.py",
    "/account/password": "needs a password given just now: the same",
    "/absences/{number}": "needs an absence: tests/desk/people/test_people_pages.py",
    "/o/{token}/snags/{number}": "needs a link that was sent: tests/desk/completion/test_visit.py",
}
"""Routes that no line leads to, and why."""

ROOM: Final = 60 * 1024  # bytes of a page
_HEADING: Final = re.compile("<h1[ >]")


def test_every_route_is_looked_at_or_says_why_not() -> None:
    found = routes("GET")
    seen = {next(one.path for one in found if leads_to(one, path)) for path, _ in PAGES}
    assert {one.path for one in found} == seen | set(NOT_LOOKED_AT)
    assert seen.isdisjoint(NOT_LOOKED_AT)


@pytest.fixture(scope="module")
def windows(looked_at: str, browser: Browser) -> Iterator[Windows]:
    with Windows(browser, looked_at) as opened:
        yield opened


@pytest.mark.parametrize(("path", "who"), PAGES)
def test_nothing_on_a_page_is_in_anybody_s_way(windows: Windows, path: str, who: str) -> None:
    page = windows.of(who)
    said: list[str] = []

    def hear(word: object) -> None:
        said.append(str(getattr(word, "text", word)))

    page.set_viewport_size(WIDE)
    page.on("console", hear)
    page.on("pageerror", hear)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status < 500
    assert len(answer.body()) <= ROOM
    assert len(_HEADING.findall(answer.text())) == 1, "as sent, so without script too"
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert barriers(page) == []
        assert too_wide(page) <= 0
    expected = [] if answer.ok else [one for one in said if "Failed to load" in one]
    assert said == expected
    page.remove_listener("console", hear)
    page.remove_listener("pageerror", hear)
