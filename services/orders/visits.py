"""Visits to a home: kept, changed, and sent to the calendars of everybody who is to be there."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from adapters.calendar_file import Visit, calendar_text
from models.audit import AUTOMATIC
from models.base import AnyRow, Instant
from models.contacts import authority_of, client_of, contractor_of, officer_at, works_title
from models.site_queries import appointments_on
from models.tables.site import Appointment
from rules.appointments import Purpose, when_words
from rules.clocks.dates import london_date
from rules.documents.paper_lines import Contact
from rules.sentences import spoken
from services.cases import CaseInHand, tell

_LETTERS: Final = {
    "client": "appointment_to_client",
    "contractor": "appointment_to_contractor",
    "officer": "appointment_to_officer",
}
_MAKE: Final = insert(Appointment)
_CHANGE: Final = update(Appointment).where(Appointment.id == bindparam("row_id"))
_BESIDE: Final = (
    select(Appointment.starts_at, Appointment.ends_at)
    .where(
        Appointment.contractor == bindparam("firm"),
        Appointment.status == "booked",
        Appointment.starts_at < bindparam("until", type_=Instant),
        Appointment.ends_at > bindparam("since", type_=Instant),
        Appointment.id != bindparam("but"),
    )
    .order_by(Appointment.starts_at, Appointment.id)
    .limit(1)
)


def visits_to_come(case: CaseInHand) -> list[AnyRow]:
    """Return the visits of a case that are agreed and not over, in order."""
    held = appointments_on(case.conn, case_id=case.id)
    return [row for row in held if row.status == "booked" and row.ends_at > case.now]


def fresh_uid(case: CaseInHand, *, number: int) -> str:
    """Return what calendars are to know a visit by, which no other visit anywhere has."""
    host = authority_of(case.conn, case=case.row).email.partition("@")[2] or "handrail.invalid"
    reference = "-".join(case.reference.split())
    return f"{reference}.{number}.{case.now:%Y%m%dT%H%M%S%f}@{host}"


def make_visit(case: CaseInHand, row: Mapping[str, Any], *, by: str) -> None:
    """Put a visit on record.

    Args:
        by: Who agreed it.
    """
    made = {"case_id": case.id, "made_by": by, "made_at": case.now}
    case.conn.execute(_MAKE, {**row, **made})


def change_visit(case: CaseInHand, held: AnyRow, **columns: Any) -> dict[str, Any]:
    """Change a visit, its sequence going up, and return it as it then is."""
    changed = {"sequence": held.sequence + 1, **columns}
    case.conn.execute(_CHANGE, {"row_id": held.id, **changed})
    return {**held._mapping, **changed}


def cancel_visits(case: CaseInHand, *, why: str, tell_client: bool = True) -> None:
    """Cancel every visit to come of a case that ends, or whose works stop.

    Args:
        why: What ended it, for the record.
        tell_client: Whether the client is told: nobody writes to somebody who has died.
    """
    for held in visits_to_come(case):
        row = change_visit(case, held, status="cancelled")
        case.note(actor=AUTOMATIC, action=f"visit {held.number}: cancelled", reason=why)
        tell_of_visit(case, row, tell_client=tell_client)


def beside_words(conn: Connection, row: Mapping[str, Any], *, but: int = 0) -> str:
    """Return that the contractor has another visit at that time, which may be meant; or nothing.

    Args:
        but: The row id of the visit itself, if it is on record.
    """
    given = {"firm": row["contractor"], "since": row["starts_at"], "until": row["ends_at"]}
    other = conn.execute(_BESIDE, {**given, "but": but}).first()
    if row["contractor"] is None or other is None:
        return ""
    name = contractor_of(conn, code=row["contractor"]).name
    return f"{name} has another visit at that time: {when_words(*other)}."


def untold_words(untold: list[Contact]) -> str:
    """Return who has no e-mail address, and is to be told by telephone; or nothing."""
    names = [f"{one.name}{f' ({one.phone})' if one.phone else ''}" for one in untold]
    if not names:
        return ""
    return f"No e-mail address of {spoken(names)} is held: please tell them by telephone."


def tell_of_visit(
    case: CaseInHand, row: Mapping[str, Any], *, earlier: str = "", tell_client: bool = True
) -> list[Contact]:
    """Send a visit to the calendars of the client, the contractor and the officer.

    Returns:
        Those who have no e-mail address, but for the officer.
    """
    authority = authority_of(case.conn, case=case.row)
    today = london_date(case.now)
    people = {"officer": officer_at(case.conn, case=case.row, authority=authority, on=today)}
    if row["contractor"] is not None:
        people["contractor"] = contractor_of(case.conn, code=row["contractor"])
    if tell_client:
        people["client"] = client_of(case.row)
    context = {
        "visit": Purpose(row["purpose"]).words,
        "when": when_words(row["starts_at"], row["ends_at"]),
        "earlier": earlier,
        "cancelled": row["status"] == "cancelled",
    }
    organizer = (authority.name, authority.email or people["officer"].email)
    for name, person in people.items():
        if person.email:
            tell(
                case,
                kind=_LETTERS[name],
                once_for=f"{row['number']}:{row['sequence']}",
                to=person,
                context=context,
                calendar=_in_calendar(case, row, organizer=organizer, whose=person),
            )
    return [one for name, one in people.items() if not one.email and name != "officer"]


def _in_calendar(
    case: CaseInHand, row: Mapping[str, Any], *, organizer: tuple[str, str], whose: Contact
) -> tuple[str, str]:
    what = Purpose(row["purpose"]).words.capitalize()
    visit = Visit(
        uid=row["uid"],
        sequence=row["sequence"],
        cancelled=row["status"] == "cancelled",
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        summary=f"{what}: {works_title(case.row)} ({case.reference})",
        location=", ".join([*case.row.address.splitlines(), case.row.postcode]),
        organizer=organizer,
        attendee=(whose.name, whose.email),
        now=case.now,
    )
    return visit.method, calendar_text(visit)
