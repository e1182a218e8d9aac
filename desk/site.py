"""The desk: one application of pages, made of the routes of each subject."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from desk.alerts import pages as alert_pages
from desk.cases import pages as case_pages
from desk.cases import work_pages
from desk.decisions import pages as decisions
from desk.documents import pages as documents
from desk.people import account, invitations
from desk.people import pages as sign_in
from desk.reports import board_pages
from desk.web.faults import answer_faults
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

ROUTERS: Final[tuple[APIRouter, ...]] = (
    sign_in.router,
    invitations.router,
    account.router,
    work_pages.router,
    case_pages.router,
    documents.router,
    board_pages.router,
    alert_pages.router,
    decisions.router,
)
"""The pages of each subject; whose request it is, is known to every one of them."""


def create_app() -> FastAPI:
    """Return the desk, ready to be served."""
    app = FastAPI(title="Handrail", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(_with_headers)
    answer_faults(app)
    app.add_api_route("/health", _health, methods=["GET"])
    app.mount("/static", StaticFiles(directory=TEMPLATES / "layout" / "static"), name="static")
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(know_session)])
    return app


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _health() -> PlainTextResponse:
    return PlainTextResponse("ok")
