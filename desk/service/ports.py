"""Is the port free, and if not, by what is it taken?"""

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from adapters.prefect_server import LOOPBACK, api_url, server_answers
from rules.errors import PortTakenError

_LISTENING: Final = "0A"  # TCP_LISTEN in /proc/net/tcp
_HIGHEST: Final = 65535


def check_port(*, port: int) -> None:
    """Make sure that the loopback port can be listened on.

    Args:
        port: The port, from ``HANDRAIL_PORT``.

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
        what, why=why, next_step=f"Choose another port, such as: HANDRAIL_PORT={free} handrail up"
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
    for pid, command in _listeners(port):
        return f" by{kind} process {pid} ({command})"
    return f" by{kind.rstrip(',')}" if kind else " by another program"


def _listeners(port: int) -> Iterator[tuple[int, str]]:
    """Yield process id and command line of whoever listens, as far as this user may know."""
    inodes = {f"socket:[{inode}]" for inode in _inodes(port)}
    processes = Path("/proc").glob("[0-9]*") if inodes else ()
    for process in processes:
        with suppress(OSError):  # it ended meanwhile, or belongs to somebody else
            if any(_link(one) in inodes for one in (process / "fd").iterdir()):
                words = (process / "cmdline").read_text(encoding="utf-8", errors="replace")
                yield int(process.name), " ".join(words.split("\0")).strip()[:80]


def _link(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:
        return ""  # closed meanwhile


def _inodes(port: int) -> Iterator[str]:
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]
