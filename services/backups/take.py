"""Taking a back-up while Handrail runs: the database as of one instant, documents after it.

A document is on disk before its record is committed and is never written over, so that all that the
database speaks of is there. It is made beside its place and gets its name when it is whole.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from adapters.copies import copy_files, copy_sqlite, hashes, in_words, make_single
from adapters.files import write_whole
from adapters.postgres_tools import dump
from models.database import close, reading
from rules.errors import BrokenStateError
from services.backups.manifest import (
    DOCUMENTS,
    MAIL,
    POSTGRESQL,
    SEAL,
    SQLITE,
    Manifest,
    add_evidence,
    counts,
    documents_in,
)
from services.verification.seal import sealed, written
from services.verification.verify import Severity, findings


def take(*, url: str, home: Path, to: Path, now: datetime) -> Manifest:
    """Copy a service to a folder that is not there yet, verify the copy, and say what is in it.

    Args:
        url: The database in force; others may write to it meanwhile.
        home: The state folder, with documents and the maildir.

    Raises:
        BrokenStateError: There is something at the place, or the copy is not whole.
        StorageError: It cannot be written, such as on a full disk. Nothing is left at the place.
    """
    if to.exists():
        raise BrokenStateError(
            f"There is something at {to} already.",
            why="A back-up is never written over another.",
            next_step="Name a folder that is not there yet, such as one with today's date.",
        )
    with _whole_or_not_at_all(to) as folder:
        sqlite = sa.make_url(url).get_backend_name() == "sqlite"
        database = SQLITE if sqlite else POSTGRESQL
        held, found = (_from_sqlite if sqlite else _from_postgresql)(url, home, folder, now)
        return add_evidence(folder, now=now, database=database, held=held, found=found)


@contextmanager
def _whole_or_not_at_all(to: Path) -> Iterator[Path]:
    """Give a folder beside a place that takes its name if the block ends without error."""
    with in_words(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=to.parent, prefix=f".{to.name}-"))
        try:
            yield folder
            os.sync()
            folder.rename(to)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _from_sqlite(
    url: str, home: Path, folder: Path, now: datetime
) -> tuple[dict[str, int], tuple[str, ...]]:
    copy = folder / SQLITE
    copy_sqlite(source=Path(sa.make_url(url).database or ""), target=copy)
    _copy_folders(home, folder)
    at = f"sqlite:///{copy}"
    try:
        with reading(at) as conn:
            held, found = _looked_at(conn, folder, now)
    finally:
        close(at)
    if faults := make_single(copy):
        raise BrokenStateError(
            "The copy of the database is not whole.",
            why=f"SQLite says: {'; '.join(faults[:5])}.",
            next_step="`handrail verify` says what stands in the living one; look at its disk.",
        )
    return held, found


def _from_postgresql(
    url: str, home: Path, folder: Path, now: datetime
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Verify in the very transaction whose view of the database is written to the archive."""
    with reading(url) as conn:
        snapshot = conn.execute(sa.select(sa.func.pg_export_snapshot())).scalar_one()
        dump(url=url, snapshot=snapshot, target=folder / POSTGRESQL)
        (folder / POSTGRESQL).chmod(0o600)
        _copy_folders(home, folder)
        return _looked_at(conn, folder, now)


def _looked_at(
    conn: Connection, folder: Path, now: datetime
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Put a signed seal of a copy beside it; return what it holds, and what does not hold of it."""
    write_whole(target=folder / SEAL, data=written(sealed(conn, now=now)))
    return counts(conn), broken(conn, folder)


def _copy_folders(home: Path, folder: Path) -> None:
    """Copy documents and mail; a mail reader moves from ``new`` to ``cur``, so in that order."""
    copy_files(source=documents_in(home), target=folder / DOCUMENTS)
    for name in (f"{MAIL}/new", f"{MAIL}/cur"):
        copy_files(source=home / name, target=folder / name)


def broken(conn: Connection, folder: Path) -> tuple[str, ...]:
    """Return what does not hold of a copy, as ``verify`` says it, with the documents beside it."""
    there = hashes(folder / DOCUMENTS)
    found = [one for one in findings(conn, there.get) if one.severity is Severity.ERROR]
    return (
        *(f"{one.where}: {one.sentence}" for one in found),
        *(
            f"documents/{path}: it is not the document that was stored under this name."
            for path, digest in there.items()
            if Path(path).stem != digest
        ),
    )
