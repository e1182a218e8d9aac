"""The desk: one application of pages, made of the routes of each subject."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from adapters.desk_server import LOOPBACK
from adapters.settings import settings
from desk import health
from desk.alerts import pages as alert_pages
from desk.batches import pages as batches
from desk.cases import carry_on, hand_over_pages, run_pages, work_pages
from desk.cases import looked_pages as looked
from desk.cases import new_pages as new_case
from desk.cases import pages as case_pages
from desk.cases import statement_pages as statements
from desk.cases import works_pages as works
from desk.clocks import calendar_pages, target_pages
from desk.completion import pages as visits
from desk.decisions import pages as decisions
from desk.delivery import pages as delivery
from desk.documents import letters_pages as letters
from desk.documents import pages as documents
from desk.documents import received_pages as received
from desk.grants import budget_pages
from desk.imports import pages as imports
from desk.imports import record_pages as records
from desk.imports import register_pages as registers
from desk.interchange import door, key_pages
from desk.interchange import pages as interchange
from desk.links import client as client_links
from desk.links import contractor as contractor_links
from desk.links import documents as own_documents
from desk.links import landlord as landlord_links
from desk.links import statement as open_page
from desk.orders import publication_pages
from desk.partnership import pages as partnership
from desk.payments import account_pages as bank_details
from desk.payments import file_pages, final_account_pages
from desk.payments import pages as payments
from desk.people import absence_pages, account, invitations, leave_pages, list_pages, officer_pages
from desk.people import council_pages as council
from desk.people import kept_pages as kept
from desk.people import pages as sign_in
from desk.personal import access_pages as personal_data
from desk.personal import pages as retention
from desk.pricing import again_pages as price_again
from desk.pricing import repricing_pages as repricing
from desk.rates import item_pages
from desk.reports import board_pages, bundle, performance_pages, report_pages
from desk.tenders import handed_pages
from desk.web.faults import answer_faults
from desk.web.pace import Pace, check_pace
from desk.web.page import TEMPLATES
from desk.web.sessions import know_session

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""What every answer says to the browser."""

BY_TLS: Final = {"Strict-Transport-Security": "max-age=31536000"}
"""What it says as well where people reach the desk by https alone."""

ROUTERS: Final[tuple[APIRouter, ...]] = (
    sign_in.router,
    invitations.router,
    account.router,
    council.router,
    kept.router,
    work_pages.router,
    documents.router,
    letters.router,
    received.router,
    board_pages.router,
    performance_pages.router,
    report_pages.router,
    bundle.router,
    alert_pages.router,
    decisions.router,
    visits.router,
    new_case.router,
    statements.router,
    open_page.router,
    works.router,
    run_pages.router,
    carry_on.router,
    price_again.router,
    retention.router,
    personal_data.router,
    looked.router,
    publication_pages.router,
    final_account_pages.router,
    file_pages.router,
    imports.router,
    repricing.router,
    batches.router,
    delivery.router,
    records.router,
    key_pages.router,
    item_pages.router,
    handed_pages.router,
    bank_details.router,
    payments.router,
    registers.router,
    hand_over_pages.router,
    interchange.router,
    calendar_pages.router,
    target_pages.router,
    budget_pages.router,
    partnership.router,
    officer_pages.router,
    leave_pages.router,
    absence_pages.router,
    list_pages.router,
    contractor_links.router,
    own_documents.router,
    client_links.router,
    landlord_links.router,
    case_pages.router,
)
"""The pages of each subject; whose request it is, is known to every one of them.

The case comes last: its reference may hold a ``/``, so its address would match those below it.
"""


def create_app() -> FastAPI:
    """Return the desk, ready to be served."""
    app = FastAPI(title="Handrail", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.pace = Pace()
    app.middleware("http")(_with_headers)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=own_names(), www_redirect=False)
    answer_faults(app)
    app.include_router(health.router)
    app.mount("/static", StaticFiles(directory=TEMPLATES / "layout" / "static"), name="static")
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(know_session), Depends(check_pace)])
    app.include_router(door.router, dependencies=[Depends(check_pace)])  # asks for no session
    return app


def own_names() -> list[str]:
    """Return the names it answers under; by any other a stranger's page could ask it."""
    named = (urlsplit(settings().desk_url).hostname, *settings().desk_names.split(";"))
    return sorted({LOOPBACK, "localhost", *(name.strip() for name in named if name)})


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    by_tls = BY_TLS if settings().desk_url.startswith("https://") else {}
    for name, value in (HEADERS | by_tls).items():
        response.headers.setdefault(name, value)
    return response
