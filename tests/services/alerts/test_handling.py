"""Answering alerts: who may, how far they may be put off, and that it is kept in the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from models.audit import broken_links
from models.database import reading, writing
from models.tables.clocks import Alert
from rules.alerts.alert_words import Level
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.alerts.chosen import Wanted
from services.alerts.handling import Answer, Answered, acknowledge, snooze, unsnooze
from services.alerts.lapsing import sweep_lapses
from services.alerts.view import alert_view, alerts_view
from tests.factories import case_at, live_at
from tests.looking import contents, rows, trail
from tests.services.alerts.alerting import DAY, add_clock, change_clock, sweep
from tests.small_service import AUDREY, AVON, MIA, TESS, WENDY

NOW = datetime(2026, 6, 22, 8, 0, tzinfo=UTC)  # 09:00 in London, a Monday
TODAY = NOW.date()
WHY = "parts are on order"


@pytest.fixture
def late(sqlite_service: str) -> str:
    """A case with one clock that is late and warned of: alerts 1 and 2."""
    live_at(NOW - 4 * DAY)
    case_at(sqlite_service, "specify", contact_on="2026-06-18", recommended_on="", applied_on="")
    day = TODAY - 3 * DAY
    add_clock(sqlite_service, due_on=day, warn_on=day - DAY, escalate_on=TODAY + 4 * DAY)
    live_at(NOW)
    sweep(sqlite_service, NOW)
    return sqlite_service


def do(url: str, how: Callable[..., Answered], **given: object) -> Answered:
    with writing(url) as conn:
        until = {key: given.pop(key) for key in ("until",) if key in given}
        return how(conn, Answer(**{"by": TESS, "now": NOW, "reason": WHY} | given), **until)  # type: ignore[arg-type]  # as given


def refused(
    url: str, error: type[HandrailError], how: Callable[..., Answered], **given: object
) -> str:
    before = contents(url)
    with pytest.raises(error) as caught:
        do(url, how, **given)
    assert type(caught.value) is error
    assert contents(url) == before, "a refused answer changed something"
    return caught.value.text()


def shown(url: str, **wanted: object) -> list[dict[str, object]]:
    with reading(url) as conn:
        return list(alerts_view(conn, wanted=Wanted(**wanted), today=TODAY).alerts)  # type: ignore[arg-type]  # as given


def test_an_answer_is_kept_with_who_and_why_and_in_the_cases_chain(late: str) -> None:
    assert do(late, acknowledge, ids=[2]) == Answered(alerts=(2,), cases=("DFG-1",))
    assert trail(late, "DFG-1")[-1] == "alert acknowledged: complete the works (late)"
    (alert,) = shown(late)
    assert (alert["alert"], alert["acknowledged_by"]) == (2, TESS)
    assert alert["answers"] == [f"Acknowledged by Tess Tyler on 22 June 2026: {WHY}."]
    with reading(late) as conn:
        view = alert_view(conn, number=2, today=TODAY)
        assert list(broken_links(conn)) == []
    assert view["history"] == [
        "Raised on 22 June 2026.",
        f"Acknowledged by Tess Tyler on 22 June 2026: {WHY}.",
    ]


def test_all_alerts_of_a_case_are_answered_together(late: str) -> None:
    assert do(late, acknowledge, case="DFG-1").alerts == (1, 2)
    assert all(row["acknowledged_by"] == TESS for row in rows(late, Alert))


def test_an_alert_that_is_put_off_is_out_of_the_list_until_its_day(late: str) -> None:
    until = TODAY + 3 * DAY
    do(late, snooze, ids=[2], until=until)
    with reading(late) as conn:
        found = alerts_view(conn, wanted=Wanted(), today=TODAY)
        back = alerts_view(conn, wanted=Wanted(), today=until)
    assert (found.alerts, found.snoozed) == ((), 1)
    assert [alert["alert"] for alert in back.alerts] == [2]
    assert {alert["alert"] for alert in shown(late, everything=True)} == {1, 2}
    do(late, unsnooze, ids=[2])
    assert [alert["alert"] for alert in shown(late)] == [2]
    assert "It is not snoozed" in refused(late, InvalidDecisionError, unsnooze, ids=[2])


def test_a_higher_rung_is_raised_all_the_same_and_shows_what_was_said(late: str) -> None:
    do(late, snooze, ids=[2], until=TODAY + 8 * DAY)
    sweep(late, NOW + 4 * DAY)
    with reading(late) as conn:
        (alert,) = alerts_view(conn, wanted=Wanted(), today=TODAY + 4 * DAY).alerts
    assert alert["level"] == "escalated"
    assert alert["answers"] == [f"Snoozed until 30 June 2026 by Tess Tyler: {WHY}."]


def test_it_is_put_off_twice_at_most_and_not_for_long(late: str) -> None:
    for _ in range(2):
        do(late, snooze, ids=[2], until=TODAY + DAY)
    said = refused(late, InvalidDecisionError, snooze, ids=[1, 2], until=TODAY + 30 * DAY)
    assert "Alert 1: An alert may be snoozed for 10 working days at most, until 6 July" in said
    assert "Alert 2: An alert may be snoozed twice, and this one has been." in said
    assert do(late, snooze, ids=[1], until=date(2026, 7, 6)).alerts == (1,)


def test_a_limit_of_the_act_is_put_off_once_and_five_days(late: str) -> None:
    (decide,) = [
        add_clock(
            late,
            due_on=TODAY + 9 * DAY,
            warn_on=TODAY,
            kind="statutory",
            name="decide",
            step="",
            holder="council",
        )
    ]
    sweep(late, NOW)
    (number,) = [row["id"] for row in rows(late, Alert) if row["clock_id"] == decide]
    said = refused(late, InvalidDecisionError, snooze, ids=[number], until=TODAY + 8 * DAY)
    assert "limit of the Act may be snoozed for 5 working days at most, until 29 June" in said
    do(late, snooze, ids=[number], until=TODAY + 7 * DAY)
    assert "once" in refused(late, InvalidDecisionError, snooze, ids=[number], until=TODAY + DAY)


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (WENDY, "Wendy Wick does not serve authority RBC."),
        (AUDREY, "Audrey Audit is an auditor and may not answer alerts."),
        (AVON, "Avon Access Ltd is a contractor and may not answer alerts."),
    ],
)
def test_only_officers_who_serve_the_authority_may_answer(late: str, by: str, words: str) -> None:
    assert words in refused(late, NotPermittedError, acknowledge, ids=[1, 2], by=by)


def test_everything_wrong_is_said_at_once(late: str) -> None:
    said = refused(late, NotPermittedError, snooze, ids=[2], until=TODAY, reason=" ", by=WENDY)
    assert "A reason is needed. Wendy Wick does not serve authority RBC." in said
    assert "Alert 2: 22 June 2026 is not after today." in said
    assert "A reason is needed." in refused(
        late, MissingReasonError, acknowledge, ids=[2], reason=""
    )
    assert "control characters (U+0000, U+DC80)" in refused(
        late, InvalidDecisionError, acknowledge, ids=[2], reason="as a\x00b\udc80 is"
    )
    assert "2000 characters" in refused(
        late, InvalidDecisionError, acknowledge, ids=[2], reason="so it is " * 250
    )


def test_what_does_not_stand_is_named(late: str) -> None:
    assert "No alert 7, 9 stands." in refused(late, UnknownReferenceError, acknowledge, ids=[9, 7])
    assert "DFG-77" in refused(late, UnknownReferenceError, acknowledge, case="DFG-77")
    assert "No alert is named." in refused(late, InvalidDecisionError, acknowledge)
    assert "Nobody is known" in refused(late, UnknownReferenceError, acknowledge, by="x", ids=[1])
    (clock,) = {row["clock_id"] for row in rows(late, Alert)}
    change_clock(late, clock, stopped_on=TODAY, stopped_why="done", next_on=None)
    assert "No alert 2 stands." in refused(late, UnknownReferenceError, acknowledge, ids=[2])
    assert "No alert of case DFG-1" in refused(
        late, UnknownReferenceError, acknowledge, case="DFG-1"
    )
    assert shown(late) == [], "it is not shown before the next sweep has cleared it either"


def test_what_concerns_no_case_is_kept_in_the_services_chain(sqlite_service: str) -> None:
    url = sqlite_service
    on = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
    with writing(url) as conn:
        sweep_lapses(conn, now=on)
    (alert,) = [row for row in rows(url, Alert) if row["subject"] == "permission:1"]
    answered = do(url, acknowledge, ids=[alert["id"]], by=MIA, now=on)
    assert answered.cases == ()
    assert trail(url, "service")[-1] == "alert acknowledged: permission:1"
    with reading(url) as conn:
        assert list(broken_links(conn)) == []


def test_the_list_is_asked_for_less(late: str) -> None:
    add_clock(late, due_on=TODAY + 5 * DAY, warn_on=TODAY, holder="client")
    sweep(late, NOW)
    assert [alert["level"] for alert in shown(late)] == ["late", "warning"]
    assert [alert["level"] for alert in shown(late, level=Level.WARNING)] == ["warning"]
    assert shown(late, authority="WDC") == shown(late, case="DFG-2") == []
    assert len(shown(late, person=TESS)) == 2
    assert shown(late, person=MIA) == []
    assert shown(late, person=AVON) == [], "it has no order on this case"
    assert len(shown(late, everything=True)) == 3
    with pytest.raises(UnknownReferenceError, match="Nobody is known"):
        shown(late, person="nobody@rbc.example")
    with reading(late) as conn, pytest.raises(UnknownReferenceError, match="no alert 99"):
        alert_view(conn, number=99, today=TODAY)
