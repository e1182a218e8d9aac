"""When people are told, who they are, how far an alert may be put off, and what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.alerts.alert_words import (
    Level,
    answered_words,
    counted,
    do_next,
    level_of,
    reach,
    title_of,
)
from rules.alerts.alerts import (
    MAY_HANDLE,
    Concern,
    WorkingHours,
    may_not_handle,
    message_key,
    parse_hours,
    snooze_problems,
    told_of,
)
from rules.clocks.dates import LONDON
from rules.clocks.targets import DEFAULT_LADDER, Rung
from rules.clocks.workdays import calendar
from rules.parties import Party
from rules.people import Actor, Role

HOLIDAYS = (date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 28))
DAYS = calendar(closed=HOLIDAYS, first_year=2026, last_year=2027)
HOURS = parse_hours("09:00-17:00")


# ---- when


@pytest.mark.parametrize(
    ("instant", "open_then"),
    [
        ("2026-06-01T08:00:00+00:00", True),  # 09:00 in London, in summer time
        ("2026-06-01T07:59:59+00:00", False),
        ("2026-06-01T15:59:59+00:00", True),
        ("2026-06-01T16:00:00+00:00", False),
        ("2026-12-01T08:30:00+00:00", False),  # 08:30 in London, in winter
        ("2026-12-01T09:00:00+00:00", True),
        ("2026-06-01T18:00:00+10:00", True),  # a machine in Brisbane: 09:00 in London
        ("2026-06-01T09:00:00-05:00", True),
        ("2026-05-31T10:00:00+00:00", False),  # a Sunday
        ("2026-12-25T10:00:00+00:00", False),  # Christmas Day
        ("2026-03-30T08:00:00+00:00", True),  # the Monday after the clocks went forward
        ("2026-10-26T08:00:00+00:00", False),  # the Monday after they went back
    ],
)
def test_people_are_at_work_by_londons_clocks(instant: str, open_then: bool) -> None:
    assert HOURS.open_at(datetime.fromisoformat(instant), DAYS) is open_then


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-06-01T10:30:00", "2026-06-01T10:30:00"),  # now
        ("2026-06-01T06:00:00", "2026-06-01T09:00:00"),
        ("2026-06-01T17:00:00", "2026-06-02T09:00:00"),
        ("2026-12-24T23:00:00", "2026-12-29T09:00:00"),  # after Christmas and the weekend
        ("2026-03-27T18:00:00", "2026-03-30T09:00:00"),  # over the change to summer time
        ("2026-05-31T12:00:00", "2026-06-01T09:00:00"),
    ],
)
def test_what_is_raised_out_of_hours_waits_for_the_next_opening(now: str, opens: str) -> None:
    then = datetime.fromisoformat(now).replace(tzinfo=LONDON)

    assert HOURS.next_opening(then, DAYS) == datetime.fromisoformat(opens).replace(tzinfo=LONDON)


@given(
    st.datetimes(datetime(2026, 1, 2), datetime(2027, 12, 20)),  # noqa: DTZ001 - the zone is drawn
    st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Chatham"]),
)
def test_the_next_opening_is_open_and_nothing_before_it_is(naive: datetime, zone: str) -> None:
    now = naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    opens = HOURS.next_opening(now, DAYS)

    assert opens >= now
    assert HOURS.open_at(opens, DAYS)
    if opens > now:
        assert not HOURS.open_at(now, DAYS)
        assert not HOURS.open_at(opens.astimezone(UTC) - timedelta(seconds=1), DAYS)
        assert opens.astimezone(LONDON).time() == time(9)
        waited = [now + (opens.astimezone(UTC) - now) * part / 7 for part in range(7)]
        assert not any(HOURS.open_at(instant, DAYS) for instant in waited)


def test_working_hours_are_read_or_refused() -> None:
    assert parse_hours(" 08:30-16:45 ") == WorkingHours(time(8, 30), time(16, 45))
    for wrong in ("", "9-17", "09:00", "09:00-24:00", "17:00-09:00", "09:00-09:00", "9:00-17:00"):
        with pytest.raises(ValueError, match="“"):
            parse_hours(wrong)


# ---- who


def officer(email: str, role: Role, *authorities: str) -> Actor:
    return Actor(email, email.title(), role, frozenset(authorities))


STAFF = (
    officer("ada", Role.APPROVING_OFFICER, "A"),
    officer("adam", Role.ADMINISTRATOR),
    officer("ben", Role.APPROVING_OFFICER, "B"),
    officer("finn", Role.FINANCE),
    officer("mia", Role.MANAGER, "A"),
    officer("mo", Role.MANAGER, "B"),
    officer("otto", Role.ASSESSOR, "A"),
    officer("tess", Role.TECHNICAL_OFFICER, "A"),
)
LADDER = (Rung(3, Role.MANAGER, 5), Rung(4, Role.ADMINISTRATOR, 10))


def concern(rung: int = 2, **facts: object) -> Concern:
    given_facts: dict[str, object] = {"authority": "A", "officer": "tess"} | facts
    return Concern(kind=str(given_facts.pop("kind", "clock")), rung=rung, **given_facts)  # type: ignore[arg-type]  # as given


def told(about: Concern, staff: tuple[Actor, ...] = STAFF) -> tuple[str, ...]:
    return told_of(about, staff=staff, ladder=LADDER)


def test_a_warning_and_a_breach_go_to_the_officer_and_whoever_holds_it() -> None:
    firms = ("AVON", "BRIAR")
    for rung in (1, 2):
        assert told(concern(rung, holder=Party.CONTRACTOR, contractors=firms)) == (
            "tess",
            "contractor:AVON",
            "contractor:BRIAR",
        )
        assert told(concern(rung, holder=Party.LANDLORD, provider="OAK")) == (
            "tess",
            "provider:OAK",
        )
        owner = "approving officer"
        assert told(concern(rung, holder=Party.COUNCIL, owner=owner)) == ("tess", "ada")
        assert told(concern(rung, holder=Party.COUNCIL, owner="finance")) == ("tess", "finn")
        assert told(concern(rung, holder=Party.ASSESSOR)) == ("tess", "otto")


def test_what_is_nobodys_goes_to_every_officer_and_what_is_somebodys_to_them_alone() -> None:
    staff = (*STAFF, officer("toby", Role.TECHNICAL_OFFICER, "A"), officer("olga", Role.ASSESSOR))
    held = Party.ASSESSOR
    assert told(concern(officer="", holder=held), staff) == ("tess", "toby", "otto", "olga")
    assert told(concern(officer="toby", assessor="olga", holder=held), staff) == ("toby", "olga")


def test_a_client_and_a_private_landlord_are_never_written_to() -> None:
    assert told(concern(holder=Party.CLIENT, owner="applicant")) == ("tess",)
    assert told(concern(holder=Party.LANDLORD)) == ("tess",)


def test_what_stays_late_goes_up_the_ladder_and_not_to_whoever_holds_it() -> None:
    held = {"holder": Party.CONTRACTOR, "contractors": ("AVON",)}
    assert told(concern(3, **held)) == ("mia",)
    assert told(concern(3, authority="B", **held)) == ("mo",)
    assert told(concern(4, **held)) == ("adam",)


def test_where_nobody_has_the_role_somebody_above_is_told() -> None:
    without_managers = tuple(one for one in STAFF if one.role is not Role.MANAGER)
    assert told(concern(3), without_managers) == ("adam",)
    assert told_of(concern(4), staff=STAFF, ladder=DEFAULT_LADDER) == ("mia",)
    without_officers = tuple(one for one in STAFF if one.role is not Role.TECHNICAL_OFFICER)
    assert told(concern(officer="", holder=Party.CLIENT), without_officers) == ("mia",)
    assert told(concern(3), ()) == ()


def test_the_machine_is_for_administrators_and_what_lapses_for_managers() -> None:
    assert told(concern(kind="machine", authority="", officer="")) == ("adam",)
    without = tuple(one for one in STAFF if one.role is not Role.ADMINISTRATOR)
    assert told(concern(kind="machine", authority="A"), without) == ("mia",)
    assert told(concern(1, kind="lapse", authority="", officer="")) == ("mia", "mo")
    assert told(concern(1, kind="lapse", authority="B", officer="")) == ("mo",)
    assert told(concern(1, kind="lapse")) == ("tess",)  # of a case that somebody has


def test_one_digest_a_person_a_day() -> None:
    assert message_key(person="tess@rbc", on=date(2026, 6, 1)) == "digest:tess@rbc:2026-06-01"


# ---- putting off


TODAY = date(2026, 6, 1)


def problems(until: date, *, snoozes: int = 0, statutory: bool = False) -> tuple[str, ...]:
    return snooze_problems(
        until=until, today=TODAY, snoozes=snoozes, statutory=statutory, calendar=DAYS
    )


def test_an_alert_is_put_off_ten_working_days_and_twice_at_most() -> None:
    assert problems(date(2026, 6, 15)) == problems(date(2026, 6, 2), snoozes=1) == ()
    assert problems(date(2026, 6, 16)) == (
        "An alert may be snoozed for 10 working days at most, until 15 June 2026",
    )
    assert problems(TODAY, snoozes=2) == (
        "1 June 2026 is not after today",
        "An alert may be snoozed twice, and this one has been",
    )


def test_a_limit_of_the_act_is_put_off_five_days_and_once() -> None:
    assert problems(date(2026, 6, 8), statutory=True) == ()
    assert problems(date(2026, 6, 9), statutory=True, snoozes=1) == (
        (
            "An alert of a limit of the Act may be snoozed for 5 working days at most, until "
            "8 June 2026"
        ),
        "An alert of a limit of the Act may be snoozed once, and this one has been",
    )


@pytest.mark.parametrize("role", Role)
def test_who_may_answer(role: Role) -> None:
    somebody = officer("x", role, "A")
    assert (may_not_handle(somebody, authority="A") == "") is (role in MAY_HANDLE)
    assert may_not_handle(somebody, authority="B") != ""
    assert set(Role) - MAY_HANDLE == {*(Role.CONTRACTOR, Role.AUDITOR, Role.CLIENT, Role.LANDLORD)}


def test_why_somebody_may_not_answer_is_said() -> None:
    tess = officer("tess", Role.TECHNICAL_OFFICER, "A")
    auditor = officer("audrey", Role.AUDITOR)
    assert may_not_handle(tess, authority="B") == "Tess does not serve authority B"
    assert may_not_handle(tess, authority="") == ""
    assert (
        may_not_handle(auditor, authority="B") == "Audrey is an auditor and may not answer alerts"
    )


# ---- words


def test_each_alert_has_a_level_and_a_title() -> None:
    levels = [level_of(kind="clock", rung=rung) for rung in (1, 2, 3, 4)]
    assert levels == [Level.WARNING, Level.LATE, Level.ESCALATED, Level.ESCALATED]
    assert level_of(kind="lapse", rung=2) is Level.LAPSE
    assert level_of(kind="machine", rung=2) is Level.MACHINE
    assert counted([Level.WARNING, Level.LATE, Level.LATE]) == "2 late, 1 nearly due"
    assert title_of(clock="answer_offer", subject="") == "answer the offer"
    assert title_of(clock="", subject="document:7") == "a contractor's document"
    assert title_of(clock="", subject="trouble:DFG-1:price") == "automatic work"
    assert title_of(clock="", subject="sweep") == "sweep"


def test_what_to_do_next_names_whom_to_reach_and_the_command() -> None:
    call = reach(name="Mrs Ashby", phone="01788 555 0101", email="")

    def after(holder: Party, how: str, step: str = "certificates", *, written: bool = False) -> str:
        return do_next(case="DFG-1", step=step, holder=holder, reach=how, written_to=written)

    assert after(Party.CLIENT, call) == (
        "call Mrs Ashby on 01788 555 0101, then `handrail decide DFG-1 certificates`."
    )
    assert after(Party.CONTRACTOR, "call Avon", "works", written=True).endswith(
        "`handrail decide DFG-1 works`. A reminder goes to them as well."
    )
    assert after(Party.COUNCIL, "", "price") == (
        "officer confirms re-measured quantities; record it with `handrail decide DFG-1 price`."
    )
    assert after(Party.COUNCIL, "", "") == "see `handrail case show DFG-1`."
    assert after(Party.COUNCIL, "", "order") == "see `handrail case show DFG-1`."
    assert reach(name="Oak", phone="", email="a@oak") == "write to Oak at a@oak"
    assert reach(name="Mr Lett", phone="", email="") == (
        "speak to Mr Lett, whose telephone number is not held"
    )


def test_an_answer_is_told_with_its_reason() -> None:
    assert answered_words(by="Tess", on="1 June 2026", why="parts ordered.") == (
        "Acknowledged by Tess on 1 June 2026: parts ordered."
    )
    assert answered_words(by="Tess", on="", why="on leave", until="8 June 2026") == (
        "Snoozed until 8 June 2026 by Tess: on leave."
    )
