"""Start Prefect's server, mended for SQLAlchemy 2.1 and for webhooks called at the same time.

Prefect 3.8.8's scheduler hands SQLAlchemy a value for ``FlowRun.state``, which is a hybrid
attribute and no column. SQLAlchemy 2.0 passed over it; 2.1 refuses the whole insert, so that no
scheduled run is ever created. SQLAlchemy 2.1 lets an attribute say what to do with such a value:
here, leave it out, as 2.0 did.

Its webhook block opens and closes a client for each call, and with it the one transport that all
calls share. The server calls two webhooks at a time, so whichever ends first cuts the other off: in
a burst every tenth notification failed, and none is tried again. Here the transport outlives them.

It answers under any name that a request gives it, so that a page whose name is made to lead to this
machine would count as its own. Here it answers under its own names only.

``python -m deployments.server`` takes the options of ``prefect server start``.
"""

import asyncio
import os
import sqlite3
import sys
from collections.abc import MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from prefect.blocks import webhook
from prefect.cli import app
from prefect.server.api import server
from prefect.server.database import provide_database_interface
from prefect.server.database.orm_models import FlowRun, TaskRun
from prefect.server.models.block_registration import run_block_auto_registration
from sqlalchemy.ext.hybrid import hybrid_property

from adapters.prefect_server import LOOPBACK
from adapters.settings import settings
from services.ready import in_turn

_ITSELF: Final = "prefect-in-memory"
"""The name by which the server's automations call the server, inside its own process."""

PAGE_BYTES: Final = 8192
"""Prefect's events are rows of 2 to 4 KB, which SQLite's pages of 4 KB hold one by one."""


def _leave_out(_model: type, row: MutableMapping[str, Any], _value: object) -> None:
    row.pop("state", None)


class _Kept(httpx.AsyncBaseTransport):
    """A transport that stays open when a client that uses it is closed."""

    def __init__(self, shared: httpx.AsyncBaseTransport) -> None:
        self._shared = shared

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._shared.handle_async_request(request)


_SHARED = (
    *("_http_transport", "_insecure_http_transport"),
    *("_safe_http_transport", "_safe_insecure_http_transport"),
)


def mend() -> None:
    """Let bulk inserts of runs pass on SQLAlchemy 2.1, and webhooks be called side by side.

    Where Prefect does either itself, that part does nothing.
    """
    for name in _SHARED:
        shared = getattr(webhook, name, None)
        if isinstance(shared, httpx.AsyncHTTPTransport):
            setattr(webhook, name, _Kept(shared))
    for model in (FlowRun, TaskRun):
        attribute = vars(model).get("state")
        if isinstance(attribute, hybrid_property) and attribute.bulk_dml_setter is None:
            attribute.bulk_dml_setter = _leave_out  # type: ignore[assignment]  # its alias is private


def own_names() -> list[str]:
    """Return the names under which the server answers.

    They are this machine's loopback names, what it calls itself within, and those in
    ``PREFECT_API_URL`` and in the origins of its pages, as where other machines, or a proxy,
    reach it.
    """
    origins = os.environ.get("PREFECT_SERVER_CORS_ALLOWED_ORIGINS", "").split(",")
    urls = [os.environ.get("PREFECT_API_URL", ""), *origins]
    named = {urlsplit(url.strip()).hostname for url in urls}
    return sorted({LOOPBACK, "localhost", _ITSELF} | {name for name in named if name})


def refuse_foreign_names() -> None:
    """Have requests to a name that is not the server's refused with status 400."""
    create = server.create_app
    limited: list[FastAPI] = []

    def create_app(**how: Any) -> FastAPI:
        made = create(**how)  # the same one each time: its automations ask for it too
        if made not in limited:
            hosts = own_names()
            made.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
            limited.append(made)
        return made

    server.create_app = create_app  # type: ignore[assignment]  # it is called by keywords only


def make_database() -> None:
    """Make Prefect's SQLite file, where there is none yet, with pages that hold its long rows."""
    file = Path(os.environ.get("PREFECT_HOME", "")) / "prefect.db"
    if "PREFECT_API_DATABASE_CONNECTION_URL" in os.environ or file.exists():
        return
    with closing(sqlite3.connect(file)) as fresh:
        fresh.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        fresh.execute("PRAGMA journal_mode = WAL")


def prepare_in_turn() -> None:
    """Make Prefect's database on PostgreSQL ready, one server at a time.

    Prefect lets every server migrate it and write its kinds of blocks as it starts, with no lock:
    of two that start at once, one fails and ends.
    """
    if not os.environ.get("PREFECT_API_DATABASE_CONNECTION_URL", "").startswith("postgresql"):
        return
    with in_turn(settings().resolved_database_url, what="prepare Prefect"):
        asyncio.run(_prepare())
    done = ("SERVER_DATABASE_MIGRATE_ON_START", "API_BLOCKS_REGISTER_ON_START")
    os.environ.update({f"PREFECT_{name}": "false" for name in done})


async def _prepare() -> None:
    db = provide_database_interface()
    await db.create_db()
    async with await db.session() as session:
        await run_block_auto_registration(session=session)


def main(*options: str) -> None:
    """Run the server until it is told to stop.

    Args:
        options: What follows ``prefect server start``, such as ``--port 4200``.
    """
    mend()
    refuse_foreign_names()
    make_database()
    prepare_in_turn()
    sys.argv = ["prefect", "server", "start", *options]  # the command reads its options here
    app()


if __name__ == "__main__":
    main(*sys.argv[1:])
