"""The desk: one application of pages, made of the routes of each subject."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from adapters.desk_server import LOOPBACK
from adapters.settings import settings
from desk import health
from desk.interchange import door
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

_PAGES: Final = (
    "people.pages people.invitations people.account people.council_pages people.kept_pages "
    "cases.work_pages documents.pages documents.letters_pages documents.received_pages "
    "reports.board_pages reports.performance_pages reports.report_pages reports.bundle "
    "alerts.pages decisions.pages completion.pages cases.new_pages cases.statement_pages "
    "links.statement cases.works_pages cases.run_pages cases.carry_on pricing.again_pages "
    "personal.pages personal.access_pages cases.looked_pages orders.publication_pages "
    "payments.final_account_pages payments.file_pages imports.pages pricing.repricing_pages "
    "batches.pages delivery.pages imports.record_pages interchange.key_pages rates.item_pages "
    "tenders.handed_pages payments.account_pages payments.pages imports.register_pages "
    "cases.hand_over_pages interchange.pages clocks.calendar_pages clocks.target_pages "
    "grants.budget_pages partnership.pages people.officer_pages people.leave_pages "
    "people.absence_pages people.list_pages links.contractor links.documents links.client "
    "links.landlord cases.pages"
)
ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    import_module(f"desk.{page}").router for page in _PAGES.split()
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
