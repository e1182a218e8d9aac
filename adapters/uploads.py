"""Files that somebody sent to look at before they are brought in: kept for a day, theirs alone.

Each lies in ``uploads`` of the state folder under the hash of whose it is and of what it holds, so
sent twice it is one; nobody finds another's.
"""

import hashlib
import shutil
import time
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from adapters.private import private_folder, private_opener
from adapters.settings import settings
from rules.errors import UnknownReferenceError

KEPT_FOR: Final = 24 * 60 * 60  # seconds
_LONGEST_NAME: Final = 120
_BESIDE: Final = "made"
_IDENTIFIES: Final = 16  # of the hash


def keep_upload(*, data: bytes, name: str, whose: str) -> str:
    """Keep a file and return the number that finds it again; what is older than a day goes.

    Args:
        name: What its sender calls it; only the last part of a path is kept.
        whose: The e-mail address of who sent it.
    """
    _forget_old()
    number = hashlib.sha256(data).hexdigest()[:_IDENTIFIES]
    drop_upload(number=number, whose=whose)
    folder = _folder(number, whose)
    private_folder(folder)
    with open(folder / _file_name(name), "wb", opener=private_opener) as file:
        file.write(data)
    return number


def upload_at(*, number: str, whose: str) -> Path:
    """Return the file that somebody sent.

    Raises:
        UnknownReferenceError: There is none of theirs, or it was sent longer than a day ago.
    """
    folder = _folder(number, whose)
    for file in folder.iterdir() if number.isalnum() and folder.is_dir() else ():
        if file.is_file():
            return file
    raise UnknownReferenceError(
        "This file is not kept any more.",
        why="A file that was sent is kept for a day, or until it is imported, for its sender.",
        next_step="Send it again under Imports.",
    )


def keep_beside(*, number: str, whose: str, name: str, text: str) -> None:
    """Keep what was made of a file beside it, for as long as the file is kept; the newest counts.

    Raises:
        UnknownReferenceError: The file is not kept.
    """
    folder = upload_at(number=number, whose=whose).parent / _BESIDE
    private_folder(folder)
    with open(folder / name, "w", encoding="utf-8", newline="", opener=private_opener) as file:
        file.write(text)


def kept_beside(*, number: str, whose: str, name: str) -> str | None:
    """Return what was made of a file under a name, or None where nothing was.

    Raises:
        UnknownReferenceError: The file is not kept.
    """
    kept = upload_at(number=number, whose=whose).parent / _BESIDE / name
    if not kept.is_file():
        return None
    with kept.open(encoding="utf-8", newline="") as file:
        return file.read()


def drop_upload(*, number: str, whose: str) -> None:
    """Remove a file that was sent, if it is there."""
    shutil.rmtree(_folder(number, whose), ignore_errors=True)


def _uploads() -> Path:
    return settings().resolved_home / "uploads"


def _folder(number: str, whose: str) -> Path:
    theirs = hashlib.sha256(whose.encode()).hexdigest()[:_IDENTIFIES]
    return _uploads() / f"{theirs}-{number}"


def _file_name(name: str) -> str:
    last = PurePosixPath(PureWindowsPath(name).name).name
    kept = "".join(one for one in last if one.isprintable())[-_LONGEST_NAME:].lstrip(".")
    return kept or "file"


def _forget_old() -> None:
    before = time.time() - KEPT_FOR
    for folder in _uploads().iterdir() if _uploads().is_dir() else ():
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
