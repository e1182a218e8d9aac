"""`handrail verify`: the invariants, with the documents on disk beside the database."""

import hashlib

from adapters.settings import settings
from services.session import Connection
from services.verification.verify import Finding, findings


def verify_all(conn: Connection) -> list[Finding]:
    """Return everything that does not hold, in the database and the documents folder."""
    return list(findings(conn, sha256_of))


def sha256_of(path: str) -> str | None:
    """Return the SHA-256 of a stored document, or None where it is missing.

    Args:
        path: Its path below the documents folder.
    """
    file = settings().documents_folder / path
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
