"""Signing: Ed25519, with a private key in a file that the settings name."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.settings import settings
from rules.errors import StorageError


def key_file() -> Path:
    """Return where the private key is, or will be at the first seal."""
    chosen = settings()
    return chosen.seal_key.expanduser() if chosen.seal_key else chosen.resolved_home / "seal.key"


def sign(data: bytes) -> tuple[str, str]:
    """Return the public key and the signature of some bytes, as hex; a first key is made.

    Raises:
        StorageError: The key cannot be read or made.
    """
    file = key_file()
    try:
        if not file.exists():
            _make_key(file)
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise _unusable(file, error) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(file, "it is no Ed25519 key")
    return public_words(key.public_key()), key.sign(data).hex()


def _make_key(file: Path) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
        made.write(pem)


def known_key() -> str | None:
    """Return the public key of the private one held here, as hex; None where none is held."""
    return sign(b"")[0] if key_file().exists() else None


def public_words(key: Ed25519PublicKey) -> str:
    """Return a public key as hex."""
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def is_signed(data: bytes, *, key: str, signature: str) -> bool:
    """Say whether a signature is that of a key over some bytes; both are hex."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), data
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _unusable(file: Path, why: object) -> StorageError:
    return StorageError(
        f"The key {file} cannot be used to seal.",
        why=f"{why}.",
        next_step="Set HANDRAIL_SEAL_KEY to a file that Handrail may read, or write at first.",
    )
