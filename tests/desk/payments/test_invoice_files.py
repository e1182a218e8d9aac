"""An invoice as a structured file: read on the desk, by a command, on the contractor's page."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import httpx2 as httpx

from models.tables.files import ReceivedDocument
from models.tables.record import Decision
from models.tables.works import Invoice
from tests.desk.links.contractor import Builder, path_of
from tests.desk.web.desk import Desk
from tests.einvoices import File, Line, cii, ubl, within_pdf
from tests.factories import case_at
from tests.journeys.commands import asked, handrail
from tests.looking import contents, rows
from tests.small_service import TESS, WENDY

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
LINES = (Line("180.00", "5", "1"), Line("190.50", "20", "2"))
SOUND = File("A-1", "2026-06-01", LINES, "370.50", "47.10", "417.60")


def carried(answer: httpx.Response) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(answer.text)}


def shown_by(url: str) -> str:
    (decided,) = [row for row in rows(url, Decision) if row["kind"] == "invoice"]
    return str(decided["facts"]["document"])


def sent(data: bytes, name: str = "a.xml") -> dict[str, Any]:
    return {"file": (name, data, "application/xml")}


def test_an_officer_sees_a_file_as_read_and_goes_on_with_the_form_filled(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "pay", route="call_off")
    desk, path = Desk(TESS), "/cases/DFG-1/invoice-file"
    token = {"csrf": carried(desk.get(path))["csrf"]}
    before = contents(sqlite_service)
    sent_bytes = within_pdf(cii(SOUND))
    read = desk.post(path, data=token, files=sent(sent_bytes, "a.pdf"))
    assert read.status_code == 200
    assert "Factur-X or ZUGFeRD in a PDF" in read.text
    assert "What does not agree" not in read.text
    assert "S, 20 %" in read.text
    form = desk.post("/cases/DFG-1/decide/invoice", data=carried(read) | {"do": "change"})
    assert 'value="A-1"' in form.text
    assert 'value="180.00"' in form.text
    held = contents(sqlite_service)
    assert (held["invoice"], held["case_step"]) == (before["invoice"], before["case_step"])
    (file,) = rows(sqlite_service, ReceivedDocument)
    assert (file["kind"], file["name"], file["mime"]) == ("invoice", "a.pdf", "application/pdf")
    typed = carried(read) | {"reason": "Received as a file", "do": "record"}
    assert desk.post("/cases/DFG-1/decide/invoice", data=typed).status_code == 303
    (kept,) = rows(sqlite_service, Invoice)
    assert (kept["number"], kept["source"], kept["status"]) == ("A-1", "file", "matched")
    assert shown_by(sqlite_service) == "doc:1"
    got = desk.get("/cases/DFG-1/received/1")
    assert (got.status_code, got.content) == (200, sent_bytes)


def test_what_does_not_agree_is_said_and_what_cannot_be_told_is_not_recorded(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "pay", route="call_off")
    desk, path = Desk(TESS), "/cases/DFG-1/invoice-file"
    token = {"csrf": carried(desk.get(path))["csrf"]}
    odd = SOUND._replace(lines=(Line("370.50", "20", "7"),), supplier="Mrs Ashby", order="WO-9")
    read = desk.post(path, data=token, files=sent(ubl(odd)))
    for words in (
        "It does not say which line of the order its line 1 (7) is for.",
        "It names the order WO-9; this is WO-2026-00001.",
        "It is from Mrs Ashby; the order is to",
        "It cannot be recorded from the file",
    ):
        assert words in read.text
    nothing = desk.post(path, data=token)
    assert (nothing.status_code, "Choose the file" in nothing.text) == (422, True)
    wrong = desk.post(path, data=token, files=sent(b"<x/>"))
    assert (wrong.status_code, "no invoice that we read" in wrong.text) == (422, True)
    assert Desk(WENDY).get(path).status_code == 404
    assert rows(sqlite_service, ReceivedDocument) == []


def test_a_contractor_sends_what_its_accounts_program_made(sqlite_service: str) -> None:
    case_at(sqlite_service, "pay", route="call_off")
    builder = Builder(path_of(sqlite_service))
    assert "accounts program" in builder.get().text
    where = f"{builder.path}/invoice-file"
    token = {"csrf": builder.hidden("/invoice-file")["csrf"]}
    wrong = builder.desk.post(where, data=token, files=sent(b"no"))
    assert (wrong.status_code, "The file is no XML." in wrong.text) == (422, True)
    read = builder.desk.post(where, data=token, files=sent(ubl(SOUND)))
    assert "Send it as it was read" in read.text
    assert builder.desk.post(f"{builder.path}/do/invoice", data=carried(read)).status_code == 303
    (kept,) = rows(sqlite_service, Invoice)
    assert (kept["status"], kept["source"], kept["recorded_by"]) == ("matched", "file", "AVON")
    (file,) = rows(sqlite_service, ReceivedDocument)
    assert (file["mime"], file["received_by"]) == ("application/xml", "AVON")
    assert shown_by(sqlite_service) == "doc:1"
    got = Desk(TESS).get("/cases/DFG-1/received/1")
    assert got.headers["content-disposition"].startswith("attachment;")
    builder.desk.post(where, data=token, files=sent(ubl(SOUND)))
    assert len(rows(sqlite_service, ReceivedDocument)) == 1


def test_a_command_shows_it_and_says_how_it_is_recorded(
    sqlite_service: str, tmp_path: Path
) -> None:
    case_at(sqlite_service, "pay", route="call_off")
    file = tmp_path / "a.xml"
    file.write_bytes(ubl(SOUND))
    said = handrail("case", "read-invoice", "DFG-1", str(file))
    command = " ".join(said.split())
    assert "handrail decide DFG-1 pay --invoice A-1 --dated 2026-06-01 --total 417.60" in command
    assert "--line 1=180.00 --line 2=190.50" in command
    assert asked("case", "read-invoice", "DFG-1", str(file))["kind"] == "invoice"
    assert rows(sqlite_service, ReceivedDocument) == []
    said = handrail("case", "read-invoice", "DFG-1", str(file), "--keep-by", TESS)
    assert "--document doc:1" in " ".join(said.split())
    assert [row["received_by"] for row in rows(sqlite_service, ReceivedDocument)] == [TESS]
    account = asked("case", "account", "DFG-1")
    assert (account["approved_pence"], account["to_pay_pence"]) == (417_60, 417_60)
    assert handrail("case", "account", "DFG-1", "--csv").startswith("order,item,what,first_pence")
    assert "= paid £0.00 + held £0.00 + still to pay £417.60" in handrail(
        "case", "account", "DFG-1"
    )
