"""`/personal-data` and its commands: a client's own data found and given out, and an officer's."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.desk.web.desk import Desk
from tests.factories import case_at
from tests.journeys.commands import handrail, refused
from tests.looking import trail
from tests.personal import with_file
from tests.small_service import AUDREY, MIA, OTTO, TESS

REASON = "she asked for it on 2 June"


def test_a_manager_finds_somebody_and_gets_one_file(sqlite_service: str) -> None:
    with_file(sqlite_service)
    case_at(sqlite_service, "price", reference="DFG-2", client_name="Mr Else", email="e@x.example")
    desk = Desk(MIA)
    assert desk.get("/personal-data").status_code == 200
    wrong = desk.send("/personal-data", name="Mrs Ashby")
    assert (wrong.status_code, "several people" in wrong.text) == (422, True)
    found = desk.send("/personal-data", name="Mrs Ashby", born="17/08/1941")
    assert 'value="DFG-1"' in found.text
    assert "DFG-2" not in found.text
    assert desk.send("/personal-data/client", case="DFG-1", reason="").status_code == 422
    both = desk.send("/personal-data/client", case=["DFG-1", "DFG-2"], reason=REASON)
    assert (both.status_code, "have different clients" in both.text) == (422, True)
    given = desk.send("/personal-data/client", case="DFG-1", reason=REASON, officers="roles")
    assert given.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(BytesIO(given.content)).namelist()
    assert {"index.html", "data.json", "DFG-1/received/1-drawing.pdf"} <= set(names)
    assert trail(sqlite_service, "DFG-1").count("personal data: given out") == 1
    officer = desk.send("/personal-data/officer", officer=OTTO, reason="he has left us")
    assert json.loads(officer.content)["officer"][0]["email"] == OTTO


@pytest.mark.parametrize("who", [TESS, AUDREY])
def test_nobody_else_is_given_anything(sqlite_service: str, who: str) -> None:
    with_file(sqlite_service)
    desk = Desk(who)
    answers = (
        desk.get("/personal-data"),
        desk.send("/personal-data", reference="DFG-1"),
        desk.send("/personal-data/client", case="DFG-1", reason=REASON),
        desk.send("/personal-data/officer", officer=OTTO, reason=REASON),
    )
    assert [one.status_code for one in answers] == [403] * 4


def test_the_commands_write_files_and_overwrite_none(sqlite_service: str, tmp_path: Path) -> None:
    with_file(sqlite_service)
    asked = ("people", "export", "--case", "dfg-1", "--by", MIA, "--reason", REASON, "--to")
    file = tmp_path / "out" / "hers.zip"
    assert "Read it through" in handrail(*asked, str(file))
    assert "index.html" in zipfile.ZipFile(file).namelist()
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert "is there already" in refused(*asked, str(file))
    own = tmp_path / "own.json"
    handrail("people", "held", OTTO, "--by", OTTO, "--reason", "my own request", "--to", str(own))
    assert json.loads(own.read_text())["officer"][0]["name"] == "Otto Therapy"
    assert "Nothing has been proposed." in handrail("retention", "list", "--by", MIA)
    assert "0 proposals made" in handrail("retention", "propose")
    held = ("retention", "hold", "DFG-1", "--ground", "claim", "--by", TESS, "--reason", REASON)
    shut = refused(*held)
    assert "may not record" in shut
