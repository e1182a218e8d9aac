"""Signing a request: HMAC-SHA256 over what is asked for, when, as which event, and the body."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WITHIN: Final = timedelta(minutes=5)
"""How far a request's time may be from ours, either way."""

OVERLAP: Final = timedelta(days=1)
"""How long the earlier secret is still taken once another is made."""

MOST_BYTES: Final = 64_000
"""Of a body."""

_EVENT: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came.

    Args:
        path: As it stands in the address, without what follows a question mark.
        key: The name of the secret that it is signed with.
        timestamp: When it was made, in UTC, such as ``2026-06-10T09:30:00Z``.
        event: What its sender calls the event: the same whenever it is sent again.
        signature: Hex.
    """

    method: str
    path: str
    key: str
    timestamp: str
    event: str
    signature: str
    body: bytes

    @property
    def words(self) -> bytes:
        """What is signed: five lines, the last the SHA-256 of the body in hex."""
        digest = hashlib.sha256(self.body).hexdigest()
        lines = (self.method.upper(), self.path, self.timestamp, self.event, digest)
        return "\n".join(lines).encode("utf-8", "surrogateescape")

    def is_signed_with(self, secret: str) -> bool:
        """Say whether its signature is that of a secret."""
        given = self.signature.lower().encode("utf-8", "replace")
        return hmac.compare_digest(signature_of(self.words, secret=secret).encode(), given)

    def is_of(self, now: datetime) -> bool:
        """Say whether it was made within five minutes of now."""
        if not _INSTANT.fullmatch(self.timestamp):
            return False
        try:
            made = datetime.fromisoformat(self.timestamp)
        except ValueError:
            return False
        return abs(now - made) <= WITHIN

    def has_event(self) -> bool:
        """Say whether its event is a name to know it by again."""
        return _EVENT.fullmatch(self.event) is not None


def signature_of(words: bytes, *, secret: str) -> str:
    """Return the signature of what is signed, as hex; the key is the secret's own characters."""
    return hmac.digest(secret.encode(), words, "sha256").hex()
