"""PostgreSQL's own programs: `pg_dump`, and `pg_restore`."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from rules.errors import BrokenStateError, StorageError

PACKAGED: Final = Path("/usr/lib/postgresql")  # Debian's, by version


def dump(*, url: str, snapshot: str, target: Path) -> None:
    """Write a database as an open transaction sees it into an archive, and read that again.

    Args:
        snapshot: What ``pg_export_snapshot()`` gave; its transaction must still be open.

    Raises:
        BrokenStateError: `pg_dump` is not on this machine.
        StorageError: It failed; its own words say why.
    """
    where, secret = _connection(url)
    whose = ("--no-owner", "--no-privileges", f"--snapshot={snapshot}")
    _run(["pg_dump", "--format=custom", *whose, f"--file={target}", f"--dbname={where}"], secret)
    _run(["pg_restore", "--file=/dev/null", str(target)], {})


def load(*, url: str, source: Path) -> None:
    """Bring an archive into a database, all or nothing.

    Raises:
        BrokenStateError: `pg_restore` is not on this machine.
        StorageError: It failed; its own words say why.
    """
    where, secret = _connection(url)
    how = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run(["pg_restore", *how, f"--dbname={where}", str(source)], secret)


def _run(command: list[str], secret: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
        [_program(command[0]), *command[1:]],
        env={**os.environ, **secret},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise StorageError(
            f"{command[0]} failed.",
            why=" ".join(done.stderr.split())[-600:],
            next_step="Mend what it names and try again; nothing was kept.",
        )


def _program(name: str) -> str:
    """Return the newest of a program: it must not be older than the server."""
    packaged = list(PACKAGED.glob(f"*/bin/{name}"))
    if packaged:
        return str(max(packaged, key=lambda file: int(file.parent.parent.name)))
    found = shutil.which(name)
    if found is None:
        raise BrokenStateError(
            f"{name} is not on this machine.",
            why="A PostgreSQL database is backed up and restored by PostgreSQL's own programs.",
            next_step="Install them, such as with `apt-get install postgresql-client`, of the "
            "server's version or a later one.",
        )
    return found


def _connection(url: str) -> tuple[str, dict[str, str]]:
    """Return where a database is without its password, which goes into the environment."""
    parts = urlsplit(url)
    place = parts.netloc
    if parts.password is not None:
        login, _, server = place.rpartition("@")
        place = f"{login.partition(':')[0]}@{server}"
    secret = {} if parts.password is None else {"PGPASSWORD": unquote(parts.password)}
    return urlunsplit(parts._replace(scheme="postgresql", netloc=place)), secret
