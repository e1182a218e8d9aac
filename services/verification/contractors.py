"""Contractors: who was offered works was found eligible that day; what was checked is on file."""

from collections.abc import Callable, Iterator
from typing import Final

from sqlalchemy import Connection, and_, literal, select

from models.tables.contractors import ContractorDocument, HandedDocument
from models.tables.prices import Offer
from services.verification.checks import Check, Finding, among, broken, of_case
from services.verification.since import Cases

_PLACE: Final = literal("contractor ").concat(HandedDocument.contractor).label("place")

HANDED_DOCUMENTS: Final = (
    Check(
        select(_PLACE, HandedDocument.id, HandedDocument.document)
        .outerjoin(
            ContractorDocument,
            and_(
                ContractorDocument.contractor == HandedDocument.contractor,
                ContractorDocument.document == HandedDocument.document,
                ContractorDocument.valid_from == HandedDocument.valid_from,
            ),
        )
        .where(HandedDocument.state == "checked", ContractorDocument.id.is_(None)),
        "Document {id} ({document}) was checked, and the register holds none from its first day.",
    ),
)
"""What an officer checked is in the register."""

_OFFERS: Final = of_case(Offer, Offer.contractor, Offer.eligibility).where(
    Offer.eligibility.is_not(None)
)
_FILES: Final = select(
    _PLACE, HandedDocument.id, HandedDocument.path, HandedDocument.sha256
).order_by(HandedDocument.id)


def offered_as_found(conn: Connection, *, cases: Cases | None = None) -> Iterator[Finding]:
    """Yield each offer to a contractor that was not found eligible when it was made.

    An offer of an earlier version of Handrail kept nothing of what was found.
    """
    query = among(_OFFERS.order_by(Offer.id), cases).execution_options(yield_per=500)
    for row in conn.execute(query):
        found = {one["contractor"]: one["reasons"] for one in row.eligibility}
        if found.get(row.contractor, [""]):
            yield broken(
                row.place, f"{row.contractor} was offered works, and was not found eligible."
            )


def changed_files(conn: Connection, *, sha256_of: Callable[[str], str | None]) -> Iterator[Finding]:
    """Yield each document handed in whose file is missing or is another."""
    for row in conn.execute(_FILES):
        found = sha256_of(row.path)
        if found != row.sha256:
            fault = "is missing" if found is None else "is not the one that was handed in"
            yield broken(row.place, f"The file {row.path} of document {row.id} {fault}.")
