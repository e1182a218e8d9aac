"""The register of permissions: agreement and clause cited, terms failed, cases dated back over."""

from __future__ import annotations

from typing import Any

import pytest

from models.case_queries import case_row
from models.database import reading
from models.tables.record import Audit
from models.tables.works import Consent
from rules.cases import ConsentAnswer
from rules.errors import InvalidDecisionError
from services.consents.cleared import consent_words
from services.consents.decide import AnswerConsent
from services.consents.matching import MatchConsent
from services.consents.register import provider_standing
from tests.factories import act, bring, case_at, new_case, refused
from tests.looking import messages, rows, status_of
from tests.services.consents.test_consent import specified
from tests.services.imports.importing import refused as import_refused
from tests.small_service import NOW

HEADER = (
    "provider|work_types|value_cap|conditions|valid_from|valid_to|response_days|silence"
    "|agreement|clause|left_out\n"
)
CLAUSE = "{}|{}|{}|Tell us; Photographs|2026-01-01|2026-12-31|10|{}|Adaptations 2026|{}|{}"


def clause(
    number: str, *, works: str = "level_access_shower", cap: str = "", silence: str = "",
    left_out: str = "", provider: str = "ELM",
) -> str:  # fmt: skip
    return CLAUSE.format(provider, works, cap, silence, number, left_out)


def permit(url: str, *clauses: str) -> tuple[str, ...]:
    return bring(url, "permissions", HEADER + "\n".join(clauses)).notes


def elm(url: str, **options: Any) -> str:
    return specified(url, tenure="rp_tenant", landlord="ELM", **options)


def test_the_clause_that_covers_the_works_is_cited_with_its_conditions(url: str) -> None:
    permit(url, clause("4.1", cap="10"), clause("4.2", cap="9000"))
    reference = elm(url)
    (consent,) = rows(url, Consent)
    assert consent["basis"] == "pre_permission"
    assert consent["cited"].endswith(" (Adaptations 2026), clause 4.2")
    permit(url, clause("4.2", cap="9000").replace("Adaptations 2026", "Renamed"))
    with reading(url) as conn:
        text, conditions = consent_words(conn, case=case_row(conn, reference=reference))
        standing = provider_standing(conn, code="ELM", on=NOW.date())
    assert "(Adaptations 2026), clause 4.2, in force from 1 January 2026" in text
    assert conditions == ("Tell us", "Photographs")
    assert [(one["row"].clause, one["cases"]) for one in standing] == [("4.1", 0), ("4.2", 1)]


@pytest.mark.sqlite
def test_every_term_that_every_clause_fails_is_on_record(url: str) -> None:
    permit(
        url,
        clause("4.1", works="ramp", left_out="CV22"),
        clause("4.2", cap="10", left_out="CV;100200300", silence="given"),
    )
    elm(url, uprn="100200300")
    (consent,) = rows(url, Consent)
    first, second = consent["why_asked"].splitlines()
    assert "clause 4.1) does not cover level_access_shower; leaves out CV22." in first
    assert "clause 4.2) leaves out 000100200300 and CV; covers works up to £10.00" in second
    assert (consent["basis"], consent["silence"]) == ("requested", "given")


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("column", "wrong", "told"),
    [("left_out", "CV2X9", "left_out"), ("silence", "yes", "silence"), ("clause", "a;b", "clause")],
)
def test_a_clause_that_says_what_cannot_be_is_refused(
    url: str, column: str, wrong: str, told: str
) -> None:
    new_case(url)
    names = HEADER.strip().split("|")
    cells = dict(zip(names, clause("4.1").split("|"), strict=True)) | {column: wrong}
    (problem,) = import_refused(url, "permissions", HEADER + "|".join(cells.values()))
    assert problem.column == told


def test_a_permission_dated_back_changes_nothing_decided_and_says_so(url: str) -> None:
    decided = elm(url)
    act(url, decided, AnswerConsent(ConsentAnswer.GRANTED, conditions="ours"))
    waiting = elm(url, reference="DFG-2")
    before = rows(url, Consent)
    notes = permit(url, clause("4.1"))
    assert rows(url, Consent) == before
    dated_back, asked_before = notes
    assert dated_back.endswith("As their landlord answered stay: DFG-1.")
    assert asked_before.startswith(
        "Asked in writing before it came in, and not answered yet: DFG-2."
    )
    act(url, waiting, MatchConsent())
    assert status_of(url, waiting, "consent") == "done"
    assert rows(url, Consent)[-1]["cited"].endswith("clause 4.1")
    (told,) = messages(url, "consent_settled_to_landlord")
    assert "clause 4.1" in told["context"]["settled"]


@pytest.mark.sqlite
def test_what_covers_nothing_clears_nothing_and_says_every_reason(url: str) -> None:
    waiting = case_at(url, "consent", tenure="rp_tenant", landlord="ELM")
    permit(url, clause("4.1", cap="10"), clause("4.2", works="ramp"))
    error = refused(url, waiting, MatchConsent(), InvalidDecisionError)
    assert "clause 4.1) covers works up to" in error.why
    assert "clause 4.2) does not cover" in error.why
    assert not [one for one in rows(url, Audit) if "matched" in one["action"]]
