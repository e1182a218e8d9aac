"""A list of alerts in parts, against the same decided alert by alert."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from models.database import reading, writing
from models.tables.cases import Case
from models.tables.clocks import Alert
from rules.alerts.alert_words import Level
from services.alerts.chosen import Wanted, choose
from services.alerts.directory import read_directory, told_by_person
from services.alerts.live_alerts import highest, live_alerts
from services.alerts.watch import raise_alerts
from tests.factories import case_at, live_at
from tests.services.alerts.alerting import DAY
from tests.small_service import ADA, ADAM, AUDREY, FINN, MIA, OTTO, TESS, WENDY

NOW = datetime(2026, 7, 13, 8, 0, tzinfo=UTC)
EVERYBODY = ("", TESS, ADA, OTTO, FINN, MIA, ADAM, AUDREY, WENDY, "AVON")


def full(url: str) -> None:
    """Give a service cases at gates of every holder, one of nobody's, with every rung of alerts."""
    live_at(NOW - 40 * DAY)
    case_at(url, "price")
    case_at(url, "assign", reference="DFG-2")
    case_at(url, "works", reference="DFG-3", route="pre_priced")
    case_at(url, "tender", reference="DFG-4")
    live_at(NOW - 20 * DAY)
    case_at(url, "approve", reference="DFG-5")
    live_at(NOW)
    raise_alerts()
    with writing(url) as conn:
        conn.execute(sa.update(Case).where(Case.reference == "DFG-3").values(officer=TESS))
        conn.execute(sa.update(Case).where(Case.reference == "DFG-2").values(assessor=OTTO))
        numbers = conn.scalars(sa.select(Alert.id).order_by(Alert.id)).all()
        put_off = sa.update(Alert).where(Alert.id.in_(numbers[::5]))
        conn.execute(put_off.values(snoozed_until=NOW.date() + 3 * DAY))
        words = {"kind": "machine", "raised_at": NOW, "words": "stopped"}
        for subject, rung in (("runner", 1), ("runner", 2), ("returned:1", 1)):
            conn.execute(sa.insert(Alert), [{**words, "subject": subject, "rung": rung}])


def one_by_one(conn: Any, wanted: Wanted) -> tuple[list[int], int]:
    """Return a list's alerts in order, and how many are put off, by asking of each alert."""
    today = NOW.date()
    alerts = live_alerts(conn, today=today)
    if wanted.person:
        name = "contractor:AVON" if wanted.person == "AVON" else wanted.person
        told = told_by_person(conn, read_directory(conn, today=today), alerts)
        alerts = told.get(name, [])
    if wanted.case:
        alerts = [one for one in alerts if one.case == wanted.case]
    if wanted.authorities:
        alerts = [one for one in alerts if one.authority in {"", *wanted.authorities}]
    alerts = alerts if wanted.everything else highest(alerts)
    alerts = [one for one in alerts if wanted.level in (None, one.level)]
    awake = [one for one in alerts if wanted.everything or not one.snoozed(today)]
    awake.sort(key=lambda one: one.worst_first)
    return [one.id for one in awake], len(alerts) - len(awake)


def test_a_list_in_parts_is_the_whole_of_it(url: str) -> None:
    full(url)
    lists = [
        *(
            Wanted(person, everything=everything)
            for person in EVERYBODY
            for everything in (False, True)
        ),
        *(Wanted(person, level=level) for person in (TESS, MIA, "") for level in Level),
        Wanted(authorities=frozenset({"WDC"})),
        Wanted(MIA, case="DFG-3"),
    ]
    seen: dict[str, set[int]] = {}
    with reading(url) as conn:
        for wanted in lists:
            ids, put_off = one_by_one(conn, wanted)
            whole = choose(conn, wanted=wanted, today=NOW.date())
            assert (list(whole.ids), whole.total, whole.snoozed) == (ids, len(ids), put_off), wanted
            part = choose(conn, wanted=wanted, today=NOW.date(), limit=3, offset=2)
            assert (list(part.ids), part.total, part.snoozed) == (ids[2:5], len(ids), put_off)
            seen.setdefault(wanted.person, set()).update(ids)
        after = choose(conn, wanted=Wanted(), today=NOW.date(), limit=3, offset=1_000)
    assert (after.ids, after.total) == ((), len(one_by_one_total(url)))
    assert all(seen[one] for one in (TESS, MIA, ADAM, "AVON"))
    assert seen[TESS] != seen[""]


def one_by_one_total(url: str) -> list[int]:
    with reading(url) as conn:
        return one_by_one(conn, Wanted())[0]
