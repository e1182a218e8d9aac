"""Is the port free, and if not, by what is it taken?"""

import errno
import socket
from contextlib import suppress
from typing import Final

import psutil

from adapters.prefect_server import LOOPBACK, api_url, server_answers
from rules.errors import PortTakenError

_HIGHEST: Final = 65535


def check_port(*, port: int, setting: str) -> None:
    """Make sure that the loopback port can be listened on.

    Args:
        setting: What another one is set by, such as ``HANDRAIL_PORT``.

    Raises:
        PortTakenError: It cannot; the message says by what it is taken, and a port that is free.
    """
    fault = _fault(port)
    if fault is None:
        return
    if fault.errno == errno.EADDRINUSE:
        what, why = f"Port {port} is taken{_by_whom(port)}.", ""
    else:
        what, why = f"Port {port} cannot be used.", fault.strerror or str(fault)
    free = next((one for one in range(max(port, 1024) + 1, _HIGHEST) if not _fault(one)), 4200)
    raise PortTakenError(
        what, why=why, next_step=f"Choose another port, such as: {setting}={free} handrail up"
    )


def _fault(port: int) -> OSError | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None


def _by_whom(port: int) -> str:
    kind = " a Prefect server," if server_answers(url=api_url(port=port)) else ""
    if listener := _listener(port):
        return f" by{kind} {listener}"
    return f" by{kind.rstrip(',')}" if kind else " by another program"


def _listener(port: int) -> str:
    """Return the process that listens, with its command line; "" where this user may not know."""
    with suppress(psutil.Error, OSError):  # it ended meanwhile, or belongs to somebody else
        for one in psutil.net_connections("tcp"):
            if one.pid and one.status == psutil.CONN_LISTEN and one.laddr[1:] == (port,):
                command = " ".join(psutil.Process(one.pid).cmdline()).strip()[:80]
                return f"process {one.pid} ({command})"
    return ""
