"""Visits agreed, moved and cancelled: on record, in everybody's calendar, and refused in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar

from adapters.settings import settings
from models.tables.site import Appointment
from models.tables.works import WorkOrder
from rules.appointments import Purpose
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.orders import EndGround
from rules.pathway import CaseStatus, StepName
from services.decisions.exits import Exit
from services.documents.delivery import deliver_for_case
from services.orders.appointments import Appoint, CancelAppointment, MoveAppointment
from services.orders.ended import EndOrder
from tests.adapters.test_smtp import Receiver, content_of, free_port
from tests.factories import act, begin, case_at, decide, live_at, pass_step, refused
from tests.looking import messages, rows
from tests.mail import parsed
from tests.small_service import AVON, BRIAR, NOW, TESS

VISIT = Appoint(Purpose.START, date(2026, 6, 4), "09:30", "11:00")
SUNDAY = Appoint(Purpose.START, date(2026, 10, 25), "10:00", "12:00", closed_day=True)


def events(url: str, whose: str) -> list[Any]:
    """Return what a person's calendar was told, as icalendar reads it: method and event."""
    found = []
    for payload in messages(url, f"appointment_to_{whose}"):
        calendar = Calendar.from_ical(payload["calendar"][1])
        assert calendar["METHOD"] == payload["calendar"][0]
        found.append((calendar["METHOD"], calendar.walk("VEVENT")[0]))
    return found


def test_a_visit_is_one_event_that_is_moved_and_then_taken_out_of_each_calendar(
    url: str,
) -> None:
    reference = case_at(url, "works")
    act(url, reference, VISIT, by=AVON)
    same = MoveAppointment(1, VISIT.on, "09:30", "11:00")
    assert refused(url, reference, same, InvalidDecisionError)
    moved = MoveAppointment(1, SUNDAY.on, SUNDAY.begins, SUNDAY.ends, closed_day=True)
    act(url, reference, moved, by=TESS)
    act(url, reference, CancelAppointment(1), by=AVON)
    (kept,) = rows(url, Appointment)
    assert (kept["status"], kept["sequence"], kept["contractor"]) == ("cancelled", 2, AVON)
    assert kept["starts_at"] == datetime(2026, 10, 25, 10, tzinfo=UTC)
    for whose in ("client", "contractor", "officer"):
        told = events(url, whose)
        assert [method for method, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
        assert {str(event["UID"]) for _, event in told} == {kept["uid"]}
        assert [event["SEQUENCE"] for _, event in told] == [0, 1, 2]
        assert told[0][1].decoded("DTSTART") == datetime(2026, 6, 4, 8, 30, tzinfo=UTC)
        assert told[1][1].decoded("DTSTART") == datetime(2026, 10, 25, 10, tzinfo=UTC)
        assert told[1][1].decoded("DTEND") == datetime(2026, 10, 25, 12, tzinfo=UTC)
        assert str(told[2][1]["STATUS"]) == "CANCELLED"
        assert "Ashby" not in str(told[0][1]["SUMMARY"])
    second = messages(url, "appointment_to_client")[1]["context"]
    assert second["when"] == "Sunday 25 October 2026, 10:00 to 12:00"
    assert second["earlier"] == "Thursday 4 June 2026, 09:30 to 11:00"
    error = refused(url, reference, CancelAppointment(1), InvalidDecisionError)
    assert "No visit to come" in error.what


def test_mail_programs_get_the_visit_as_a_calendar_part_over_smtp(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = case_at(sqlite_service, "works")
    deliver_for_case(reference)
    decide(sqlite_service, reference, VISIT)
    receiver, port = Receiver(), free_port()
    server = Controller(receiver, hostname="127.0.0.1", port=port)
    server.start()
    try:
        monkeypatch.setenv("HANDRAIL_MAIL", "smtp")
        monkeypatch.setenv("HANDRAIL_SMTP_PORT", str(port))
        settings.cache_clear()
        assert deliver_for_case(reference).failed == 0
    finally:
        server.stop()
    sent = {mail.rcpt_tos[0]: parsed(content_of(mail)) for mail in receiver.envelopes}
    assert sent.keys() == {TESS, "jobs@avon.example", "ashby@home.example"}
    for address, mail in sent.items():
        (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
        assert part.get_param("method") == "REQUEST"
        calendar = Calendar.from_ical(part.get_content())
        (event,) = calendar.walk("VEVENT")
        assert event["ATTENDEE"] == f"mailto:{address}"
        assert event["ORGANIZER"] == "mailto:home@rbc.example"
        assert event.decoded("DTSTART") == datetime(2026, 6, 4, 8, 30, tzinfo=UTC)
        (file,) = mail.iter_attachments()
        assert (file.get_filename(), file.get_content()) == (
            "visit.ics",
            part.get_payload(decode=True),
        )
        body = mail.get_body(("plain",))
        assert body is not None
        assert "Thursday 4 June 2026, 09:30 to 11:00" in body.get_content()


@pytest.mark.sqlite
def test_visits_at_one_time_are_warned_of_and_whoever_has_no_email_is_named(url: str) -> None:
    first = case_at(url, "works")
    second = case_at(url, "works", reference="DFG-2", email="")
    assert decide(url, first, VISIT).notice == ""
    later = Appoint(Purpose.WORKS, VISIT.on, "11:00", "12:00")
    notice = decide(url, second, later).notice
    assert notice == "No e-mail address of Mrs Ashby is held: please tell them by telephone."
    beside = decide(url, second, Appoint(Purpose.WORKS, VISIT.on, "11:59", "12:30")).notice
    assert "has another visit at that time: Thursday 4 June 2026, 11:00 to 12:00." in beside


@pytest.mark.sqlite
def test_a_visit_that_cannot_be_or_is_anothers_is_refused(url: str) -> None:
    early = case_at(url, "approve", reference="DFG-3")
    assert refused(url, early, VISIT, StepNotOpenError, by=AVON)
    survey = Appoint(Purpose.SURVEY, VISIT.on, "09:30", "11:00")
    act(url, early, survey)
    assert messages(url, "appointment_to_contractor") == []
    pass_step(url, early, StepName.APPROVE)
    pass_step(url, early, StepName.ASSIGN)
    (order,) = rows(url, WorkOrder)
    firm, other = sorted((AVON, BRIAR), key=lambda one: one != order["contractor"])
    assert refused(url, early, CancelAppointment(1), InvalidDecisionError, by=firm)
    assert refused(url, early, VISIT, NotPermittedError, by=other)
    sunday = Appoint(Purpose.START, date(2026, 6, 7), "09:30", "08:00")
    error = refused(url, early, sunday, InvalidDecisionError)
    assert "closed day" in error.what
    assert "It ends at 08:00" in error.what
    past = Appoint(Purpose.START, NOW.date(), "09:00", "11:00")
    assert "is past" in refused(url, early, past, InvalidDecisionError).what
    assert refused(url, early, CancelAppointment(7), UnknownReferenceError)
    live_at(datetime(2026, 6, 4, 12, tzinfo=UTC))
    assert refused(url, early, CancelAppointment(1), InvalidDecisionError)


def test_what_ends_a_case_cancels_its_visits_and_writes_to_nobody_who_died(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, VISIT)
    act(url, reference, Exit(CaseStatus.DIED))
    assert [method for method, _ in events(url, "contractor")] == ["REQUEST", "CANCEL"]
    assert [method for method, _ in events(url, "client")] == ["REQUEST"]
    moved = case_at(url, "works", reference="DFG-2", route="call_off")
    begin(url, moved, NOW.date())
    act(url, moved, VISIT)
    act(url, moved, EndOrder(EndGround.NEED_CEASED, done=("1",), not_done=("2",)))
    assert [method for method, _ in events(url, "client")] == ["REQUEST", "REQUEST", "CANCEL"]
