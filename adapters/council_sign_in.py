"""The council's own sign-in, by OpenID Connect: Entra ID, or any other provider that is set.

The authorization code flow with PKCE (RFC 7636). Where the provider answers is read anew after some
minutes, since anybody may ask for the way there; its keys each time that somebody comes back, since
they change. An ID token counts only if a key of the provider signed it, for us, in answer to what
this browser asked.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import httpx2 as httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adapters.settings import settings
from rules.council_account import CLOCKS_DIFFER, is_one_provider
from rules.errors import ProviderDownError, SignInRefusedError

WAY_BACK: Final = "/sign-in/council/back"
_ALGORITHMS: Final = ["RS256", "PS256", "ES256"]  # public keys alone; never none, never a secret
_SECONDS: Final = 5.0
_GOOD_FOR: Final = 300.0  # seconds
_known: Final[dict[str, tuple[float, Mapping[str, str]]]] = {}
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was sent to the provider with, and has to come back with."""

    state: str
    nonce: str
    verifier: str


def is_on() -> bool:
    """Say whether people sign in with accounts of the council's own."""
    return bool(settings().oidc_issuer)


def ask(*, again: bool) -> tuple[str, Asked]:
    """Return the provider's address to send a browser to, and what it has to come back with.

    Args:
        again: Whether the password is to be given there even by whoever is signed in there.

    Raises:
        ProviderDownError: The provider does not answer.
    """
    asked = Asked(*(secrets.token_urlsafe(32) for _ in range(3)))
    more = {"prompt": "login", "max_age": "0"} if again else {}
    with _client() as client:
        published = _published(client)
        address, _ = client.create_authorization_url(
            published["authorization_endpoint"],
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
            **more,
        )
    return str(address), asked


def claims_for(*, code: str, asked: Asked, now: datetime) -> Mapping[str, Any]:
    """Return what the provider says of whoever came back with a code, checked.

    Raises:
        ProviderDownError: The provider does not answer.
        SignInRefusedError: It takes no such code, or what it says cannot be trusted.
    """
    with _client() as client:
        published = _published(client)
        try:
            token = client.fetch_token(
                published["token_endpoint"], code=code, code_verifier=asked.verifier
            )
        except OAuthError as error:
            raise _refused("it did not take the code; it may have been used before") from error
        except (httpx.HTTPError, ValueError) as error:
            raise _down() from error
        keys = _read(client, published["jwks_uri"])
    return _checked(token, keys=keys, asked=asked, now=now)


def _checked(
    token: Mapping[str, Any], *, keys: Mapping[str, Any], asked: Asked, now: datetime
) -> Mapping[str, Any]:
    chosen = settings()
    wanted = {
        "iss": {"essential": True, "value": chosen.oidc_issuer},
        "aud": {"essential": True, "value": chosen.oidc_client_id},
        "nonce": {"essential": True, "value": asked.nonce},
    }
    about = {"client_id": chosen.oidc_client_id, "access_token": token.get("access_token")}
    try:
        signed = jwt.decode(
            str(token.get("id_token", "")),
            KeySet.import_key_set(dict(keys)),  # type: ignore[arg-type]  # as it was published
            algorithms=_ALGORITHMS,
        )
        claims = CodeIDToken(signed.claims, signed.header, wanted, about)
        claims.validate(now=int(now.timestamp()), leeway=int(CLOCKS_DIFFER.total_seconds()))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(f"its ID token is not to be trusted: {error}") from error
    return dict(claims)


def _client() -> OAuth2Client:
    chosen = settings()
    return OAuth2Client(
        chosen.oidc_client_id,
        chosen.oidc_client_secret.get_secret_value(),
        scope="openid profile",
        redirect_uri=f"{chosen.desk_address}{WAY_BACK}",
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 - Basic garbles some secrets
        code_challenge_method="S256",
        timeout=_SECONDS,
        follow_redirects=False,
    )


def _published(client: OAuth2Client) -> Mapping[str, str]:
    """Return where the provider answers, as it publishes it (OpenID Connect Discovery 1.0)."""
    issuer = settings().oidc_issuer
    read_at, known = _known.get(issuer, (0.0, {}))
    if known and time.monotonic() - read_at < _GOOD_FOR:
        return known
    found = _read_anew(client, issuer)
    _known[issuer] = (time.monotonic(), found)
    return found


def _read_anew(client: OAuth2Client, issuer: str) -> Mapping[str, str]:
    said = _read(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise _refused(f"it calls itself {str(said.get('issuer'))[:100]} and not {issuer}")
    if not all(is_one_provider(str(said.get(name))) for name in _ENDPOINTS):
        raise _refused("it does not say by https where it answers")
    return {name: str(said[name]) for name in _ENDPOINTS}


def _read(client: OAuth2Client, address: str) -> Mapping[str, Any]:
    try:
        answer = client.get(address, auth=None)  # nothing of ours is asked for here
        answer.raise_for_status()
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _down() from error
    if not isinstance(said, dict):
        raise _down()
    return said


def _down() -> ProviderDownError:
    return ProviderDownError(
        "Your council's sign-in does not answer.",
        why="It is another service than Handrail, and cannot be reached, or is out of order.",
        next_step="Try again in a few minutes. If it goes on, tell whoever looks after Handrail.",
    )


def _refused(why: str) -> SignInRefusedError:
    return SignInRefusedError(
        "Your council's sign-in did not let you in.",
        why=f"What we know: {why}.",
        next_step="Try again. If it happens again, tell whoever looks after Handrail these words.",
    )
