"""`handrail outbox bounced` and `handrail letters`: what pages do, from a terminal."""

from __future__ import annotations

from pathlib import Path

from adapters.mail import message_id
from models.tables.record import Outbox
from tests.factories import case_at
from tests.journeys.commands import asked, handrail
from tests.looking import rows
from tests.returned import POSTFIX, report
from tests.small_service import ADAM, TESS


def test_mail_that_came_back_is_taken_in_listed_and_sent_again(
    sqlite_service: str, tmp_path: Path
) -> None:
    case_at(sqlite_service, "works")
    (row,) = [one for one in rows(sqlite_service, Outbox) if ":approval_to_client:" in one["key"]]
    file = tmp_path / "came-back.eml"
    file.write_bytes(report(POSTFIX, message=message_id(row["key"]), to="ashby@home.example"))
    assert "1 message did not arrive; 0 known before." in handrail("outbox", "bounced", str(file))
    assert asked("outbox", "bounced", str(file))["known"] == [row["key"]]
    assert [one["key"] for one in asked("outbox", "returned")] == [row["key"]]
    why = ("--by", TESS, "--reason", "she rang with a new address")
    assert ":again" in handrail("outbox", "again", row["key"], "--to", "new@home.example", *why)
    assert asked("outbox", "returned") == []


def test_letters_are_set_shown_and_tried(sqlite_service: str) -> None:
    handrail(
        *("letters", "set", "RBC", "--closing", "Come and see {authority_name}."),
        *("--by", ADAM, "--reason", "new opening hours"),
    )
    assert "every, closing: Come and see" in handrail("letters", "show", "RBC")
    assert "Come and see Rugby Borough Council." in handrail(
        "letters", "sample", "RBC", "approval_to_client"
    )
    assert asked("letters", "show", "RBC")[0]["reason"] == "new opening hours"
