"""Serve the desk: ``handrail up`` starts this, and a service of its own does on many machines.

``python -m desk.serve [--host 127.0.0.1] [--workers 1]``; the port is ``HANDRAIL_DESK_PORT``. It
keeps no log of who asked for what: an address may name a client, and a link lets somebody in.
"""

import argparse
import sys
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI

from adapters.desk_server import LOOPBACK
from adapters.settings import settings
from desk.site import create_app
from desk.warm_up import warm_up


def main(words: Sequence[str]) -> None:
    """Serve until told to stop; what is under way is answered first."""
    parser = argparse.ArgumentParser(prog="python -m desk.serve")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on")
    parser.add_argument("--workers", type=int, default=1, help="processes, with PostgreSQL")
    asked = parser.parse_args(words)
    single = asked.workers == 1
    uvicorn.run(
        served() if single else "desk.serve:served",
        factory=not single,
        host=asked.host,
        port=settings().desk_port,
        workers=asked.workers,
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=LOOPBACK,
        timeout_graceful_shutdown=5,
    )


def served() -> FastAPI:
    """Return the desk of one process, which gets ready for the first who come."""
    warm_up()
    return create_app()


if __name__ == "__main__":
    main(sys.argv[1:])
