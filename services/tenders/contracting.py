"""Whose contract the works of a case are done under, by whose word, and what that comes to."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.contacts import authority_of, landlord_of
from rules.contracting import ContractingParty, notice_due, party_said, what_follows, why_no_release
from rules.documents.contract_terms import ContractTerms
from rules.plain import shown
from services.tenders.lot_terms import contracting_party_of
from services.tenders.lots import lot_for


def party_of_price(price: AnyRow) -> ContractingParty:
    """Return whose contract a price was made for; one of an earlier version, for the client's."""
    return party_said(case=price.basis.get("contracting_party"), lot=None)


def contracting(
    conn: Connection, *, case: AnyRow, price: AnyRow | None, on: date
) -> tuple[ContractingParty, str]:
    """Return whose contract it is, and by whose word.

    Where the case says nothing, what its price was made for stands, whatever the lot says since.

    Args:
        price: The price in force, or None before there is one.
        on: The day whose lot speaks before there is one.
    """
    if case.contracting_party:
        return ContractingParty(case.contracting_party), "as recorded on the case"
    if price is not None:
        party = party_of_price(price)
    else:
        row = lot_for(conn, work_type=case.work_type, authority=case.authority, on=on)
        lot_says = contracting_party_of(conn, lot=row.code if row else None)
        party = party_said(case=None, lot=lot_says)
    unsaid = party is ContractingParty.CLIENT
    return party, "nobody has said otherwise" if unsaid else "by the terms of its lot"


def contract_terms(conn: Connection, *, case: AnyRow, party: ContractingParty) -> ContractTerms:
    """Return what an order, a letter and a page say of the contract."""
    authority = authority_of(conn, case=case).name
    name = authority if party is ContractingParty.COUNCIL else case.client_name
    if party is ContractingParty.LANDLORD:
        name = landlord_of(conn, case=case).name
    return ContractTerms(party=party, name=name, authority=authority)


def contracting_view(
    conn: Connection, *, case: AnyRow, price: AnyRow | None, on: date
) -> dict[str, Any]:
    """Return whose contract it is with all that follows, as a page and ``--json`` show it."""
    party, said = contracting(conn, case=case, price=price, on=on)
    terms = contract_terms(conn, case=case, party=party)
    return {
        "party": party.value,
        "words": party.words,
        "said": said,
        "name": terms.name,
        "invoice_to": terms.invoice_to,
        "follows": [
            shown(one, "topic", "title", "holds", "answer", "why", "source")
            for one in what_follows(party).values()
        ],
        "notice_due": price is not None and notice_due(party, total_pence=price.total_pence),
        "why_not_published": why_no_release(party),
    }
