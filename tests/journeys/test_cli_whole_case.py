"""One case from `case open` to paid, typed by its people, with a real `handrail up` in between."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.databases import fresh_database
from tests.factories import later
from tests.journeys.commands import FOUND, asked, handrail, in_a_process, refused
from tests.journeys.service import Service, living_in
from tests.small_service import ADA, ADAM, FINN, SERVICE, TESS

REF = "DFG-2026-0901"
PLAN = (
    *("--proportionate", "small sum", "--legal", "s.2(2)(b)"),
    *("--auditable", "placings are frozen", "--necessary", "the client cannot wait"),
)
WHY = ("--reason", "as agreed at the visit")


@pytest.fixture(scope="module")
def service(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Give a running service on PostgreSQL, set up from files by the commands.

    On SQLite services are lived in by the other journeys: killed, without mail, by every route.
    """
    folder = tmp_path_factory.mktemp("whole")
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(kind="postgresql", ground=ground, folder=folder))
        running = stack.enter_context(living_in(folder / "home", url=url))
        handrail("init", "--administrator", ADAM, "--name", "Adam Admin")
        for kind, text in SERVICE.items():
            file = folder / f"{kind}.csv"
            file.write_text(as_csv(text), encoding="utf-8")
            version = ("--schedule", "BASE", "--from", "2026-01-01") if kind == "schedule" else ()
            handrail("import", kind, str(file), *version, "--by", ADAM)
        running.start()
        yield running


def as_csv(text: str) -> str:
    """Return a table of the small service as a CSV file."""
    out = io.StringIO()
    rows = (line.split("|") for line in text.strip().splitlines())
    csv.writer(out).writerows([cell.strip() for cell in row] for row in rows)
    return out.getvalue()


def show() -> dict[str, Any]:
    """Return the case as `case show` does."""
    view: dict[str, Any] = asked("case", "show", REF)
    return view


def gate(service: Service, step: str) -> dict[str, Any]:
    """Wait until a step waits for a decision, and return the case."""

    def waits() -> bool:
        return any(one["step"] == step and one["status"] == "waiting" for one in show()["steps"])

    service.wait_for(waits)
    return show()


def decide(service: Service, step: str, by: str, *particulars: str) -> str:
    """Record a decision once its gate waits for it."""
    gate(service, step)
    return handrail("decide", REF, step, "--by", by, *WHY, *particulars)


def test_a_case_from_open_to_paid(service: Service) -> None:
    _open(service)
    decide(service, "specify", TESS, "--purpose", "f")
    priced = gate(service, "price")
    assert [line["net_pence"] for line in priced["lines"]] == [1_200_00, 484_00]
    decide(service, "price", TESS)
    assert gate(service, "tender")["route"] == "pre_priced"
    decide(service, "tender", TESS, "--direct", *PLAN)
    decide(service, "certificates", TESS, "--held", "tenant")
    decide(service, "certificates", TESS, "--held", "landlord")
    gate(service, "approve")
    for found in FOUND:
        handrail("decide", REF, *found, "--by", TESS, *WHY)
    decide(service, "approve", ADA, "--fees", "£100")
    offered = gate(service, "assign")["contractor"]
    decide(service, "assign", offered, "--accept")
    gate(service, "works")
    later(days=18)  # to 19 June; nothing is under way, so nobody is hurried by it
    plan = ("--reference", "CPP-1", "--dated", "2026-06-10")
    handrail("decide", REF, "hold-plan", "--by", offered, *WHY, *plan)
    decide(service, "works", offered, "--start", "2026-06-15")
    decide(service, "works", offered, "--complete", "19/06/2026", "--evidence", "photographs")
    decide(service, "sign-off", TESS, "--all-pass")
    decide(service, "sign-off", TESS, "--client-agrees", "--how", "visit")
    decide(service, "sign-off", TESS, "--certify")
    total = f"{gate(service, 'pay')['total_pence'] / 100:.2f}"
    decide(service, "pay", TESS, "--invoice", "B-1", "--total", total, "--as-ordered")
    decide(service, "pay", FINN, "--release")
    decide(service, "aftercare", TESS, "--score", "overall=5", "--score", "reliability=4")
    service.settle()
    _check_paid(service, contractor=offered)
    _check_advance()


def _open(service: Service) -> None:
    particulars = {
        "reference": REF,
        "authority": "RBC",
        "client-name": "Mrs Ashby",
        "address": "14 Hill Road, Rugby",
        "postcode": "cv22 5aa",
        "tenure": "rp_tenant",
        "landlord": "OAK",
        "work-type": "level_access_shower",
        "contact-on": "01/04/2026",
        "recommended-on": "2026-04-15",
        "applied-on": "2026-05-01",
        "email": "ashby@home.example",
        "by": TESS,
    }
    options = [word for name, value in particulars.items() for word in (f"--{name}", value)]
    said = in_a_process("case", "open", *options, "--vat-declaration")
    assert (said.status, said.err) == (0, ""), said.err
    assert f"handrail case line {REF} 1" in said.out
    for number, code, quantity in (("1", "TRAY", "1"), ("2", "TILE", "8")):
        handrail("case", "line", REF, number, "--code", code, "--quantity", quantity, "--by", TESS)
    gate(service, "specify")


def _check_paid(service: Service, *, contractor: str) -> None:
    case = show()
    assert case["status"] == "paid"
    assert (case["net_pence"], case["vat_pence"], case["total_pence"]) == (1_600_00, 0, 1_600_00)
    assert contractor == case["contractor"] == "AVON"  # nobody has had a turn, so by code
    assert case["order_number"] == "WO-2026-00001"
    kinds = sorted(document["kind"] for document in case["documents"])
    assert kinds == [
        *("approval", "award_record", *["certificate_form"] * 2, "completion", "work_order")
    ]
    for document in case["documents"]:
        data = Path(document["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == document["sha256"]
    assert {run["step"] for run in case["runs"]} >= {"advance", "price", "tender", "order", "pay"}
    assert asked("verify") == {"sound": True, "findings": []}
    letters = [message_from_bytes(file.read_bytes(), policy=default) for file in _mail(service)]
    subjects = [letter["Subject"] for letter in letters]
    assert len(subjects) == len(set(subjects))
    order = next(one for one in letters if one["Subject"].startswith("Work order WO-2026-00001"))
    assert order["To"] == "jobs@avon.example"
    assert [part.get_filename() for part in order.iter_attachments()] == ["WO-2026-00001 v1.pdf"]
    actions = [row["action"] for row in asked("case", "history", REF)]
    assert actions.index("approve: approve") < actions.index("order: WO-2026-00001 raised")
    said = refused("decide", REF, "exit", "--by", TESS, *WHY, "--outcome", "withdrawn")
    assert "is paid and in its defects period" in said


def _mail(service: Service) -> list[Path]:
    return sorted((service.home / "mail" / "new").iterdir())


def _check_advance() -> None:
    asked_for = asked("case", "advance", REF, "--wait", "30")
    assert asked_for["reference"] == REF
    assert asked_for["run"]["state"] == "InDefectsPeriod"
