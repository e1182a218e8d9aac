"""Signing in with an account of the council's own: away to its provider, and back.

A link leads away, since the desk's forms may be sent to the desk alone. What the browser has to
come back with is in a cookie of its own for a quarter of an hour; nothing is changed before that.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from adapters.council_sign_in import WAY_BACK, Asked, ask, claims_for, is_on
from desk.people.pages import own_path
from desk.web.kept import carry_over
from desk.web.page import page
from desk.web.security_log import note_not_let_in
from desk.web.sessions import (
    address_of,
    cookie_name,
    drop_cookie,
    end_present,
    keep_cookie,
    keep_token,
    real_now,
)
from rules.council_account import account_of
from rules.errors import HandrailError, ProviderDownError, SignInRefusedError, UnknownReferenceError
from services.people.council_account import confirm_by, sign_in_by
from services.session import writing

router = APIRouter()

_COOKIE: Final = "council"
_MINUTES: Final = 15


@router.get("/sign-in/council")
def away(request: Request) -> Response:
    """Send the browser to the provider, where somebody here asked for it and not another site."""
    _check_on()
    again = bool(request.query_params.get("again"))
    after = own_path(request.query_params.get("next", "/"))
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return RedirectResponse(f"/sign-in?{urlencode({'next': after})}", status_code=303)
    try:
        address, asked = ask(again=again)
    except (ProviderDownError, SignInRefusedError) as error:
        return _not_in(request, error)
    answer = RedirectResponse(address, status_code=303)
    held = json.dumps({**asdict(asked), "again": again, "after": after}).encode()
    keep_cookie(answer, _COOKIE, urlsafe_b64encode(held).decode(), max_age=_MINUTES * 60)
    return answer


@router.get(WAY_BACK)
def back(request: Request) -> Response:
    """Let whoever comes back in, or take that they gave their password again."""
    _check_on()
    try:
        answer = _taken_back(request)
    except (ProviderDownError, SignInRefusedError) as error:
        answer = _not_in(request, error)
    drop_cookie(answer, _COOKIE)
    return answer


def _taken_back(request: Request) -> Response:
    held, now = _held(request), real_now()
    asked = Asked(*(str(held[name]) for name in ("state", "nonce", "verifier")))
    given = request.query_params.get("state", "")
    if not hmac.compare_digest(asked.state.encode(), given.encode("utf-8", "replace")):
        raise _not_from_here()
    code = request.query_params.get("code", "")
    if not code:
        raise _said_no(request.query_params.get("error", ""))
    account = account_of(claims_for(code=code, asked=asked, now=now))
    answer = RedirectResponse(own_path(str(held["after"])), status_code=303)
    present = getattr(request.state, "session", None)
    if held["again"] and present:  # one that ended meanwhile begins anew, by what was just shown
        with writing() as conn:
            confirm_by(conn, session=present, account=account, now=now)
        return answer
    with writing() as conn:
        token, session = sign_in_by(
            conn,
            account=account,
            address=address_of(request),
            agent=request.headers.get("user-agent", ""),
            now=now,
        )
    carry_over(request, token=token, session=session)
    end_present(request, why="signed in anew")
    keep_token(answer, token)
    return answer


def _held(request: Request) -> dict[str, Any]:
    """Return what this browser was sent away with."""
    names = {"state", "nonce", "verifier", "again", "after"}
    try:
        held = json.loads(urlsafe_b64decode(request.cookies.get(cookie_name(_COOKIE), "")))
    except (NotBase64, ValueError) as error:
        raise _not_from_here() from error
    if not isinstance(held, dict) or set(held) != names:
        raise _not_from_here()
    return held


def _check_on() -> None:
    if not is_on():
        raise UnknownReferenceError("There is no such page.", next_step="Sign in with a password.")


def _not_in(request: Request, error: HandrailError) -> Response:
    note_not_let_in(request, error)
    status = 503 if isinstance(error, ProviderDownError) else 403
    return page(
        request,
        "people/pages/council_refused.html",
        {"error": error},
        viewer=getattr(request.state, "viewer", None),
        status=status,
    )


def _not_from_here() -> SignInRefusedError:
    return SignInRefusedError(
        "This browser did not ask to sign in this way, or did so more than a quarter of an hour "
        "ago.",
        why="It may also have been asked for in another window since, or the answer was used.",
        next_step="Begin anew.",
    )


def _said_no(error: str) -> SignInRefusedError:
    plain = error if error.isascii() and error.replace("_", "").isalnum() else "no reason"
    return SignInRefusedError(
        "Your council's sign-in did not let you in.",
        why=f"It says: {plain[:60].replace('_', ' ')}.",
        next_step="Begin anew.",
    )
