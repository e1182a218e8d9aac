"""Copies that are taken while others write: an SQLite database as of one instant, and files."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from adapters.private import FILE, private_folder
from rules.errors import StorageError

_UNFINISHED = ".part-"


@contextmanager
def in_words(place: Path) -> Iterator[None]:
    """Turn what the system says of a place that cannot be written into an error for people.

    Raises:
        StorageError: The disk is full, or the place cannot be written.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise StorageError(
            f"It could not be written to {place}.",
            why=f"The system says: {said}. Nothing is left of it there.",
            next_step="Make room or give Handrail write access, or name another place.",
        ) from error


def copy_sqlite(*, source: Path, target: Path) -> None:
    """Copy a database as of now, whoever writes to it meanwhile; only the copy is one whole file.

    Raises:
        OSError: The copy cannot be written.
        sqlite3.Error: The source cannot be read, or the disk is full.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))
    with (
        closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True)) as living,
        closing(sqlite3.connect(target)) as copy,
    ):
        living.backup(copy)


def make_single(file: Path) -> list[str]:
    """Bring what SQLite holds beside a file into it, and return what is wrong with it, if any."""
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        said = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
    return [] if said == ["ok"] else said


def copy_files(*, source: Path, target: Path) -> None:
    """Copy every finished file of a folder, for the owner alone; one moved away since is left out.

    Raises:
        OSError: One cannot be read or written.
    """
    for file in source.rglob("*"):
        if file.name.startswith(_UNFINISHED) or not file.is_file():
            continue
        place = target / file.relative_to(source)
        private_folder(place.parent)
        with suppress(FileNotFoundError):
            shutil.copyfile(file, place)
            place.chmod(FILE)


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder, by its path below it."""
    return {
        file.relative_to(folder).as_posix(): _sha256(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def differing(folder: Path, known: Mapping[str, str]) -> list[str]:
    """Return the paths of files that are missing, changed, or not among those known."""
    found = hashes(folder)
    return sorted(name for name in {*found, *known} if found.get(name) != known.get(name))


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
