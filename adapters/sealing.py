"""Secrets kept so that nobody reads them who has the database alone: AES-256-GCM.

What a secret is about is sealed in with it, so that it cannot be put beside somebody else's name.
"""

import hmac
import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.settings import settings
from rules.errors import StorageError

MARK: Final = "sealed:"
"""What a sealed secret begins with; one of an earlier version does not."""

_KEY: Final = 32  # bytes
_NONCE: Final = 12


def sealed(secret: bytes, *, key: bytes, about: str) -> str:
    """Return a secret as it may be kept."""
    nonce = secrets.token_bytes(_NONCE)
    return MARK + b64encode(nonce + AESGCM(key).encrypt(nonce, secret, about.encode())).decode()


def unsealed(kept: str, *, key: bytes, about: str) -> bytes | None:
    """Return a secret that was sealed, or None where the key or what it is about is another."""
    try:
        held = b64decode(kept.removeprefix(MARK), validate=True)
        return AESGCM(key).decrypt(held[:_NONCE], held[_NONCE:], about.encode())
    except (InvalidTag, NotBase64, ValueError):
        return None


def digest(text: str, *, key: bytes) -> str:
    """Return what may be kept of something to compare with, that nobody guesses without the key."""
    return hmac.digest(key, text.encode("utf-8", "replace"), "sha256").hex()


def sign_in_key(*, first: bool = True) -> bytes:
    """Return the key of authenticator apps' secrets, for its owner alone.

    Args:
        first: Whether one is made where there is none; not where something was sealed already.

    Raises:
        StorageError: It cannot be read or made.
    """
    file = settings().sign_in_key or settings().resolved_home / "sign-in.key"
    return _key(file, first=first, what="to sign in with authenticator apps", setting="SIGN_IN_KEY")


def bank_key() -> bytes:
    """Return the key that bank details are sealed with: made of the one above, and no other's.

    Raises:
        StorageError: That cannot be read or made.
    """
    return hmac.digest(sign_in_key(), b"bank details", "sha256")


def link_key() -> bytes:
    """Return the key that links to contractors' pages are signed with; the first makes it.

    Raises:
        StorageError: It cannot be read or made.
    """
    file = settings().link_key or settings().resolved_home / "link.key"
    return _key(file, first=True, what="to sign links to contractors’ pages", setting="LINK_KEY")


def _key(file: Path, *, first: bool, what: str, setting: str) -> bytes:
    file = file.expanduser()
    try:
        if first and not file.exists():
            _make(file)
        key = file.read_bytes()
        if len(key) == _KEY:
            return key
        why = f"it holds {len(key)} bytes and not {_KEY}"
    except OSError as error:
        why = error.strerror or "it cannot be read"
    raise StorageError(
        f"The key {file} cannot be used {what}.",
        why=f"{why}.",
        next_step=f"Put the key back from a back-up, or set HANDRAIL_{setting} to where it is.",
    )


def _make(file: Path) -> None:
    """Make a key whole under another name first: whoever reads it finds all of it or none."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        made.write(secrets.token_bytes(_KEY))
        made.flush()
        os.fsync(made.fileno())
    try:
        os.link(begun, file)  # fails where another process was first: its key is everybody's
    except FileExistsError:
        pass
    finally:
        begun.unlink()
