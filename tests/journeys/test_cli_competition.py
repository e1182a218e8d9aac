"""A mini-competition at the command line: what is sealed is at no door, then all is compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.settings import settings
from models.tables.competition import SealedQuote
from models.tables.record import Audit, Decision, Outbox
from services.competitions.award import competitions_to_open
from tests.competing import DEADLINE, invited, opened
from tests.factories import go, live_at
from tests.journeys.commands import asked, handrail, refused, typed
from tests.looking import rows
from tests.small_service import AVON, BRIAR, CEDAR, TESS

PLAN = [
    "--proportionate",
    "a small sum",
    "--legal",
    "s.2(2)(b)",
    "--auditable",
    "marks are frozen",
    "--necessary",
    "needed now",
]
TELLTALES = {AVON: ("8123.45", "6789.01"), BRIAR: ("7321.98", "5432.17")}
"""What two firms ask for the two lines: figures that stand nowhere else."""


def figures() -> Iterator[str]:
    """Yield each telltale amount in every way that it might be written, and the totals."""
    for sums in TELLTALES.values():
        pence = [int(amount.replace(".", "")) for amount in sums]
        for amount in (*pence, sum(pence)):
            yield from (str(amount), f"{amount / 100:.2f}", f"{amount / 100:,.2f}")


def leaks(text: str) -> list[str]:
    """Return the telltale figures that a text holds."""
    return [figure for figure in figures() if figure in text]


def tender(by: str, *words: str, reference: str = "DFG-1") -> str:
    """Record a decision in the competition, and carry the case on."""
    said = handrail("decide", reference, "tender", "--by", by, "--reason", "as sent", *words)
    go(reference)
    return said


def quote(firm: str, *, by: str = "") -> str:
    """Record a firm's telltale quote, in its own name or an officer's."""
    amounts = [f"--amount={line}={sum_}" for line, sum_ in enumerate(TELLTALES[firm], start=1)]
    return tender(by or firm, "--quote-from", firm, *amounts)


@pytest.fixture(autouse=True)
def competing(sqlite_service: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a case whose contractors are invited, weighed on quality too, and a wide screen."""
    monkeypatch.setenv("COLUMNS", "300")
    invited(sqlite_service, weighed=True)
    return sqlite_service


def test_no_door_shows_the_money_of_a_sealed_quote(competing: str) -> None:
    """Nobody sees it: there is no door that shows more to an administrator or an auditor."""
    said = [quote(AVON), quote(BRIAR, by=TESS)]
    said += [refused("decide", "DFG-1", "tender", *again) for again in _refusals()]
    for command in (
        *("case show DFG-1", "case history DFG-1", "case list", "case competition DFG-1"),
        *("case price DFG-1", "case award DFG-1", "case history service"),
        *("outbox list", "verify", "workdays list"),
    ):
        for words in (command.split(), [*command.split(), "--json"]):
            found = typed(*words)
            said.append(found.out + found.err)
    assert len(rows(competing, SealedQuote)) == 2
    for table in (Decision, Audit, Outbox):
        said.append(str(rows(competing, table)))
    home = settings().resolved_home
    files = [file for file in home.rglob("*") if file.is_file() and "handrail.db" not in file.name]
    assert [file for file in files if file.parent.name == "new"], "messages on disk"
    assert [file for file in files if file.suffix == ".html"], "documents on disk"
    said += [file.read_text(encoding="utf-8", errors="replace") for file in files]
    assert [leaks(text) for text in said] == [[]] * len(said)


def _refusals() -> list[list[str]]:
    """Return decisions that are refused and name amounts, each with who, why and what."""
    by = ["--by", AVON, "--reason", "as agreed"]
    amounts = ["--amount", "1=8123.45", "--amount", "2=6789.01"]
    return [
        [*by, "--quote-from", AVON, *amounts],
        [*by, "--quote-from", BRIAR, *amounts],
        ["--by", CEDAR, "--reason", "as agreed", "--quote-from", CEDAR, "--amount", "3=8123.45"],
        ["--by", TESS, "--reason", "as agreed", *PLAN, "--award-to", AVON],
    ]


def test_who_answered_is_shown_under_seal_and_no_more() -> None:
    quote(AVON)
    tender(CEDAR, "--no-quote-from", CEDAR)
    view = asked("case", "competition", "DFG-1")
    assert (view["status"], view["deadline"]) == ("open", "2026-06-15T11:00:00Z")
    assert (view["price_weight"], view["quality_weights"]) == (60, {"method": 25, "programme": 15})
    answers = {one["contractor"]: one["answers"] for one in view["contractors"]}
    assert [answer["status"] for answer in answers[AVON]] == ["sealed"]
    assert answers[AVON][0]["recorded_by"] == AVON
    assert (answers[BRIAR], answers[CEDAR][0]["status"]) == ([], "declined")
    assert view["evaluation"] == []
    shown = handrail("case", "competition", "DFG-1")
    assert "Quotes by 12 noon on Monday 15 June 2026." in shown
    for words in ("quoted, sealed", "declines to quote", "no answer yet"):
        assert words in shown
    assert "There is no case NOPE." in refused("case", "competition", "NOPE")


def test_from_the_deadline_to_the_award_at_the_command_line(competing: str) -> None:
    quote(AVON)
    quote(BRIAR)
    live_at(DEADLINE + timedelta(minutes=1))
    assert competitions_to_open() == ("DFG-1",)
    late = tender(CEDAR, "--quote-from", CEDAR, "--amount=1=10", "--amount=2=10")
    assert "The quote of CEDAR came too late" in late
    opened(competing, "DFG-1", at=DEADLINE + timedelta(minutes=3))
    assert asked("case", "competition", "DFG-1")["opened_at"] == "2026-06-15T11:03:00Z"
    assert "to be marked" in handrail("case", "competition", "DFG-1")
    for firm, method, programme in ((AVON, "92.5", "80"), (BRIAR, "40", "60")):
        marks = ("--mark", f"method={method}", "--mark", f"programme={programme}")
        tender(TESS, "--score", firm, *marks)
    shown = handrail("case", "competition", "DFG-1")
    assert "£14,912.46" in shown
    assert "late, not considered" in shown
    tender(TESS, "--award-to", AVON, *PLAN)
    first, second = asked("case", "competition", "DFG-1")["evaluation"]
    assert (first["contractor"], first["place"], first["awarded"]) == (AVON, 1, True)
    assert (first["net_pence"], second["price_score"]) == (14_912_46, "100.00")
    assert first["marks"] == {"method": "92.5", "programme": "80"}
    assert asked("case", "show", "DFG-1")["contractor"] == AVON
    assert asked("verify") == {"sound": True, "findings": []}


def test_too_few_at_the_deadline_ends_in_more_time_or_a_direction(competing: str) -> None:
    quote(AVON)
    opened(competing, "DFG-1")
    said = tender(TESS, "--extend-to", "22/6/2026")
    assert "quotes by 12 noon on Monday 22 June 2026 (1 of 3 in, sealed)" in said
    opened(competing, "DFG-1", at=DEADLINE + timedelta(days=7))
    assert "waits for: officer marks the quote opened" in tender(TESS, "--direct", *PLAN)
    assert "one quote received is enough" in handrail("case", "competition", "DFG-1")


def test_a_document_of_the_invitation_is_on_the_case() -> None:
    documents = {one["kind"]: one for one in asked("case", "show", "DFG-1")["documents"]}
    assert documents.keys() == {"certificate_form", "specification"}
    document = documents["specification"]
    page = Path(document["html_path"]).read_text(encoding="utf-8")
    assert "12 noon on Monday 15 June 2026" in page
