"""Files: the exact bytes of every document, under their own hash, whole or not at all."""

import hashlib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rules.errors import StorageError

_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where bytes are kept.

    Args:
        path: Path below the folder, with ``/``: ``aa/bb/<sha256>.pdf``.
        sha256: Hash of the bytes, as 64 hexadecimal digits.
        size: How many bytes.
    """

    path: str
    sha256: str
    size: int


def store(*, folder: Path, data: bytes, suffix: str) -> Stored:
    """Keep bytes under their hash. Storing the same bytes again changes nothing.

    The bytes are on disk under their final name when this returns. A fault leaves nothing under
    that name; a file there that is not these bytes is replaced.

    Args:
        folder: The documents folder; it is made if need be, readable by its owner only.
        data: The exact bytes.
        suffix: Such as ``".pdf"``.

    Raises:
        StorageError: The disk is full, or the folder cannot be written.
        ValueError: The suffix is not a dot and up to 8 letters or digits.
    """
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError(f"{suffix!r} is not a suffix such as '.pdf'.")
    digest = hashlib.sha256(data).hexdigest()
    path = f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}"
    try:
        if not _holds(folder / path, digest):
            write_whole(target=folder / path, data=data)
    except OSError as error:
        raise StorageError(
            f"A document of {len(data)} bytes could not be stored in {folder}.",
            why=f"The system says: {error.strerror or error}.",
            next_step="Make room or give Handrail write access there. It is tried again by itself.",
        ) from error
    return Stored(path=path, sha256=digest, size=len(data))


def read(*, folder: Path, path: str, sha256: str) -> bytes:
    """Return stored bytes after checking that they are the ones that were stored.

    Args:
        folder: The documents folder.
        path: ``Stored.path``.
        sha256: ``Stored.sha256``.

    Raises:
        StorageError: The file is missing, unreadable, outside the folder, or was changed.
    """
    file = folder / path
    if not file.resolve().is_relative_to(folder.resolve()):
        raise StorageError(f"{path} is not inside the documents folder.")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise StorageError(
            f"The document {path} cannot be read.",
            why=f"The system says: {error.strerror or error}.",
            next_step=f"Restore it into {folder} from a backup.",
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StorageError(
            f"The document {path} is not the one that was stored.",
            why="Its SHA-256 differs from the one on record.",
            next_step=f"Restore it into {folder} from a backup, and find out who changed it.",
        )
    return data


def remove(*, folder: Path, path: str) -> None:
    """Remove the file under a path, for good; one that is not there is no fault.

    Raises:
        StorageError: It cannot be removed.
    """
    try:
        (folder / path).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"The file {path} could not be removed from {folder}.",
            why=f"The system says: {error.strerror or error}.",
            next_step="Give Handrail write access there. It is tried again by itself.",
        ) from error


def write_whole(*, target: Path, data: bytes, parts: Path | None = None) -> None:
    """Write a file so that readers, and a machine that loses power, see all of it or none.

    Args:
        target: Final name; its folder is made if need be.
        data: The bytes.
        parts: Folder of the same file system to write in until all is there; the target's own
            if not given.

    Raises:
        OSError: It could not be written; nothing is left under any name.
    """
    for folder in reversed([target.parent, *target.parent.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync(folder.parent)
    handle, name = tempfile.mkstemp(dir=parts or target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    _sync(target.parent)


def _holds(file: Path, digest: str) -> bool:
    """Return whether a file is there with exactly the bytes of that hash."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == digest
    except FileNotFoundError:
        return False


def _sync(folder: Path) -> None:
    """Ask the system to put a folder's names on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
