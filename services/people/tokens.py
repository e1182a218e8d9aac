"""Tokens: what a cookie or a link holds is random, and the database keeps no more than its hash."""

import hashlib
import secrets


def fresh_token() -> str:
    """Return 256 random bits, as an address may hold them."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what the database keeps of a token; there is nothing to guess it from."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
