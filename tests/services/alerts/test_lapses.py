"""What lapses and what the machine is stuck on: raised while it is so, cleared when it is not."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from PIL import Image

from models.database import writing
from models.tables.cases import CaseStep
from models.tables.clocks import Alert
from models.tables.contractors import Contractor
from services.alerts.lapsing import sweep_lapses
from services.alerts.raising import Raised
from services.alerts.renewals import ask_for_renewals
from services.alerts.without_clock import sweep_trouble
from services.imports.hand_in import hand_in
from tests.factories import bring, case_at, live_at, new_case
from tests.looking import messages, rows
from tests.services.alerts.alerting import DAY
from tests.small_service import AVON, NOW


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), NOW.timetz())


def lapses(url: str, day: str) -> Raised:
    live_at(at(day))
    with writing(url) as conn:
        return sweep_lapses(conn, now=at(day))


def standing(url: str, sort: str = "permission") -> list[tuple[int, str]]:
    return [
        (row["rung"], row["words"])
        for row in rows(url, Alert)
        if not row["cleared_why"] and row["subject"].startswith(sort)
    ]


@pytest.mark.sqlite
def test_a_pre_permission_is_warned_of_twenty_working_days_before_and_the_day_after(
    url: str,
) -> None:
    assert lapses(url, "2026-11-30") == Raised(0, 0)  # it ends on 31 December 2026
    assert lapses(url, "2026-12-01") == Raised(1, 0)
    assert lapses(url, "2026-12-31") == Raised(0, 0)
    assert lapses(url, "2027-01-01") == Raised(1, 0)
    assert lapses(url, "2027-01-02") == Raised(0, 0)
    words = (
        "The pre-permission of Oak Homes for grab rails, level access shower: its last day is "
        "31 December 2026."
    )
    assert standing(url) == [(1, words), (2, words)]
    (first, _) = rows(url, Alert)
    assert (first["kind"], first["clock_id"]) == ("lapse", None)
    assert first["due_on"] == date(2026, 12, 31)


def test_one_that_is_renewed_is_cleared(sqlite_service: str) -> None:
    url = sqlite_service
    lapses(url, "2026-12-10")
    bring(
        url,
        "permissions",
        "provider|work_types|valid_from|valid_to\n"
        "OAK|level_access_shower;grab_rails;extension|2027-01-01|2027-12-31",
    )
    assert lapses(url, "2026-12-10") == Raised(0, 1)
    assert [row["cleared_why"] for row in rows(url, Alert)] == ["renewed, or needed no longer"]


def test_one_that_follows_only_in_part_or_after_a_gap_does_not_clear_it(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    bring(
        url,
        "permissions",
        "provider|work_types|valid_from|valid_to\n"
        "OAK|grab_rails|2027-01-01|2027-12-31\n"
        "OAK|level_access_shower;grab_rails|2027-01-11|2027-12-31",
    )
    assert lapses(url, "2026-12-10") == Raised(1, 0)
    assert lapses(url, "2027-01-04") == Raised(1, 0)
    assert lapses(url, "2027-01-11") == Raised(0, 2), "the gap is over"


def test_contractors_documents_and_lots_are_watched_unless_nobody_needs_them(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    lapses(url, "2027-12-10")  # everything ends on 31 December 2027
    papers, lots = standing(url, "document"), standing(url, "lot")
    assert len(papers) == 3 * 7
    assert (
        1,
        "Public liability of Avon Access Ltd (AVON): its last day is 31 December 2027.",
    ) in papers
    assert (1, "Lot BUILD (Extensions) for extension: its last day is 31 December 2027.") in lots
    with writing(url) as conn:
        conn.execute(sa.update(Contractor).where(Contractor.code == AVON).values(suspended=True))
    assert lapses(url, "2027-12-10") == Raised(0, 7)
    renewal = "contractor | document | valid_from | valid_to\n"
    bring(url, "contractor_documents", f"{renewal}BRIAR | trustmark | 2027-06-01 | 2029-12-31")
    assert lapses(url, "2027-12-13") == Raised(0, 1)


def test_what_lapsed_long_ago_is_history(sqlite_service: str) -> None:
    assert lapses(sqlite_service, "2027-02-01") == Raised(0, 0)


# ---- the machine


def trouble(url: str, now: datetime) -> Raised:
    with writing(url) as conn:
        return sweep_trouble(conn, now=now)


def test_work_that_cannot_finish_for_an_hour_is_raised_and_cleared(url: str) -> None:
    new_case(url)
    case_at(url, "specify", reference="DFG-2")
    with writing(url) as conn:
        conn.execute(
            sa.update(CaseStep)
            .where(CaseStep.step == "specify")
            .values(status="ready", trouble="Mrs Ashby's price is missing.")
        )
    number = len(rows(url, CaseStep))
    hour = timedelta(hours=1)
    assert trouble(url, NOW + hour - timedelta(seconds=1)) == Raised(0, 0)
    assert trouble(url, NOW + hour) == Raised(number, 0)
    assert trouble(url, NOW + 2 * hour) == Raised(0, 0)
    alert = rows(url, Alert)[-1]
    assert (alert["kind"], alert["subject"], alert["authority"]) == (
        "machine",
        "trouble:DFG-2:specify",
        "RBC",
    )
    assert alert["words"] == (
        "The automatic work “Specify the works” cannot finish; the case says why."
    )
    with writing(url) as conn:
        conn.execute(sa.update(CaseStep).values(trouble=""))
    assert trouble(url, NOW + DAY) == Raised(0, number)
    assert {row["cleared_why"] for row in rows(url, Alert)} == {"the work went on"}


def test_lapses_and_trouble_leave_each_other_alone(sqlite_service: str) -> None:
    url = sqlite_service
    lapses(url, "2026-12-10")
    assert trouble(url, at("2026-12-10")) == Raised(0, 0)
    assert len(standing(url)) == 1
    assert datetime(2026, 12, 10, tzinfo=UTC) < at("2026-12-10")


def asked(url: str, day: str) -> list[tuple[str, list[str], str]]:
    """Return what contractors were asked for by the end of a day: to whom, what, until when."""
    live_at(at(day))
    with writing(url) as conn:
        ask_for_renewals(conn, now=at(day))
    return [
        (one["to"], one["context"]["documents"], one["context"]["last_day"])
        for one in messages(url, "renewal_to_contractor")
    ]


def test_a_contractor_is_asked_for_the_next_document_at_two_distances_once_each(url: str) -> None:
    header = "contractor|document|valid_from|valid_to\n"
    ends = f"{header}{AVON}|ssip|2026-01-01|2026-09-30\n{AVON}|trustmark|2026-01-01|2026-09-30"
    bring(url, "contractor_documents", ends)
    assert asked(url, "2026-08-30") == []
    once = [("jobs@avon.example", ["SSIP membership", "TrustMark registration"], "2026-09-30")]
    assert asked(url, "2026-08-31") == once
    assert asked(url, "2026-09-22") == once
    cells = {"document": "ssip", "reference": "", "cover": ""}
    days = {"valid_from": "2026-10-01", "valid_to": "2027-09-30"}
    held = io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "PNG")
    hand_in(contractor=AVON, cells=cells | days, data=held.getvalue(), name="a", by=AVON)
    left = ("jobs@avon.example", ["TrustMark registration"], "2026-09-30")
    assert asked(url, "2026-09-23") == [*once, left]  # the other waits to be checked
    assert asked(url, "2026-09-30") == [*once, left]
    assert asked(url, "2026-10-01") == [*once, left]  # too late to ask before


def test_a_first_look_within_the_shorter_distance_asks_once(sqlite_service: str) -> None:
    header = "contractor|document|valid_from|valid_to\n"
    ends = f"{header}{AVON}|ssip|2026-01-01|2026-09-30"
    bring(sqlite_service, "contractor_documents", ends)
    assert len(asked(sqlite_service, "2026-09-28")) == 1
    suspended = sa.update(Contractor).where(Contractor.code == AVON).values(suspended=True)
    bring(sqlite_service, "contractor_documents", ends.replace("09-30", "12-31"))
    with writing(sqlite_service) as conn:
        conn.execute(suspended)
    assert len(asked(sqlite_service, "2026-12-28")) == 1  # nobody asks who is suspended
