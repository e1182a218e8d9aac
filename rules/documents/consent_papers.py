"""What is printed for a consent and the certificates: the evidence pack, and the forms to sign."""

from dataclasses import dataclass
from datetime import date

from rules.consents.tenancies import Law
from rules.documents.paper_lines import Contact
from rules.documents.papers import CasePaper


@dataclass(frozen=True, slots=True, kw_only=True)
class PackEntry:
    """One thing of the evidence: when it was, what it is, and what it says."""

    on: date
    title: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPackPaper(CasePaper):
    """The evidence of a request for consent, for whoever decides on a landlord's silence.

    Args:
        tenancy: How the home is held, or that it is not recorded.
        law: What the law makes of an answer, in words.
        facts: What is on record of the request: a name and its words each.
        entries: Messages with their proof, mail that came back, answers and contacts, by day.
    """

    written_on: date
    landlord: Contact
    client_name: str
    tenancy: str
    law: Law
    facts: tuple[tuple[str, str], ...]
    entries: tuple[PackEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFormPaper(CasePaper):
    """The form of a certificate of s.21 or s.22, for one person to sign.

    Args:
        kind: ``owner``, ``tenant`` or ``landlord``.
        signer: Who signs it.
        statements: What they certify, one each.
        charge: What owner or tenant means for the charge; empty for a landlord.
    """

    officer: Contact
    client_name: str
    signer: str
    kind: str
    statements: tuple[str, ...]
    charge: str
