"""The commands' contract: what machines read, what people are told, and that a refusal is one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from adapters.settings import settings
from models.case_queries import case_row, works_lines
from models.database import reading
from tests.factories import case_at, go
from tests.journeys.commands import asked, handrail, refused, typed
from tests.services.imports.importing import contents
from tests.small_service import ADA, AUDREY, AVON, FINN, MIA, TESS, WENDY

CASE_KEYS = {
    *("reference", "authority", "status", "steps", "route", "contractor", "order_number"),
    *("net_pence", "vat_pence", "total_pence", "lines", "documents", "runs"),
}
STEP_KEYS = {"step", "status", "owner", "waiting_for", "opened_at", "due_on"}
LINE_KEYS = {
    *("line", "code", "description", "quantity", "unit", "rate"),
    *("net_pence", "vat_rate", "vat_pence"),
}


def test_a_case_shown_to_machines_keeps_its_fields(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "works")
    shown = asked("case", "show", reference)
    assert shown.keys() >= CASE_KEYS
    assert [step["step"] for step in shown["steps"]][:3] == ["specify", "price", "tender"]
    assert all(step.keys() >= STEP_KEYS for step in shown["steps"])
    assert all(line.keys() >= LINE_KEYS for line in shown["lines"])
    assert shown["total_pence"] == shown["net_pence"] + shown["vat_pence"]
    assert shown["net_pence"] == sum(line["net_pence"] for line in shown["lines"])
    assert shown["steps"][0]["opened_at"].endswith("Z")
    kinds = {document["kind"] for document in shown["documents"]}
    assert kinds == {"certificate_form", "award_record", "approval", "work_order"}
    assert all(Path(document["path"]).is_file() for document in shown["documents"])
    assert shown["order_number"].startswith("WO-2026-")


def test_a_case_an_officer_and_a_contractor_are_found_however_they_are_typed(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "works", reference="MV/26/004")
    assert asked("case", "show", " mv/26/004")["reference"] == reference
    assert asked("case", "history", "mv/26/004")
    assert asked("sla", "case", "mv/26/004")["case"] == reference
    start = ("works", "--start", "2026-06-01", "--by", "avon", "--reason", "We began today.")
    assert asked("decide", "mv/26/004", *start)["reference"] == reference
    wrong = ("correct-start", "--start", "2026-06-01", "--by", "Tess@RBC.example")
    error = refused("decide", "Mv/26/004", *wrong, "--reason", "A slip of the pen.")
    assert "The start of WO-2026-00001 says that already." in error


def test_authorities_lots_and_schedules_are_found_however_they_are_typed(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "tender")
    assert [row["reference"] for row in asked("case", "list", "--authority", "rbc")] == [reference]
    assert asked("schedule", "find", "tray", "--schedule", "base")
    assert asked("schedule", "show", "tray")["code"] == "TRAY"
    options = (("--authority", "rbc"), ("--lot", "showers"), ("--schedule", "base"))
    for option in (*options, ("--case", reference.lower())):
        (found,) = asked("reprice", "preview", *option)["cases"]
        assert found["case"] == reference, option
    assert "There is no authority XYZ." in refused("case", "list", "--authority", "XYZ")


def test_an_invoice_typed_wrongly_is_corrected_by_command(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "pay")
    typed_wrongly = ("--invoice", "A-1", "--total", "1600", "--item", "A=1500")
    why = ("--by", TESS, "--reason", "Received by e-mail.")
    asked("decide", reference, "pay", *typed_wrongly, *why)
    go(reference)
    asked("decide", reference, "correct-invoice", "--as-ordered", *why)
    go(reference)
    shown = asked("case", "history", reference)
    said = next(row for row in shown if row["action"] == "pay: correct-invoice")["detail"]["facts"]
    assert (said["before"]["lines"], said["after"]["lines"]) == ({"A": 150000}, {"A": 160000})
    assert asked("decide", reference, "pay", "--withdraw-invoice", *why)["step"] == "pay"


def test_a_certificate_of_the_wrong_person_is_withdrawn_by_command(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "certificates", tenure="private_tenant")
    why = ("--by", TESS, "--reason", "It came in the post.")
    asked("decide", reference, "certificates", "--held", "landlord", *why)
    both = ("--held", "tenant", "--withdraw", "landlord")
    assert "one decision at a time" in refused("decide", reference, "certificates", *both, *why)
    asked("decide", reference, "certificates", "--withdraw", "landlord", *why)
    go(reference)
    last = [row for row in asked("case", "history", reference) if row["actor"] == TESS][-1]
    assert last["action"] == "certificates: withdraw-certificate"
    assert last["said"] == (
        "The landlord's certificate, recorded as held, is withdrawn and asked for again."
    )


def test_a_case_nobody_priced_shows_no_figure_rather_than_nought(sqlite_service: str) -> None:
    shown = asked("case", "show", case_at(sqlite_service, "specify"))
    assert (shown["net_pence"], shown["total_pence"]) == (None, None)
    assert shown["lines"] == []


def test_a_bespoke_line_nobody_quoted_for_has_no_figure(sqlite_service: str) -> None:
    shown = asked("case", "show", case_at(sqlite_service, "tender", route="quotes"))
    bespoke = [line for line in shown["lines"] if line["code"] is None]
    assert bespoke
    assert {line["net_pence"] for line in bespoke} == {None}
    assert shown["total_pence"] is None


def test_the_list_can_be_narrowed_to_a_step_and_a_status(sqlite_service: str) -> None:
    at_price = case_at(sqlite_service, "price", reference="A-1")
    case_at(sqlite_service, "specify", reference="A-2")
    assert [row["reference"] for row in asked("case", "list", "--step", "price")] == [at_price]
    assert asked("case", "list", "--status", "paid") == []
    assert len(asked("case", "list", "--authority", "RBC")) == 2


def test_the_history_says_who_and_why_in_order(sqlite_service: str) -> None:
    rows = asked("case", "history", case_at(sqlite_service, "price"))
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    decided = next(row for row in rows if row["action"] == "specify: specify")
    assert (decided["actor"], decided["reason"]) == (TESS, "as agreed at the visit")


REFUSALS = {
    "unknown reference": (
        ("decide", "DFG-404", "specify", "--by", TESS, "--reason", "as agreed"),
        "There is no case DFG-404.",
    ),
    "unknown person": (
        ("decide", "DFG-1", "price", "--by", "nobody@x.example", "--reason", "as agreed"),
        "Nobody is known as “nobody@x.example”.",
    ),
    "step not open": (
        (
            "decide",
            "DFG-1",
            "works",
            "--start",
            "2026-06-01",
            "--by",
            TESS,
            "--reason",
            "as agreed",
        ),
        "is not open yet",
    ),
    "wrong role": (
        ("decide", "DFG-1", "price", "--by", AUDREY, "--reason", "as agreed"),
        "is an auditor and may not record “confirm-price”",
    ),
    "wrong authority": (
        ("decide", "DFG-1", "price", "--by", WENDY, "--reason", "as agreed"),
        "does not serve authority RBC",
    ),
    "a contractor at the desk": (
        ("decide", "DFG-1", "price", "--by", AVON, "--reason", "as agreed"),
        "is a contractor and may not record",
    ),
    "missing reason": (
        ("decide", "DFG-1", "price", "--by", TESS, "--reason", "  "),
        "needs a reason",
    ),
    "a decision repeated": (
        ("decide", "DFG-1", "specify", "--by", TESS, "--reason", "as agreed"),
        "is already decided",
    ),
    "a line there is not": (
        ("decide", "DFG-1", "price", "--quantity", "99=1", "--by", TESS, "--reason", "as agreed"),
        "There is no works line 99",
    ),
    "a quantity below zero": (
        ("decide", "DFG-1", "price", "--quantity", "1=-2", "--by", TESS, "--reason", "as agreed"),
        "a quantity is above zero",
    ),
    "a certificate the Act does not know": (
        ("decide", "DFG-1", "certificates", "--held", "gas", "--by", TESS, "--reason", "as agreed"),
        "is not a certificate",
    ),
    "nothing decided": (
        ("decide", "DFG-1", "certificates", "--by", TESS, "--reason", "as agreed"),
        "Say what is decided.",
    ),
    "a certificate held and another waived": (
        (
            *("decide", "DFG-1", "certificates", "--held", "owner", "--waived", "landlord"),
            *(
                "--by",
                TESS,
                "--reason",
                "as agreed",
                "--proportionate",
                "small sum",
                "--legal",
                "s.22(3)",
            ),
            *("--auditable", "on file", "--necessary", "needed now"),
        ),
        "Give one decision at a time. Use one of: --held, --waived.",
    ),
    "an approval before its time": (
        ("decide", "DFG-1", "approve", "--by", ADA, "--reason", "as agreed"),
        "It opens once",
    ),
    "money before sign-off": (
        ("decide", "DFG-1", "pay", "--release", "--by", FINN, "--reason", "as agreed"),
        "No work order is out on DFG-1",
    ),
    "an unknown kind of file": (
        ("import", "invoices", "x.csv", "--by", MIA),
        "is no kind of import file",
    ),
    "a file that is not there": (("import", "cases", "nowhere.csv", "--by", MIA), "nowhere.csv"),
    "a schedule without its version": (
        ("import", "schedule", "x.csv", "--by", MIA),
        "it needs its name and its first day",
    ),
    "a key nobody has": (("outbox", "retry", "no-such-key"), "No row with the key"),
    "a year without data": (("workdays", "add", "2099-01-01", "5"), "2099"),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_cannot_be_done_is_said_and_changes_nothing(
    sqlite_service: str, words: tuple[str, ...], sentence: str
) -> None:
    case_at(sqlite_service, "price")
    before = contents(sqlite_service)
    assert sentence in refused(*words)
    assert contents(sqlite_service) == before


NO_DATE = "“8/12/26” is no date; write 2026-04-30 or 30/04/2026."
MISTYPED = {
    ("decide DFG-1 certificates", "--held owner --held tenant"): (
        "--held is given more than once: “owner” and “tenant”. Give one."
    ),
    ("decide DFG-1 assign", "--accept --decline"): (
        "--accept and --decline contradict each other. Give one."
    ),
    ("decide DFG-1 assign", ""): "--accept or --decline is missing: The answer, one of the two.",
    ("decide DFG-1 price", "--out-of-hours x"): (
        "Invalid value for '--out-of-hours': “x” is no whole number; write it as 95."
    ),
    ("decide DFG-1 aftercare", "--score overall=x"): (
        "Invalid value for '--score': “x” is not on the survey's scale: an answer is a whole "
        "number from 1 (poor) to 5 (excellent). Write the entry as overall=5."
    ),
    ("decide DFG-1 exit", "--outcome lost"): (
        "Invalid value for '--outcome': “lost” is none of withdrawn, died, moved, refused, "
        "alternative_found."
    ),
    ("decide DFG-1 end-pause", "--on 8/12/26"): f"Invalid value for '--on': {NO_DATE}",
    ("alerts snooze 1", "--until 8/12/26"): f"Invalid value for '--until': {NO_DATE}",
    ("batch propose L", "--least-share some"): (
        "Invalid value for '--least-share': “some” is no percentage; write it as 60."
    ),
}


@pytest.mark.parametrize(("command", "options"), MISTYPED)
def test_what_is_mistyped_is_said_with_the_option(command: str, options: str) -> None:
    by = ("--by", TESS) if command.startswith("batch") else ("--by", TESS, "--reason", "as agreed")
    assert MISTYPED[command, options] in refused(*command.split(), *options.split(), *by)


def test_an_import_refuses_the_dates_that_a_command_refuses(
    sqlite_service: str, tmp_path: Path
) -> None:
    file = tmp_path / "closures.csv"
    for text, said in {"8/12/26": "it is not a date in a known form", "8/12/2026": ""}.items():
        file.write_text(f"authority,day,title\nRBC,{text},Training\n", encoding="utf-8")
        if said:
            assert said in refused("import", "closures", str(file), "--by", MIA)
        else:
            handrail("import", "closures", str(file), "--by", MIA)
    assert "2026-12-08" in str(asked("workdays", "show", "2026", "--authority", "RBC"))


def test_a_direction_without_its_plan_names_every_letter_missing(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "tender")
    words = ("decide", reference, "tender", "--direct", "--by", TESS, "--reason", "as agreed")
    said = refused(*words, "--legal", "the Act lets us")
    assert all(letter in said for letter in ("proportionate", "auditable", "necessary"))
    assert "“legal”" not in said


def test_a_new_case_is_opened_once_and_its_lines_are_typed_one_by_one(sqlite_service: str) -> None:
    opening = (
        *("case", "open", "--reference", "NEW-1", "--authority", "RBC", "--by", TESS),
        *("--client-name", "Mr New", "--address", "1 New Road", "--postcode", "cv22 5aa"),
        *("--tenure", "owner", "--work-type", "level_access_shower"),
        *("--contact-on", "01/05/2026", "--purpose", "f", "--contribution", "£1,250.50"),
    )
    handrail(*opening)
    assert "There is a case NEW-1 already." in refused(*opening)
    for number, (code, quantity) in enumerate((("TRAY", "1"), ("TILE", "12.5")), start=1):
        line = ("case", "line", "NEW-1", str(number), "--code", code, "--quantity", quantity)
        handrail(*line, "--by", TESS)
    with reading(sqlite_service) as conn:
        case = case_row(conn, reference="NEW-1")
        lines = works_lines(conn, case_id=case.id)
    assert (case.postcode, case.contribution_pence) == ("CV22 5AA", 1_250_50)
    assert [(row.line, row.code, str(row.quantity)) for row in lines] == [
        (1, "TRAY", "1"),
        (2, "TILE", "12.5"),
    ]


def test_a_new_case_with_faults_is_told_all_of_them_at_once(sqlite_service: str) -> None:
    said = typed(
        *("case", "open", "--reference", "NEW-1", "--authority", "NOWHERE", "--by", TESS),
        *("--client-name", "Mr New", "--address", "1 New Road", "--postcode", "not one"),
        *("--tenure", "owner", "--work-type", "x", "--contact-on", "2026-05-01"),
        *("--purpose", "z", "--json"),
    )
    assert said.status == 2
    assert "postcode" in said.err
    assert "purpose" in said.err


def test_verify_passes_a_sound_service_and_lists_what_is_broken(sqlite_service: str) -> None:
    case_at(sqlite_service, "price")
    assert asked("verify") == {"sound": True, "findings": []}
    file = settings().resolved_home / "handrail.db"
    database = Path(sqlite_service.removeprefix("sqlite:///"))
    with sqlite3.connect(database if database.exists() else file) as raw:
        raw.execute("DROP TRIGGER audit_refuses_update")
        raw.execute("UPDATE audit SET reason = 'something else' WHERE sequence = 1")
    raw.close()
    said = typed("verify")
    assert said.status == 1
    assert "content was changed" in " ".join(said.err.split())


def test_a_folder_without_a_database_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path / "nothing"))
    settings.cache_clear()
    said = refused("case", "list")
    settings.cache_clear()
    assert "`handrail init`" in said
