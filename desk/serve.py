"""Serve the desk: ``handrail up`` starts this, and a service of its own does on many machines.

``python -m desk.serve [--host 127.0.0.1] [--workers 1]``; the port is ``HANDRAIL_DESK_PORT``, and
without ``--workers`` it is as many processes as ``HANDRAIL_DESK_PROCESSES`` says. They share what
is in the database and nothing else. It keeps no log of who asked for what: an address may name a
client, and a link lets somebody in.
"""

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from typing import Final

import uvicorn
from fastapi import FastAPI

from adapters import clock
from adapters.desk_server import LOOPBACK
from adapters.settings import settings
from desk.service.launch import die_with
from desk.site import create_app
from desk.web.page import environment
from desk.web.streams import end_streams_on_signals
from rules.errors import HandrailError, InvalidSettingError
from rules.people import Actor, Role
from rules.reports.work import Tab
from services.reports.case_page.page import case_page
from services.reports.work_cases import Wanted
from services.reports.work_list import work_page
from services.session import reading

_READER: Final = Actor("", "the desk", Role.AUDITOR)


def warm_up() -> None:
    """Read what the first page needs, and everything else while somebody reads that."""
    for name in ("people/pages/sign_in.html", "layout/pages/fault.html"):
        environment().get_template(name)
    Thread(target=_go_on, name="warm-up", daemon=True).start()


def _go_on() -> None:
    """Look at the work list and the first case on it, as nobody, for what is compiled by that."""
    pages = environment()
    for name in pages.list_templates(filter_func=lambda one: "/pages/" in one):
        pages.get_template(name)
    with suppress(HandrailError), reading() as conn:
        today = clock.today()
        found = work_page(conn, wanted=Wanted(tab=Tab.ALL), viewer=_READER, today=today)
        for row in found.rows[:1]:
            case_page(conn, reference=row.reference, viewer=_READER, now=clock.now(), history=1)


LONGEST_START: Final = 60
"""Seconds a process may take to begin; one that still reads its code gives no sign of life, and
after uvicorn's own five it is killed and begun anew, on a busy machine again and again."""


def main(words: Sequence[str]) -> None:
    """Serve until told to stop; what is under way is answered first."""
    parser = argparse.ArgumentParser(prog="python -m desk.serve")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on")
    parser.add_argument(
        "--workers", type=int, default=settings().desk_processes, help="processes, with PostgreSQL"
    )
    asked = parser.parse_args(words)
    check_processes(asked.workers, url=settings().resolved_database_url)
    single = asked.workers == 1
    uvicorn.run(
        served if single else "desk.serve:served",
        factory=True,
        host=asked.host,
        port=settings().desk_port,
        workers=asked.workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=LOOPBACK,
        timeout_graceful_shutdown=5,
        timeout_worker_healthcheck=LONGEST_START,
    )


def served() -> FastAPI:
    """Return the desk of one process, which gets ready for the first who come.

    One of several ends with the process that shares out the port. What is followed ends when the
    process is told to stop.
    """
    end_streams_on_signals()
    parent = multiprocessing.parent_process()
    if parent and parent.pid:
        die_with(parent.pid)
    warm_up()
    return create_app()


def check_processes(number: int, *, url: str) -> None:
    """Refuse several processes over SQLite, where one that writes has the others wait.

    Raises:
        InvalidSettingError: They are asked for.
    """
    if number > 1 and url.startswith("sqlite"):
        raise InvalidSettingError(
            f"{number} processes cannot serve the desk over SQLite.",
            why="It lets one write at a time, and the others wait.",
            next_step="Set HANDRAIL_DESK_PROCESSES to 1, or HANDRAIL_DATABASE_URL to PostgreSQL.",
        )


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except InvalidSettingError as error:
        sys.exit(error.text())
