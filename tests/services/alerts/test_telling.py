"""Telling: one message a day to each person who is at work, every alert once, to whoever it is."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from adapters.documents import render_message
from models.database import reading, writing
from models.tables.clocks import Alert, AlertTold
from models.tables.record import Outbox
from models.tables.reference import Officer
from rules.alerts.alerts import parse_hours
from rules.alerts.stalled import Stalled
from services.alerts.handling import Answer, acknowledge, snooze, unsnooze
from services.alerts.machine import record
from services.alerts.messages import Told, tell_people
from services.assignment.decide import AnswerOffer
from services.cases.officers import AssignOfficer
from tests.competing import FIRMS, invited, quoted
from tests.factories import act, bring, case_at, decide, live_at
from tests.looking import messages, rows
from tests.services.alerts.alerting import DAY, add_clock, change_clock, sweep, told
from tests.small_service import ADA, ADAM, AVON, BRIAR, MIA, TESS, TOBY

HOURS = parse_hours("09:00-17:00")
MONDAY = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)  # 09:00 in London
HOUR = timedelta(hours=1)


def tell(url: str, now: datetime) -> Told:
    """Sweep, then tell whoever is at work."""
    live_at(now)
    sweep(url, now)
    with writing(url) as conn:
        return tell_people(conn, now=now, hours=HOURS)


def written(url: str, kind: str = "alerts_digest") -> dict[str, str]:
    """Return the newest message of a kind to each address, as it is read."""
    found = {}
    for payload in messages(url, kind):
        message = render_message(kind=kind, context=payload["context"])
        found[payload["to"]] = f"{message.subject}\n{message.body}"
    return found


def number(url: str, person: str = TESS) -> int:
    """Return how many digests somebody was sent."""
    return sum(payload["to"] == person for payload in messages(url, "alerts_digest"))


def alert_ids(url: str, clock: int) -> list[int]:
    return [row["id"] for row in rows(url, Alert) if row["clock_id"] == clock]


@pytest.fixture
def clock(sqlite_service: str) -> int:
    """A case with one clock of the council's, which is due in a week and warned of today."""
    return one_clock(sqlite_service)


def one_clock(url: str) -> int:
    live_at(MONDAY - 4 * DAY)
    case_at(url, "specify", contact_on="2026-06-18", recommended_on="", applied_on="")
    decide(url, "DFG-1", AssignOfficer(TESS))
    day = MONDAY.date()
    return add_clock(
        url,
        due_on=day + 2 * DAY,
        warn_on=day,
        escalate_on=day + 7 * DAY,
        holder="client",
        name="return_certificates",
        step="certificates",
    )


def test_one_digest_a_day_in_working_hours_and_each_alert_once(url: str) -> None:
    clock = one_clock(url)
    early = tell(url, MONDAY - HOUR)
    assert (early, number(url)) == (Told(), 0), "before the office opens"
    assert tell(url, MONDAY) == Told(messages=1, alerts=1)
    assert tell(url, MONDAY + HOUR) == Told()
    assert tell(url, MONDAY + DAY) == Told()
    day_late = MONDAY + 3 * DAY
    assert tell(url, day_late).messages == 1
    assert tell(url, day_late + HOUR) == Told()

    assert told(url) == sorted((TESS, alert, 0) for alert in alert_ids(url, clock))
    assert "1 late: your alerts of Thursday 25 June 2026\n" in written(url)[TESS]


def test_what_comes_at_night_or_on_a_closed_day_waits_for_the_next_opening(
    sqlite_service: str, clock: int
) -> None:
    url = sqlite_service
    bring(url, "closures", "authority | day | title\nRBC | 2026-06-22 | Flood")
    assert tell(url, MONDAY) == Told(), "its authority is closed"
    assert tell(url, MONDAY + 14 * HOUR) == Told()
    assert tell(url, MONDAY + DAY - HOUR / 60) == Told()
    assert tell(url, MONDAY + DAY).messages == 1
    (message,) = messages(url, "alerts_digest")
    assert message["context"]["today"] == "2026-06-23"


def test_what_is_new_after_todays_digest_waits_for_tomorrows(
    sqlite_service: str, clock: int
) -> None:
    url = sqlite_service
    tell(url, MONDAY)
    later = add_clock(url, due_on=MONDAY.date() - DAY, holder="client")
    assert tell(url, MONDAY + HOUR) == Told()
    assert alert_ids(url, later) != []
    assert tell(url, MONDAY + DAY).messages == 1
    digest = written(url)[TESS]
    assert "[alert 2]" in digest
    assert "And 1 older alert still open" in digest


def test_a_successor_is_told_what_their_predecessor_was(sqlite_service: str, clock: int) -> None:
    url = sqlite_service
    tell(url, MONDAY)
    with writing(url) as conn:
        gone = {"last_day": MONDAY.date()}
        conn.execute(sa.update(Officer).where(Officer.email == TESS).values(gone))
    assert tell(url, MONDAY + DAY).messages == 1
    assert "return the certificates" in written(url)[TOBY]


def test_the_ladder_is_told_of_what_stays_late(sqlite_service: str, clock: int) -> None:
    url = sqlite_service
    on = MONDAY + 7 * DAY
    tell(url, on)
    assert "Late for so long that it has come to you:" in written(url)[MIA]
    assert "Late:" in written(url)[TESS]
    escalated = [row["id"] for row in rows(url, Alert) if row["rung"] == 3]
    assert {person for person, alert, _ in told(url) if alert in escalated} == {MIA}


def test_a_clock_is_told_once_by_its_highest_rung(sqlite_service: str, clock: int) -> None:
    url = sqlite_service
    tell(url, MONDAY + 3 * DAY)  # the sweep comes late: warned and breached at once
    digest = written(url)[TESS]
    assert digest.count("DFG-1: return the certificates") == 1
    assert "Nearly due" not in digest
    assert len(told(url)) == 2


def test_the_client_is_called_and_never_written_to(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY - 14 * DAY)
    case_at(url, "certificates", phone="01788 555 0199")
    tell(url, MONDAY + 7 * DAY)
    assert "Next: call Mrs Ashby on 01788 555 0199, then `handrail decide" in written(url)[TESS]
    assert {payload["to"] for payload in _tellings(url)} <= {TESS, MIA, ADA, TOBY}


def _tellings(url: str) -> list[dict[str, str]]:
    kinds = ("alerts_digest", "reminder_to_contractor", "reminder_to_landlord")
    return [payload for kind in kinds for payload in messages(url, kind)]


def test_a_private_landlord_is_not_written_to(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY - 28 * DAY)
    case_at(url, "consent", tenure="private_tenant", phone="01788 555 0199")
    tell(url, MONDAY + DAY)
    assert written(url, "reminder_to_landlord") == {}
    assert "speak to Mr Lett, whose telephone number is not held" in written(url)[TESS]


def test_a_provider_is_reminded_without_the_clients_name(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY - 28 * DAY)
    case_at(url, "consent", tenure="rp_tenant", route="quotes")
    tell(url, MONDAY + DAY)
    letter = written(url, "reminder_to_landlord")["home@oak.example"]
    assert "Answer the request for consent, by Tuesday 16 June 2026: 5 working days late." in letter
    assert "DFG-1, extension, CV22" in letter
    assert "Ashby" not in letter
    assert "call Tess Tyler on 01788 5550100" in letter


def test_a_contractor_has_one_message_a_day_with_all_its_jobs(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY)
    for reference in ("DFG-1", "DFG-2", "DFG-3", "DFG-4"):
        case_at(url, "assign", reference=reference)
    tell(url, MONDAY + 3 * DAY)
    sent = messages(url, "reminder_to_contractor")
    assert len(sent) == len({payload["to"] for payload in sent}) == 3
    (two,) = [payload for payload in sent if len(payload["context"]["jobs"]) == 2]
    letter = written(url, "reminder_to_contractor")[two["to"]]
    assert letter.startswith("Due soon: 2 jobs wait for you (DFG-")
    assert "level access shower, CV22\n    Answer the offer, by Thursday 25 June" in letter
    assert "Ashby" not in letter
    assert "14 Hill Road" not in letter
    assert tell(url, MONDAY + 3 * DAY + HOUR) == Told()


def test_a_contractor_is_no_longer_reminded_once_the_ladder_has_it(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY - 4 * DAY)
    case_at(url, "assign")
    tell(url, MONDAY + DAY)
    for day in range(2, 12):
        tell(url, MONDAY + day * DAY)
    escalated = {row["id"] for row in rows(url, Alert) if row["rung"] >= 3}
    assert escalated
    assert {who for who, alert, _ in told(url) if alert in escalated} == {MIA}
    assert len(messages(url, "reminder_to_contractor")) == 2, "before the day, and after it"


def test_only_firms_that_have_not_answered_are_reminded_to_quote(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY)
    reference = invited(url, weighed=True)
    quoted(url, reference, AVON)
    tell(url, MONDAY + 11 * DAY)
    people = {who for who, _, _ in told(url)}
    assert f"contractor:{AVON}" not in people
    assert {f"contractor:{firm}" for firm in FIRMS if firm != AVON} <= people
    assert BRIAR in FIRMS


def test_progress_before_the_digest_leaves_nothing_to_tell(sqlite_service: str) -> None:
    url = sqlite_service
    live_at(MONDAY - 4 * DAY)
    case_at(url, "assign")
    sweep(url, MONDAY + DAY)
    live_at(MONDAY + DAY)
    act(url, "DFG-1", AnswerOffer(accepted=True))
    with writing(url) as conn:  # no sweep in between: the rows are looked at live
        tell_people(conn, now=MONDAY + DAY, hours=HOURS)
    assert "answer the offer" not in "".join(written(url).values())


# ---- answered


def answer(url: str, how: object, clock: int, **given: object) -> None:
    with writing(url) as conn:
        until = {key: given.pop(key) for key in ("until",) if key in given}
        said = Answer(ids=alert_ids(url, clock), by=TESS, reason="on order", **given)  # type: ignore[arg-type]  # as given
        how(conn, said, **until)  # type: ignore[operator]  # one of the three


def test_what_is_acknowledged_is_told_no_more_but_its_next_rung_is(
    sqlite_service: str, clock: int
) -> None:
    url = sqlite_service
    sweep(url, MONDAY - HOUR)
    answer(url, acknowledge, clock, now=MONDAY - HOUR)
    assert tell(url, MONDAY) == Told()
    tell(url, MONDAY + 3 * DAY)
    digest = written(url)[TESS]
    assert "Late:" in digest
    assert "Acknowledged by Tess Tyler on 22 June 2026: on order." in digest


def test_what_is_snoozed_is_told_once_more_when_it_is_back(sqlite_service: str, clock: int) -> None:
    url = sqlite_service
    tell(url, MONDAY)
    change_clock(url, clock, next_on=None)  # no more rungs
    answer(url, snooze, clock, until=MONDAY.date() + 2 * DAY, now=MONDAY)
    assert tell(url, MONDAY + DAY) == Told()
    assert tell(url, MONDAY + 2 * DAY).messages == 1
    assert "Snoozed until 24 June 2026 by Tess Tyler: on order." in written(url)[TESS]
    assert tell(url, MONDAY + 3 * DAY) == Told()
    assert [turn for _, _, turn in told(url)] == [0, 1]


def test_what_is_taken_back_is_told_with_the_next_digest(sqlite_service: str, clock: int) -> None:
    url = sqlite_service
    tell(url, MONDAY)
    answer(url, snooze, clock, until=MONDAY.date() + 7 * DAY, now=MONDAY)
    answer(url, unsnooze, clock, now=MONDAY)
    assert tell(url, MONDAY + DAY).messages == 1


# ---- the machine


STUCK = Stalled("sweep", "The sweep last ran at 7.", "Nothing is started again. See the log.")


def test_the_machine_does_not_wait_for_tomorrows_digest(sqlite_service: str, clock: int) -> None:
    url = sqlite_service
    add_clock(url, due_on=MONDAY.date() - DAY, holder="client")
    with writing(url) as conn:
        conn.execute(sa.update(Officer).where(Officer.email == ADAM).values(role="manager"))
    tell(url, MONDAY + 7 * DAY)  # managers have a digest of what escalated
    before = number(url, MIA)
    assert before == 1
    with writing(url) as conn:
        record(conn, found=[STUCK], looked_at=(), now=MONDAY + 7 * DAY)
    at = MONDAY + 7 * DAY + HOUR
    assert tell(url, at).messages == 2, "there is no administrator, so both managers"
    assert number(url, MIA) == 2
    assert "Handrail itself needs somebody:" in written(url)[MIA]
    assert "The sweep last ran at 7." in written(url)[MIA]
    assert tell(url, at + HOUR) == Told()
    add_clock(
        url, due_on=MONDAY.date() - 9 * DAY, escalate_on=MONDAY.date() - 2 * DAY, holder="client"
    )
    assert tell(url, at + DAY).messages == 2 + 1
    assert "The sweep last ran at 7." in written(url)[MIA], "in the digest as well"


# ---- at once


def test_many_tellers_at_once_tell_each_person_once(url: str) -> None:
    one_clock(url)
    sweep(url, MONDAY)
    together = threading.Barrier(4)

    def one() -> None:
        together.wait(timeout=30)
        with writing(url) as conn:
            tell_people(conn, now=MONDAY, hours=HOURS)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (number(url), len(told(url))) == (1, 1)
    with reading(url) as conn:
        keys = set(conn.execute(sa.select(Outbox.key)).scalars())
        assert set(conn.execute(sa.select(AlertTold.message)).scalars()) <= keys
