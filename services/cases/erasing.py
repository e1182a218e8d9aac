"""What a closed case's own rows lose once its retention is decided: words, numbers, addresses.

The rows stay, with who, when and which; what they said gives way to words that say so. What is
newer than the last erasure of its kind is taken, so that a second run finds nothing.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, update

from models.tables.files import ACCESS, CaseNote, ContactChange
from services.cases.in_hand import CaseInHand

_ACCESS: Final = tuple(ACCESS.split())
_NEWER: Final = bindparam("since", type_=CaseNote.recorded_at.type)
_NOTES: Final = update(CaseNote).where(
    CaseNote.case_id == bindparam("of_case"), CaseNote.recorded_at > _NEWER
)
_BY_ACCESS: Final = {
    True: _NOTES.where(CaseNote.kind.in_(_ACCESS)).values(words=bindparam("said"), with_whom=""),
    False: _NOTES.where(CaseNote.kind.not_in(_ACCESS)).values(
        words=bindparam("said"), with_whom=""
    ),
}
_CONTACTS: Final = (
    update(ContactChange)
    .where(ContactChange.case_id == bindparam("of_case"), ContactChange.changed_at > _NEWER)
    .values(before=bindparam("said"), after=bindparam("said"))
)


def erase_notes(case: CaseInHand, *, access: bool, since: datetime, said: str) -> int:
    """Erase what notes say and with whom, those on access or the others; return how many."""
    asked = {"of_case": case.id, "since": since, "said": said}
    return case.conn.execute(_BY_ACCESS[access], asked).rowcount


def erase_contacts(case: CaseInHand, *, since: datetime, said: str) -> int:
    """Erase how the client and others are reached, now and before; return how many details."""
    asked = {"of_case": case.id, "since": since, "said": said}
    changed: int = case.conn.execute(_CONTACTS, asked).rowcount
    held = reached_at(case.row.email, case.row.phone, case.row.correspondence_address)
    if held:
        case.set(email="", phone="", correspondence_address=None)
    return changed + held


def reached_at(email: str, phone: str, correspondence_address: str | None) -> int:
    """Return how many ways of reaching the client a case holds."""
    return sum(bool(one) for one in (email, phone, correspondence_address))


def erase_identity(case: CaseInHand, *, said: str) -> int:
    """Erase who the client is and where the home is."""
    case.set(
        client_name=said,
        address=said,
        postcode="",
        uprn="",
        date_of_birth=None,
        vat_declaration_reference="",
    )
    return 1
