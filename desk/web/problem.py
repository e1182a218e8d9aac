"""What a program is answered where its request is refused: a problem in JSON (RFC 9457)."""

from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from rules.errors import EventProblemsError, HandrailError

FOR_PROGRAMS: Final = "/api/"
"""What the addresses begin with that programs ask for, and browsers do not."""

SIGNED: Final = "Handrail-HMAC-SHA256"


def is_of_a_program(request: Request) -> bool:
    """Say whether a request is a program's."""
    return request.url.path.startswith(FOR_PROGRAMS)


def problem(error: HandrailError, *, title: str, status: int) -> Response:
    """Return a refusal with its sentences, and everything that is wrong where there is a list."""
    told = {"detail": error.what, "why": error.why, "section": error.section}
    told["next"] = error.next_step
    said: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    said |= {name: words for name, words in told.items() if words}
    if isinstance(error, EventProblemsError):
        said["errors"] = [{"pointer": at, "detail": words} for at, words in error.problems]
    headers = {"WWW-Authenticate": SIGNED} if status == 401 else {}
    return JSONResponse(
        said, status_code=status, media_type="application/problem+json", headers=headers
    )
