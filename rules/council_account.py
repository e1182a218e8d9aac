"""Who somebody is by an account of the council's own, from what its provider has signed.

Of Microsoft's claims, ``email`` is whatever was typed into a directory, and nobody has checked it;
``preferred_username`` belongs to the tenant but goes to another person after the first has left.
So an account is known by ``oid``, which is never given anew, and ``preferred_username`` leads to
the officer the first time alone. Elsewhere ``sub`` (OpenID Connect Core 1.0, 2) does as ``oid``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from rules.errors import SignInRefusedError
from rules.people import Actor

SHARED_TENANTS: Final = frozenset({"common", "organizations", "consumers"})
"""What Microsoft calls everybody's directories together: not one council's."""

CLOCKS_DIFFER: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Account:
    """An account that somebody has just shown to be theirs.

    Args:
        issuer: The provider, and in it the tenant.
        subject: What the provider never gives to another person.
        address: The name they sign in with there, of the form of an e-mail address.
        shown_at: When they last typed a password or the like there; None where it is not said.
    """

    issuer: str
    subject: str
    address: str
    shown_at: datetime | None


def is_one_provider(issuer: str) -> bool:
    """Say whether an issuer may be trusted with saying who somebody is: by TLS, and one tenant."""
    parts = urlsplit(issuer)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    plain = not (parts.query or parts.fragment or parts.username) and issuer.isprintable()
    shared = SHARED_TENANTS.intersection(parts.path.split("/"))
    return bool(parts.hostname) and (parts.scheme == "https" or here) and plain and not shared


def account_of(claims: Mapping[str, Any]) -> Account:
    """Return whose account checked claims tell of.

    Raises:
        SignInRefusedError: It is a guest's, or they do not say enough.
    """
    subject, address = claims.get("oid") or claims.get("sub"), claims.get("preferred_username", "")
    if not (isinstance(subject, str) and subject and isinstance(address, str)):
        raise SignInRefusedError(
            "Your council's sign-in did not say who you are.",
            next_step="Tell whoever looks after Handrail: the claims oid or sub, and "
            "preferred_username, have to be in its ID token.",
        )
    if _is_guest(claims):
        raise SignInRefusedError(
            "This account is a guest's in your council's directory.",
            why="Another directory gives it its name, so it cannot say who you are here.",
            next_step="Sign in with an account of the council's own, or ask an administrator for "
            "an invitation.",
        )
    return Account(str(claims["iss"]), subject, address.strip(), _instant(claims.get("auth_time")))


def _instant(seconds: object) -> datetime | None:
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 1 << 35:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _is_guest(claims: Mapping[str, Any]) -> bool:
    """Say whether an account is another directory's: ``acct`` and ``idp``, as Entra has them."""
    home, tenant = str(claims.get("idp") or ""), str(claims.get("tid") or "")
    elsewhere = bool(home) and home != claims["iss"] and not (tenant and tenant in home)
    return claims.get("acct") == 1 or elsewhere


def check_is_theirs(*, actor: Actor, known: tuple[str, str] | None, account: Account) -> None:
    """Refuse an account that is not the one an officer is known by.

    Args:
        known: The issuer and the subject of theirs; None where there is none so far.

    Raises:
        SignInRefusedError: It is another.
    """
    if known is not None and known != (account.issuer, account.subject):
        raise SignInRefusedError(
            f"{actor.identity} is known here by another account of the council's.",
            why="The name may have belonged to somebody before you, or your account was made anew.",
            next_step="Ask an administrator to invite you again; your account is taken anew then.",
        )


def check_shown_lately(account: Account, *, now: datetime, within: timedelta) -> datetime:
    """Return when somebody showed who they are, if that is not long ago.

    Raises:
        SignInRefusedError: It is, or it is not known.
    """
    if account.shown_at is None:
        raise SignInRefusedError(
            "Your council's sign-in did not say when you last gave your password there.",
            next_step="Tell whoever looks after Handrail: the claim auth_time has to be in its ID "
            "token.",
        )
    if not now - within < account.shown_at <= now + CLOCKS_DIFFER:
        raise SignInRefusedError(
            "You were not asked for your password by your council's sign-in just now.",
            why="Money and powers need that.",
            next_step="Try again, and give it there.",
        )
    return min(account.shown_at, now)
