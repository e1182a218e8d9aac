"""Who sits at this command line: the operating system's user, also behind `sudo` and `su`."""

import os
import pwd
from pathlib import Path
from typing import Final

LOGIN: Final = Path("/proc/self/loginuid")
"""Whoever signed in, which Linux keeps for the whole session whatever user a command runs as."""

_NOBODY: Final = 2**32 - 1  # no sign-in, as in a container or a service


def os_user() -> str:
    """Return the name of whoever signed in, or else of the user that this process runs as."""
    return _name(_signed_in())


def _signed_in() -> int:
    try:
        number = int(LOGIN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return os.getuid()
    return os.getuid() if number == _NOBODY else number


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"
