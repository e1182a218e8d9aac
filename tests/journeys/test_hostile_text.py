"""Text that means harm, in every field that takes text: it is text wherever it comes out again."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import openpyxl
import pytest

from adapters import clock
from rules.cases import ConsentAnswer
from rules.decisions import BaseDecision
from rules.imports import KINDS
from rules.imports.kinds import spec
from rules.pathway import StepName, StepStatus
from services.completion.inspecting import InspectLines
from services.consents.authority import RecordAuthority
from services.consents.decide import AnswerConsent
from services.grants.approve import Approve
from services.orders.works import CompleteWorks
from tests.factories import act, usual_decision
from tests.journeys.commands import asked, handrail, refused_as_json
from tests.looking import contents, status_of
from tests.small_service import ADAM, SERVICE, TERMS

HOSTILE: Final = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> &lt; {{ 7*7 }} {% raw %} "
    '=HYPERLINK("x") [bold]loud[/bold] %s {0} שָׁלוֹם 👩🏽‍🦽 \u202etxet\u202c'
)
SEEN: Final = HOSTILE.replace("\u202e", "").replace(
    "\u202c", ""
)  # nothing is moved about where people read
ENDLESS: Final = dict.fromkeys(("address", "description", "conditions"), f" {'long' * 150}")
"""A word of 600 letters, for the columns that take more than a line."""

TEXT: Final = {
    "authorities": ("name", "address"),
    "officers": ("name",),
    "schedule": ("short_description", "long_description"),
    "packages": ("title",),
    "contractors": ("name",),
    "contractor_documents": ("reference",),
    "lots": ("title",),
    "providers": ("name", "address"),
    "permissions": ("conditions",),
    "cases": ("client_name", "address", "landlord"),
    "works": ("description", "location"),
    "waiver_rules": ("title",),
    "lot_terms": ("core_terms",),
    "simple_works": ("title",),
    "partnership_budget": ("line",),
    "partnership_terms": ("because",),
    "printed_tables": ("title", "row_title", "column_title"),
    "closures": ("title",),
    "successions": ("instrument", "reason"),
    "arrangements": ("team", "pool", "instrument", "reason"),
    "targets": ("source",),
}
"""Every column that takes any text, by kind; codes and words take less."""

CASE: Final = {
    "authority": "RBC",
    "postcode": "CV22 5AA",
    "email": "ashby@home.example",
    "purpose": "f",
    "urgent": "no",
    "complexity": "simple",
    "contact_on": "2026-04-01",
    "recommended_on": "2026-04-15",
    "applied_on": "2026-05-01",
}
CASES: Final = [
    CASE | {"reference": "A-1", "tenure": "rp_tenant", "work_type": "extension", "landlord": "OAK"},
    CASE | {"reference": "A-2", "tenure": "private_tenant", "work_type": "grab_rails"},
]
WORKS: Final = [
    {
        "case": "A-1",
        "line": "1",
        "quantity": "1",
        "unit": "item",
        "no_certificates_because": "nothing in it is certified",
    },
    {"case": "A-2", "line": "1", "quantity": "4", "code": "RAIL"},
]


# ---- files that are full of it


def table(kind: str) -> list[dict[str, str]]:
    """Return the rows of the small service's file, or of the two cases and their works."""
    if kind in ("cases", "works"):
        return [dict(row) for row in (CASES if kind == "cases" else WORKS)]
    header, *lines = (
        [cell.strip() for cell in line.split("|")]
        for line in {**SERVICE, **TERMS}[kind].strip().splitlines()
    )
    return [dict(zip(header, line, strict=True)) for line in lines]


def hostile(kind: str) -> list[dict[str, str]]:
    """Return a table with every text made hostile, each led by the name of its column."""
    rows = table(kind)
    for number, row in enumerate(rows):
        own = {"landlord": row.get("tenure") != "rp_tenant", "description": "code" not in row}
        for column in TEXT.get(kind, ()):
            if own.get(column, True):  # else it is a provider's code, or the schedule describes it
                row[column] = f"{kind}.{column} {HOSTILE}{ENDLESS.get(column, '')}"
        if kind == "arrangements":
            row["team"] += f" {number}"  # no two of an authority are one
        if kind == "permissions":
            row |= {"work_types": "extension", "value_cap": "", "response_days": ""}
    return rows


def file_of(folder: Path, kind: str, rows: list[dict[str, str]]) -> Path:
    file = folder / f"{kind}.csv"
    header = list(dict.fromkeys(column for row in rows for column in row))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


def bring(folder: Path, kind: str, rows: list[dict[str, str]]) -> tuple[str, ...]:
    """Return the command that imports a table."""
    version = ("--schedule", "BASE", "--from", "2026-01-02") if kind == "schedule" else ()
    return ("import", kind, str(file_of(folder, kind, rows)), *version, "--by", ADAM)


# ---- what it may do on a page


@dataclass
class Page(HTMLParser):
    """What a browser would make of a document."""

    words: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check_whole(text: str, where: str) -> set[str]:
    """Assert that every hostile text is there whole, and return the columns that were seen."""
    bare = squeezed(text)
    seen = set()
    for kind, columns in TEXT.items():
        for column in columns:
            name = f"{kind}.{column}"
            for found in re.finditer(re.escape(name), bare):
                follows = bare[found.end() : found.end() + 400]
                whole = follows.startswith((squeezed(SEEN), squeezed(HOSTILE)))
                cut = "…" in follows[:70]  # a title says that it is cut
                assert whole or cut, f"{name} in {where}: {follows[:200]}"
                seen.add(name)
    return seen


def squeezed(text: str) -> str:
    """Return text without blanks, line breaks, and semicolons, at which conditions are parted."""
    return re.sub(r"[\s\u200b;]", "", text)


# ---- tests


@pytest.fixture
def lived(sqlite_service: str, tmp_path: Path) -> Path:
    """Give a service full of hostile text: one case paid, one refused, every paper written.

    As HTML: ``tests/adapters/test_pdf.py`` makes a hostile PDF of every paper.
    """
    for kind in KINDS:
        handrail(*bring(tmp_path, kind, hostile(kind)))
    _walk(sqlite_service, "A-1", StepName.AFTERCARE)
    _walk(sqlite_service, "A-2", StepName.APPROVE)
    act(sqlite_service, "A-2", Approve(approved=False), reason=f"reason {HOSTILE}")
    return tmp_path


def _walk(url: str, reference: str, goal: StepName) -> None:
    act(url, reference, RecordAuthority(clock.today()), reason=f"reason {HOSTILE}")
    special: dict[StepName, BaseDecision] = {
        StepName.CONSENT: AnswerConsent(ConsentAnswer.GRANTED, f"conditions {HOSTILE}"),
        StepName.SIGN_OFF: InspectLines(snags={1: f"snag {HOSTILE}"}),
    }
    while status_of(url, reference, goal) is not StepStatus.WAITING:
        for step in StepName:
            if step != goal and status_of(url, reference, step) is StepStatus.WAITING:
                usual = usual_decision(url, reference, step)
                if isinstance(usual, CompleteWorks):
                    usual = CompleteWorks(clock.today(), f"evidence {HOSTILE}")
                act(url, reference, special.pop(step, usual), reason=f"reason {HOSTILE}")


def test_it_is_text_on_the_desk_on_paper_and_in_the_post(
    lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "2000")
    paid, ended = asked("case", "show", "A-1"), asked("case", "show", "A-2")
    assert (paid["status"], ended["status"]) == ("paid", "refused")
    assert paid["client_name"] == f"cases.client_name {HOSTILE}"
    described = f"works.description {HOSTILE}{ENDLESS['description']}"
    assert paid["lines"][0]["description"] == f"{described} (1 item)"
    assert ended["ended"]["reason"] == f"reason {HOSTILE}"
    assert {row["reason"] for row in asked("case", "history", "A-1")} >= {f"reason {HOSTILE}"}
    for reference in ("A-1", "A-2"):
        assert "[bold]loud[/bold]" in handrail("case", "show", reference)
        assert f"reason {SEEN}" in handrail("case", "history", reference)
        assert f"Reason: reason {SEEN}" in handrail("case", "award", reference)
        assert f"contractors.name {SEEN}" in handrail("case", "price", reference)
    assert f"cases.client_name {HOSTILE}" in {row["client_name"] for row in asked("case", "list")}
    assert "[bold]loud[/bold]" in handrail("case", "list")
    assert asked("verify") == {"sound": True, "findings": []}
    seen = _check_papers([*paid["documents"], *ended["documents"]]) | _check_letters(lived)
    assert seen >= {
        *("authorities.name", "authorities.address", "officers.name"),
        *("contractors.name", "providers.name", "lots.title", "permissions.conditions"),
        *("cases.client_name", "cases.address", "cases.landlord"),
        *("works.description", "works.location", "schedule.short_description"),
    }


def _check_papers(papers: list[dict[str, Any]]) -> set[str]:
    kinds = {paper["kind"] for paper in papers}
    assert kinds == {
        *("consent_request", "specification", "award_record", "approval", "work_order"),
        *("completion", "refusal", "certificate_form"),
    }
    seen: set[str] = set()
    for paper in papers:
        page = Page()
        page.feed(Path(paper["html_path"]).read_text(encoding="utf-8"))
        assert page.tags.isdisjoint({"script", "img", "iframe", "svg", "object", "link", "base"})
        assert [name for name in page.attributes if name.startswith("on")] == []
        seen |= check_whole("".join(page.words), f"{paper['kind']} as HTML")
    return seen


def _check_letters(home: Path) -> set[str]:
    seen: set[str] = set()
    for file in (home / "mail" / "new").iterdir():
        letter = message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(letter, EmailMessage)
        assert set(letter.keys()) <= {
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
            *("Content-Type", "Content-Transfer-Encoding", "Reply-To"),
        }
        for header in ("To", "Reply-To"):
            known = r"[\w.]+@(?:rbc|avon|briar|cedar|oak|home)\.example"
            assert re.fullmatch(known, letter[header]), header
        body = letter.get_body(("plain",))
        assert body is not None
        seen |= check_whole(body.get_content(), f"the letter {letter['Subject']}")
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_paper_can_hold_is_a_problem_with_its_place(
    sqlite_service: str, tmp_path: Path, kind: str
) -> None:
    before = contents(sqlite_service)
    for column in (*TEXT.get(kind, ()), spec(kind).key[0]):
        rows = hostile(kind)
        rows[-1][column] = f"bell \x07, escape \x1b[31m and {HOSTILE}"
        problems = refused_as_json(*bring(tmp_path, kind, rows))["problems"]
        (problem,) = [one for one in problems if "control characters" in one["wrong"]]
        assert (problem["column"], problem["row"]) == (column, len(rows) + 1)
        assert "(U+0007, U+001B)" in problem["wrong"]
        assert "\x07" not in problem["value"]
    assert contents(sqlite_service) == before


def test_a_cell_of_ten_megabytes_is_a_problem_in_a_line(
    sqlite_service: str, tmp_path: Path
) -> None:
    before = contents(sqlite_service)
    rows = hostile("cases")
    rows[1]["address"] = "long road " * 1_048_576
    (problem,) = refused_as_json(*bring(tmp_path, "cases", rows))["problems"]
    assert (problem["row"], problem["column"]) == (3, "address")
    assert problem["wrong"] == "the cell holds 10,485,760 characters"
    assert len(problem["value"]) <= 80
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["reference", "address"])
    book.active.append(["A-1", "x" * 32_767])  # more, no workbook holds
    book.save(tmp_path / "long.xlsx")
    problems = refused_as_json("import", "cases", str(tmp_path / "long.xlsx"), "--by", ADAM)[
        "problems"
    ]
    assert "the cell holds 32,767 characters" in [one["wrong"] for one in problems]
    assert contents(sqlite_service) == before
