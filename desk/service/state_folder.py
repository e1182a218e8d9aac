"""Is the state folder one that Handrail can work in? Said before anything is started on it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from adapters.private import keep_private, private_folder
from rules.errors import BrokenStateError

_MAGIC: Final = b"SQLite format 3\x00"


def open_folder(*, home: Path) -> None:
    """Make the state folder if it is not there; see that it can be written, by its owner alone.

    Args:
        home: The state folder, as an absolute path.

    Raises:
        BrokenStateError: It is no folder, nothing can be written in it, or it is somebody else's.
    """
    elsewhere = "Set HANDRAIL_HOME to a folder that you may write in."
    if home.exists() and not home.is_dir():
        raise BrokenStateError(f"{home} is a file, not a folder.", next_step=elsewhere)
    probe = home / ".probe"
    try:
        private_folder(home)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BrokenStateError(
            f"The state folder {home} cannot be written.",
            why=error.strerror or str(error),
            next_step=elsewhere,
        ) from error
    keep_private(home, within=True)


def check_our_database(*, url: str, documents: Path) -> None:
    """Make sure that Handrail's own SQLite file is whole, or not there yet.

    Args:
        url: The database in force; what is no file is left to the connection.
        documents: The folder of documents, which shows whether there was a service here before.

    Raises:
        BrokenStateError: It is no SQLite database, cut short, or empty beside documents.
    """
    file = _sqlite_file(url)
    if file is None:
        return
    restore = "Restore it from a backup, or set HANDRAIL_HOME to another folder for a new service."
    _check_whole(file, next_step=restore)
    kept = documents.is_dir() and any(documents.iterdir())
    if kept and file.exists() and file.stat().st_size == 0:
        raise BrokenStateError(
            f"{file} is empty, yet {documents} holds documents.",
            why="The database of this service has been lost.",
            next_step=restore,
        )


def _sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite URL, whatever driver it names, or None."""
    dialect, _, file = url.partition("?")[0].partition(":///")
    return Path(file) if file and dialect.partition("+")[0] == "sqlite" else None


def check_prefect_database(*, file: Path) -> None:
    """Make sure that Prefect's SQLite file, ``prefect/prefect.db``, is whole, or not there yet.

    Raises:
        BrokenStateError: It is no SQLite database, or cut short.
    """
    _check_whole(
        file,
        next_step=f"Move the folder {file.parent} away and start again: cases and decisions "
        "are in handrail.db, only Prefect's own history of runs is lost.",
    )


def _check_whole(file: Path, *, next_step: str) -> None:
    if fault := _sqlite_fault(file):
        raise BrokenStateError(f"{file} is not a usable database.", why=fault, next_step=next_step)


def _sqlite_fault(file: Path) -> str:
    """Say what is wrong with an SQLite file, which need not exist, or return an empty string.

    An empty file is a database that nothing has been written to yet.
    """
    if not file.exists():
        return ""
    if not file.is_file():
        return "It is not a file."
    with file.open("rb") as opened:
        header = opened.read(100)
    if not header:
        return ""
    if header[:16] != _MAGIC:
        return "It is not an SQLite database."
    return _cut_short(file, header) or _unreadable(file)


def _cut_short(file: Path, header: bytes) -> str:
    """Compare the file with the size its header claims; a write-ahead log may hold the rest."""
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        return ""
    page = int.from_bytes(header[16:18], "big")
    claimed = int.from_bytes(header[28:32], "big") * (65536 if page == 1 else page)
    size = file.stat().st_size
    return f"It is cut short: {size:,} of {claimed:,} bytes." if size < claimed else ""


def _unreadable(file: Path) -> str:
    try:
        with closing(sqlite3.connect(file, timeout=5)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        return f"SQLite says: {error}."
    return ""
