"""The state folder is its owner's alone: folders 0700, files 0600, whatever the umask."""

import os
from pathlib import Path
from typing import Final

from rules.errors import BrokenStateError

FOLDER: Final = 0o700
FILE: Final = 0o600
UMASK: Final = 0o077
_OTHERS: Final = 0o077


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner alone.

    Raises:
        OSError: It cannot be made.
    """
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=FOLDER, exist_ok=True)


def private_opener(path: str, flags: int) -> int:
    """Open a file for its owner alone, as the ``opener`` of ``open``."""
    return os.open(path, flags, FILE)


def keep_private(home: Path, *, within: bool = False) -> None:
    """Close the state folder to everybody else; links are left alone.

    Args:
        within: Whether each file and folder in it is put right too, one by one.

    Raises:
        BrokenStateError: It belongs to somebody else.
    """
    found = (home, *home.rglob("*")) if within else (home,)
    try:
        for one in found:
            _close(one)
    except OSError as error:
        raise BrokenStateError(
            f"The state folder {home} cannot be closed to others.",
            why=f"It holds people's data; the system says: {error.strerror or error}.",
            next_step="Run Handrail as the user who owns the folder and all that is in it.",
        ) from error


def _close(one: Path) -> None:
    try:
        mode = one.lstat().st_mode
        if mode & _OTHERS and not one.is_symlink():
            one.chmod(FOLDER if one.is_dir() else FILE)
    except FileNotFoundError:
        return  # a part of a file that has its name by now
