"""The calendar and the targets on pages: read by everybody, changed by those who may."""

from __future__ import annotations

import re

import pytest

from models.tables.clocks import Target
from models.tables.record import Audit
from models.tables.reference import ClosedDay
from tests.desk.web.desk import Desk
from tests.factories import bring
from tests.looking import contents, rows
from tests.small_service import ADAM, AUDREY, FINN, MIA, OTTO, TERMS, TESS, WENDY

HOSTILE = "Flood <script>alert(1)</script> of the hall"
NINA = "nina@rbc.example"  # a manager of Rugby alone
STAGES = ("contact_to_recommendation", "recommendation_to_application")


@pytest.fixture
def service(sqlite_service: str) -> str:
    """The small service, with closures and a manager who serves one authority."""
    bring(sqlite_service, "officers",
          f"email | name | role | authorities\n{NINA} | Nina Near | manager | RBC")  # fmt: skip
    bring(sqlite_service, "closures", TERMS["closures"])
    return sqlite_service


def closed(url: str) -> set[tuple[str, str, str]]:
    held = rows(url, ClosedDay)
    return {(one["authority"], one["day"].isoformat(), one["title"]) for one in held}


def test_a_year_is_shown_with_its_closures_and_sums_are_reckoned(service: str) -> None:
    desk = Desk(TESS)
    shown = desk.get("/calendar?year=2026&authority=RBC").text
    assert "Thursday 31 December 2026" in shown
    assert "Christmas closure" in shown
    assert "Christmas closure" not in desk.get("/calendar?year=2026").text
    added = desk.get("/calendar?from=23/12/2026&days=3&authority=RBC").text
    assert "<strong>4 January 2027</strong>" in added
    assert "Christmas Eve" in added
    counted = desk.get("/calendar?from=23/12/2026&until=04/01/2027&authority=RBC").text
    assert "<strong>3 working days</strong>" in counted
    for wrong in ("from=soon&days=3", "from=23/12/2026&days=many", "from=01/01/2300&days=1",
                  "from=23/12/2026&days=" + "9" * 5000, "year=0000", "year=9999"):  # fmt: skip
        assert desk.get(f"/calendar?{wrong}").status_code == 200
    assert 'href="#from"' in desk.get("/calendar?from=soon&days=3").text


def test_a_day_is_closed_and_opened_again_by_those_who_may(service: str) -> None:
    desk = Desk(MIA)
    fields = {"day": "06/07/2026", "title": HOSTILE, "authority": "RBC"}
    done = desk.send("/calendar/close", **fields)
    assert done.status_code == 303
    assert ("RBC", "2026-07-06", HOSTILE) in closed(service)
    shown = desk.get(done.headers["location"]).text
    assert "The day is closed." in shown
    assert HOSTILE not in shown
    again = desk.send("/calendar/close", **fields)
    assert (again.status_code, "is closed already" in again.text) == (422, True)
    weekend = desk.send("/calendar/close", day="04/07/2026", title="Fair", authority="RBC")
    assert "closed anyway" in weekend.text
    assert 'value="Fair"' in weekend.text
    path = "/calendar/open?day=2026-07-06&authority=RBC"
    assert desk.get(path).status_code == 200
    held = {"day": "2026-07-06", "authority": "RBC"}
    assert "opened for a reason" in desk.send("/calendar/open", **held, reason="").text
    assert desk.send("/calendar/open", **held, reason="the hall is dry again").status_code == 303
    assert ("RBC", "2026-07-06", HOSTILE) not in closed(service)
    assert rows(service, Audit)[-1]["reason"] == "the hall is dry again"
    assert desk.get(path).status_code == 404


def test_a_bank_holiday_only_where_it_was_moved(service: str) -> None:
    desk = Desk(ADAM)
    assert "This bank holiday was moved" in desk.get("/calendar/open?day=2026-08-31").text
    held = {"day": "2026-08-31", "authority": "", "reason": "moved by proclamation"}
    refused = desk.send("/calendar/open", **held)
    assert (refused.status_code, "is a bank holiday" in refused.text) == (422, True)
    assert desk.send("/calendar/open", **held, moved="yes").status_code == 303


@pytest.mark.parametrize("who", [TESS, AUDREY, FINN, OTTO])
def test_others_only_read_it(service: str, who: str) -> None:
    desk = Desk(who)
    before = contents(service)
    shown = desk.get("/calendar?year=2026&authority=").text
    assert "Close a day" not in shown
    assert "Open again" not in shown
    sent = {"day": "06/07/2026", "title": "Fair", "authority": "", "reason": "as agreed"}
    assert desk.send("/calendar/close", **sent).status_code == 403
    assert desk.send("/calendar/open", **sent | {"day": "2026-12-24"}).status_code == 403
    assert desk.get("/calendar/open?day=2026-12-24&authority=").status_code == 403
    assert contents(service) == before


def test_a_manager_of_one_authority_closes_its_days_alone(service: str) -> None:
    desk = Desk(NINA)
    shown = desk.get("/calendar?year=2026&authority=RBC").text
    assert "For Rugby Borough Council." in shown
    for authority in ("", "WDC"):
        sent = {"day": "06/07/2026", "title": "Fair", "authority": authority}
        assert desk.send("/calendar/close", **sent).status_code == 403
    assert desk.send(
        "/calendar/close", day="06/07/2026", title="Fair", authority="RBC"
    ).status_code == 303  # fmt: skip


# ---- targets


def typed(desk: Desk, path: str, **changes: str) -> dict[str, str]:
    """Return the fields of a target's form as it is shown, with some of them changed."""
    shown = desk.get(path).text.partition('<form method="post"')[2]
    fields = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', shown))
    fields |= dict(re.findall(r'<select id="(\w+)".*?value="(\w*)" selected', shown, re.S))
    fields.pop("csrf", None)
    return fields | {"verified": "yes", "reason": "the policy of June"} | changes


def test_a_target_counts_from_a_day_on_and_is_held_against_the_rules(service: str) -> None:
    bring(service, "targets", TERMS["targets"])
    desk = Desk(MIA)
    assert "Not verified" in desk.get("/targets").text
    path = "/targets/start_works?authority=RBC&urgent=urgent"
    assert "Today 8." in desk.get(path).text
    for changes, words in (
        ({"days-start_works": "lots"}, 'href="#days-start_works"'),
        ({"days-start_works": "7", "valid_from": "01/04/2026"}, "clocks may rest on it"),
        ({"days-start_works": "7", "reason": ""}, 'href="#reason"'),
    ):
        refused = desk.send("/targets/start_works", **typed(desk, path, **changes))
        assert refused.status_code == 422
        assert words in refused.text
    fields = typed(desk, path, **{"days-start_works": "7", "source": "policy of June"})
    assert desk.send("/targets/start_works", **fields).status_code == 303
    new = [one for one in rows(service, Target) if one["days"] == 7]
    assert [(one["authority"], one["urgency"], one["verified"]) for one in new] == [
        ("RBC", "urgent", True)
    ]
    assert rows(service, Audit)[-1]["reason"] == "the policy of June"
    assert desk.send("/targets/start_works", **fields).status_code == 409  # over what was before


def test_the_stages_of_the_guidance_are_given_together_and_add_up(service: str) -> None:
    desk = Desk(MIA)
    path = f"/targets/{STAGES[0]}?urgent=urgent"
    fields = typed(desk, path)
    days = [name for name in fields if name.startswith("days-")]
    assert len(days) == 5
    given = dict(zip(days, ("10", "20", "30", "40", "99"), strict=True))
    refused = desk.send(f"/targets/{STAGES[0]}", **fields | given)
    assert refused.status_code == 422
    assert "99" in refused.text
    assert rows(service, Target) == []
    given[days[-1]] = "100"
    assert desk.send(f"/targets/{STAGES[0]}", **fields | given).status_code == 303
    assert sorted(one["days"] for one in rows(service, Target)) == [10, 20, 30, 40, 100]


def test_who_changes_no_target_or_not_this_authority_s(service: str) -> None:
    before = contents(service)
    desk = Desk(AUDREY)
    assert ">Change<span" not in desk.get("/targets").text
    assert desk.get("/targets/start_works").status_code == 403
    sent = typed(Desk(MIA), "/targets/start_works", **{"days-start_works": "7"})
    assert desk.send("/targets/start_works", **sent).status_code == 403
    for authority in ("", "RBC"):
        wendy = Desk(WENDY).send("/targets/start_works", **sent | {"authority": authority})
        assert wendy.status_code == 403
    for name in ("decide", "no-such"):
        assert Desk(MIA).get(f"/targets/{name}").status_code == 404
    assert {k: v for k, v in contents(service).items() if "session" not in k} == {
        k: v for k, v in before.items() if "session" not in k
    }
