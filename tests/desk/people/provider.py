"""An OpenID provider on loopback, by the book, that can be told to break one rule of it.

Nothing of it is shared with the client it tries but the library that signs: it checks the client's
secret, the redirect address and PKCE, and takes each code once. Whoever comes is signed in there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT: Final = "handrail-at-rugby"
SECRET: Final = "what the two of us know: ü/+"  # noqa: S105 - of nobody
KEY: Final = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
ANOTHER_KEY: Final = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)


@dataclass
class Provider:
    """What it knows, and what it does otherwise than by the book.

    Args:
        issuer: Its own address.
        person: The claims of whoever is signed in there.
        otherwise: Claims that it puts in place of the right ones; None leaves one out.
        sign: How it signs.
        published: What it publishes in place of the right thing.
        codes: What each code that was given out belongs to.
        asked: What the last browser was sent with.
        looked_up: How often somebody read what it publishes of itself.
    """

    issuer: str
    person: dict[str, Any] = field(default_factory=dict)
    otherwise: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] = signed
    published: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    looked_up: int = 0

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where a browser goes on, with a code."""
        self.asked = asked
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """Return the tokens that a code is given for; None where it is refused."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        signed_in = {"auth_time": now if asked.get("prompt") == "login" else now - 7200}
        about = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 600}
        claims = {**about, "nonce": asked["nonce"], **signed_in, **self.person, **self.otherwise}
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def discovery(self) -> dict[str, Any]:
        """Return what it publishes of itself."""
        self.looked_up += 1
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        } | self.published


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(asked))
            self.end_headers()
        elif parts.path == "/keys":
            self._say({"keys": [KEY.as_dict(private=False)]})
        else:
            self._say(self.provider.discovery())

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        form = {name: v[0] for name, v in parse_qs(self.rfile.read(length).decode()).items()}
        given = self.provider.token(form)
        self._say(given or {"error": "invalid_grant"}, status=200 if given else 400)

    def _say(self, said: dict[str, Any], status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: Any) -> None:
        return


def free_port() -> int:
    """Return a port of loopback on which nothing listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def provider() -> Iterator[Provider]:
    """Run one on a free port of loopback until the block ends."""

    class Handler(_Handler):
        """That of this one."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Handler.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Handler.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# ---- against the book


def unsigned(claims: dict[str, Any]) -> str:
    _, body, _ = jwt.encode({"alg": "RS256"}, claims, KEY).split(".")
    return f"eyJhbGciOiJub25lIn0.{body}."


def with_the_public_key(claims: dict[str, Any]) -> str:
    """Sign with what everybody can read, as if it were a secret."""
    _, body, _ = jwt.encode({"alg": "RS256"}, claims, KEY).split(".")
    text = f"eyJhbGciOiJIUzI1NiIsImtpZCI6Im9uZSJ9.{body}"
    seal = hmac.digest(KEY.as_pem(private=False), text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(seal).decode().rstrip('=')}"


def with_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, ANOTHER_KEY)


PAST = int(time.time()) - 3600
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("nonce", {"otherwise": {"nonce": "another"}}),
    ("no nonce", {"otherwise": {"nonce": None}}),
    ("expired", {"otherwise": {"exp": PAST, "iat": PAST - 600}}),
    ("no expiry", {"otherwise": {"exp": None}}),
    ("not yet", {"otherwise": {"nbf": PAST + 7200}}),
    ("audience", {"otherwise": {"aud": "another-app"}}),
    ("audience of two", {"otherwise": {"aud": [CLIENT, "another-app"], "azp": "another-app"}}),
    ("audience, asked for by us", {"otherwise": {"aud": "another-app", "azp": CLIENT}}),
    ("issuer", {"otherwise": {"iss": "https://login.microsoftonline.com/other/v2.0"}}),
    ("another key", {"sign": with_another_key}),
    ("alg none", {"sign": unsigned}),
    ("alg HS256", {"sign": with_the_public_key}),
    ("no token", {"sign": lambda _: ""}),
    ("calls itself another", {"published": {"issuer": "https://evil.example"}}),
    ("keys without TLS", {"published": {"jwks_uri": "http://evil.example/keys"}}),
]
