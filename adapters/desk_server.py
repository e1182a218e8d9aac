"""The desk's server as whoever stands outside sees it: where it is, and whether it answers."""

import http.client
import urllib.error
import urllib.request
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def local_address(*, port: int) -> str:
    """Return the desk's address on this machine."""
    return f"http://{LOOPBACK}:{port}"


def desk_answers(*, port: int, timeout: float = 1.0) -> bool:
    """Return whether a desk with a database that answers listens on a loopback port.

    Args:
        timeout: Longest wait, in seconds.
    """
    url = f"{local_address(port=port)}/health"
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:  # noqa: S310 - always http
            return bool(answer.status == http.client.OK and answer.read(16).strip() == b"ok")
    except (urllib.error.URLError, http.client.HTTPException, OSError):
        return False
