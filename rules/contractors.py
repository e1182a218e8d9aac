"""The dated documents that contractors hold: of every one, and where the works need them."""

from collections.abc import Mapping
from typing import Final

REQUIRED = (
    "public_liability",
    "employers_liability",
    "enhanced_dbs",
    "ssip",
    "asbestos_awareness",
    "trustmark",
)
"""Documents that every contractor holds, whatever the works."""

CERTIFICATE_DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "gas": ("gas_safe",),
    "electrical": ("niceic", "napit"),
    "fensa": ("fensa",),
}
"""Certificate a line must end with → the documents of which its contractor holds at least one."""

_NAMES: Final[Mapping[str, str]] = {
    "public_liability": "public liability insurance",
    "employers_liability": "employer's liability insurance",
    "enhanced_dbs": "enhanced DBS check",
    "ssip": "SSIP membership",
    "asbestos_awareness": "asbestos awareness training",
    "trustmark": "TrustMark registration",
    "gas_safe": "Gas Safe registration",
    "niceic": "NICEIC registration",
    "napit": "NAPIT registration",
    "fensa": "FENSA registration",
}


DOCUMENTS: Final = tuple(_NAMES)
"""Every kind of document: those that each contractor holds, then those that some works need."""


INTERESTS: Final = ("officer", "client", "address", "case")
"""In what a contractor may have an interest that conflicts with a case."""


def document_name(kind: str) -> str:
    """Return a kind of document as people say it.

    Args:
        kind: Such as ``public_liability``.
    """
    return _NAMES.get(kind, kind.replace("_", " "))
