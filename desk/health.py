"""What machines ask the desk: whether it lives, whether it may be sent people, and its figures."""

import secrets
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from adapters.settings import settings
from rules.errors import HandrailError
from services.alerts.figures import Machine
from services.alerts.watch_marks import WATCH, mark_at
from services.ready import check_ready
from services.session import reading

LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})

router = APIRouter()


@router.get("/health/live")
def live() -> PlainTextResponse:
    """Say that the process answers; what it needs is another question."""
    return PlainTextResponse("ok")


@router.get("/health/ready")
def ready() -> PlainTextResponse:
    """Say whether it may be sent people: its database answers, and is of its own version."""
    try:
        check_ready()
    except HandrailError:
        return PlainTextResponse("no", status_code=503)
    return PlainTextResponse("ok")


@router.get("/health")
def health() -> PlainTextResponse:
    """Say whether the database answers, and nothing else."""
    try:
        with reading() as conn:
            mark_at(conn, name=WATCH)
    except HandrailError:
        return PlainTextResponse("no", status_code=503)
    return PlainTextResponse("ok")


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Give Prometheus the figures of the machine; to nobody who should not have them."""
    if not _may_know(request):
        return PlainTextResponse("no", status_code=403)
    registry = CollectorRegistry(auto_describe=False)
    try:
        with reading() as conn:
            registry.register(Machine(conn))
            return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
    except HandrailError:
        return PlainTextResponse("no", status_code=503)


def _may_know(request: Request) -> bool:
    """Say whether a request comes from this machine itself, or has the token that is set."""
    token = settings().metrics_token.get_secret_value()
    if not token:
        return request.client is not None and request.client.host in LOOPBACK
    given = request.headers.get("Authorization", "").encode()
    return secrets.compare_digest(given, f"Bearer {token}".encode())
