"""Who records at the command line: the user of the machine, and in whose name they may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters import os_user
from adapters.settings import settings
from models.database import writing
from models.tables.record import Audit, Decision
from models.tables.reference import Officer
from rules.errors import InvalidSettingError
from tests.factories import case_at
from tests.journeys.commands import asked, handrail, refused, refused_as_json, typed
from tests.looking import contents, rows
from tests.small_service import ADAM, AVON, MIA, TESS, TOBY

USER = "sam"


@pytest.fixture(autouse=True)
def sam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sit at the machine as somebody."""
    monkeypatch.setattr("desk.once.os_user", lambda: USER)
    monkeypatch.setattr("desk.cli.os_user", lambda: USER)


@pytest.fixture
def seats(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Sam record as Tess and for one firm, and Pat as the manager."""
    monkeypatch.setenv("HANDRAIL_CLI_OFFICERS", f"sam={TESS.upper()},{AVON}; pat={MIA}")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_the_user_of_the_machine_is_beside_the_officer_on_record(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    handrail(
        "decide",
        "DFG-1",
        "specify",
        "--by",
        TESS,
        "--reason",
        "seen at the visit",
        "--purpose",
        "f",
    )
    decision = rows(sqlite_service, Decision)[-1]
    assert (decision["actor"], decision["os_user"]) == (TESS, USER)
    written = [one for one in rows(sqlite_service, Audit) if one["action"] == "specify: specify"]
    assert [(one["actor"], one["detail"]["os_user"]) for one in written] == [(TESS, USER)]
    assert asked("verify")["sound"]
    handrail("workdays", "close", "2026-12-29", "Training", "--by", MIA)
    assert rows(sqlite_service, Audit)[-1]["detail"]["os_user"] == USER
    with writing(sqlite_service) as conn:
        conn.execute(sa.update(Decision).values(os_user="pat"))
    assert typed("verify").status == 1


def test_what_no_command_records_names_no_user(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    assert {one["os_user"] for one in rows(sqlite_service, Decision)} == {""}
    assert not any("os_user" in one["detail"] for one in rows(sqlite_service, Audit))


def doors(folder: Path, by: str) -> list[tuple[str, ...]]:
    file = folder / "authorities.csv"
    file.write_text("authority,name\nX,Y\n", encoding="utf-8")
    return [
        ("decide", "DFG-1", "price", "--by", by, "--reason", "as agreed on site"),
        ("import", "authorities", str(file), "--by", by),
        ("workdays", "close", "2026-12-29", "Training", "--by", by),
        ("reprice", "apply", "--by", by, "--reason", "as agreed on site"),
        ("alerts", "ack", "1", "--by", by, "--reason", "as agreed on site"),
        ("case", "line", "DFG-1", "1", "--code", "RAIL", "--quantity", "2", "--by", by),
    ]


@pytest.mark.usefixtures("seats")
@pytest.mark.parametrize("by", [TOBY, MIA, ADAM, "BRIAR"])
def test_nobody_records_in_the_name_of_somebody_they_do_not_stand_for(
    sqlite_service: str, tmp_path: Path, by: str
) -> None:
    case_at(sqlite_service, "price")
    before = contents(sqlite_service)
    for words in doors(tmp_path, by):
        said = refused(*words)
        assert f"signed in to this machine as sam and may not record as “{by}”" in said, words
    assert "sam records as" in refused_as_json(*words)["why"]
    assert contents(sqlite_service) == before


@pytest.mark.usefixtures("seats")
def test_whoever_a_user_stands_for_records_as_ever(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    handrail("decide", "DFG-1", "price", "--by", TESS, "--reason", "as agreed on site")
    shown = asked("status")
    assert shown["user"] is not None
    assert "HANDRAIL_CLI_OFFICERS" in handrail("status")


@pytest.mark.usefixtures("seats")
def test_a_user_who_is_not_named_records_as_nobody(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.once.os_user", lambda: "stranger")
    said = refused("workdays", "close", "2026-12-29", "Training", "--by", MIA)
    assert "HANDRAIL_CLI_OFFICERS names nobody for you" in said


def test_a_setting_that_cannot_be_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("sam", "=a@b.example", "sam=", "sam=a@b.example,,c@d.example"):
        monkeypatch.setenv("HANDRAIL_CLI_OFFICERS", wrong)
        settings.cache_clear()
        with pytest.raises(InvalidSettingError, match="HANDRAIL_CLI_OFFICERS: It must be such as"):
            settings()
    monkeypatch.undo()
    settings.cache_clear()


def test_whoever_has_left_decides_nothing(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    with writing(sqlite_service) as conn:
        left = sa.update(Officer).where(Officer.email.in_((TESS, MIA)))
        conn.execute(left.values(last_day=sa.literal("2026-05-31")))
    for words in (
        ("decide", "DFG-1", "price", "--by", TESS, "--reason", "as agreed on site"),
        ("workdays", "load", "--from", "2036", "--to", "2036", "--by", MIA),
    ):
        assert "has left: their last day was 31 May 2026" in refused(*words)


@pytest.mark.parametrize(("signed_in", "name"), [("0", "root"), ("4294967295", None), ("", None)])
def test_whoever_signed_in_is_the_user_also_behind_sudo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signed_in: str, name: str | None
) -> None:
    file = tmp_path / "loginuid"
    file.write_text(signed_in)
    monkeypatch.setattr(os_user, "LOGIN", file)
    monkeypatch.setattr("adapters.os_user.os.getuid", lambda: 54_321)
    assert os_user.os_user() == (name or "uid 54321")


def test_mine_are_the_cases_of_whom_the_machine_says_i_am(
    sqlite_service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.cases.list_commands.os_user", lambda: USER)
    case_at(sqlite_service, "price")  # specified by Tess, and so hers

    def found(*asked_for: str) -> list[str]:
        return [row["reference"] for row in asked("case", "list", *asked_for)]

    assert "It is not known who you are." in refused("case", "list", "--mine")
    assert found("--mine", "--officer", TESS) == ["DFG-1"] == found("--officer", TESS)
    assert found("--officer", TOBY) == [] == found("--unassigned")
    monkeypatch.setenv("HANDRAIL_CLI_OFFICERS", f"sam={TESS}")
    settings.cache_clear()
    assert found("--mine") == ["DFG-1"]
    settings.cache_clear()
