"""A receiver of notifications on the loopback, which also stands where Slack and Teams are.

Prefect's server is given it as its outgoing proxy and trusts its certificate, so that what the real
blocks post to their fixed hosts arrives here, over TLS, and nothing leaves the machine.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = ("hooks.slack.com", "prod-1.uksouth.logic.azure.com")
ARRIVES_WITHIN = 20.0  # seconds


@dataclass(frozen=True)
class Post:
    """One request that arrived."""

    host: str
    path: str
    kind: str
    body: str


@dataclass
class Receiver:
    """What arrived, where it listens, and how it answers."""

    port: int
    certificate: Path
    posts: list[Post] = field(default_factory=list)
    answer: int = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts"

    @property
    def as_proxy(self) -> dict[str, str]:
        """Environment variables with which a process reaches Slack and Teams only here."""
        return {
            "HTTPS_PROXY": f"http://127.0.0.1:{self.port}",
            "NO_PROXY": "127.0.0.1,localhost",
            "REQUESTS_CA_BUNDLE": str(self.certificate),
        }

    def about(self, words: str) -> list[Post]:
        return [post for post in self.posts if words in post.body]

    def wait_for(self, words: str, *, count: int) -> list[Post]:
        until = time.monotonic() + ARRIVES_WITHIN
        while len(self.about(words)) < count:
            assert time.monotonic() < until, self.posts
            time.sleep(0.05)
        return self.about(words)


@contextmanager
def receiving(*, folder: Path) -> Iterator[Receiver]:
    """Listen on a free loopback port until the block ends.

    Args:
        folder: Where the certificate goes.
    """
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = _certificate(folder)
    tls.load_cert_chain(certificate)
    kept: list[Receiver] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(tls, lambda: kept[0]))
    server.daemon_threads = True
    kept.append(Receiver(port=server.server_address[1], certificate=certificate))
    loop = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    loop.start()
    try:
        yield kept[0]
    finally:
        server.shutdown()
        loop.join()
        server.server_close()


def _handler(tls: ssl.SSLContext, receiver: Callable[[], Receiver]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.connection = tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)
            self.close_connection = False

        def finish(self) -> None:
            super().finish()
            self.connection.close()  # the server closes the socket that TLS took the place of

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            post = Post(
                host=str(self.headers["Host"]),
                path=self.path,
                kind=str(self.headers["Content-Type"]),
                body=body.decode("utf-8"),
            )
            receiver().posts.append(post)
            self.send_response(receiver().answer)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Handrail's tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "receiver.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
