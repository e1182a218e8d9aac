"""A visit as a calendar has it: iCalendar, to be made, moved or cancelled by e-mail (RFC 5546).

Times are UTC instants: no VTIMEZONE travels along that a calendar could read in its own way.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from icalendar import Calendar, Event, vCalAddress, vText

_PRODUCT = "-//Handrail//adaptations//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one person's calendar is told of a visit.

    Args:
        uid: What calendars know it by; the same for good.
        sequence: 0, and more each time it is moved or cancelled.
        cancelled: Whether it is taken out of the calendar.
        starts_at: An instant, or a day for one whose hour is not agreed; it ends before the other.
        organizer: Name and e-mail address of who holds it; answers go there.
        attendee: Name and e-mail address of whose calendar it is.
        now: When this is said.
    """

    uid: str
    sequence: int
    cancelled: bool
    starts_at: datetime | date
    ends_at: datetime | date
    summary: str
    location: str
    organizer: tuple[str, str]
    attendee: tuple[str, str]
    now: datetime

    @property
    def method(self) -> str:
        """What the calendar is asked to do."""
        return "CANCEL" if self.cancelled else "REQUEST"


def calendar_text(visit: Visit) -> str:
    """Return the iCalendar text that makes, moves or cancels a visit."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", visit.method)
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("status", "CANCELLED" if visit.cancelled else "CONFIRMED")
    for name, at in (
        ("dtstamp", visit.now),
        ("dtstart", visit.starts_at),
        ("dtend", visit.ends_at),
    ):
        if isinstance(at, datetime):
            event.add(name, at.astimezone(UTC).replace(microsecond=0))
        else:
            event.add(name, at)
    event.add("summary", visit.summary)
    event.add("location", visit.location)
    event["organizer"] = _person(*visit.organizer)
    attendee = _person(*visit.attendee)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    event["attendee"] = attendee
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _person(name: str, email: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{email}")
    person.params["CN"] = vText(name)
    return person
