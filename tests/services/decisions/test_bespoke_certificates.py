"""Bespoke works and their certificates: named or declared needless, and then asked for."""

from __future__ import annotations

import pytest

from models.tables.cases import WorksLine
from rules.errors import InvalidDecisionError, InvalidWorksError
from rules.pathway import StepName
from services.decisions.specification import Specify
from tests.factories import act, bring, go, new_case, pass_step, refused
from tests.journeys.commands import handrail
from tests.journeys.commands import refused as not_done
from tests.looking import rows, step_of
from tests.services.imports.importing import refused as not_imported
from tests.services.imports.importing import said
from tests.small_service import REASON, TESS

HEADER = "case | line | code | quantity | description | unit"
EXTENSION = f"""
{HEADER}
DFG-1 | 1 |      | 1  | Rear extension | item
DFG-1 | 2 | TILE | 10 |                |
DFG-1 | 3 |      | 1  | Redecorate     | item
"""
ON_TO_SIGN_OFF = (
    *(StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES, StepName.APPROVE),
    *(StepName.ASSIGN, StepName.WORKS),
)
NAMED = Specify(
    certificates={1: ("electrical", "building_control")}, no_certificates={3: "paint alone"}
)


def unanswered(url: str) -> str:
    """Open a case with two bespoke lines that say nothing of certificates."""
    reference = new_case(url, route="quotes")
    bring(url, "works", EXTENSION)
    go(reference)
    return reference


def answers(url: str) -> dict[int, tuple[tuple[str, ...], str]]:
    lines = sorted(rows(url, WorksLine), key=lambda row: row["line"])
    return {row["line"]: (row["certificates"], row["no_certificates_because"]) for row in lines}


@pytest.mark.sqlite
def test_a_bespoke_line_that_answers_neither_is_not_specified(url: str) -> None:
    reference = unanswered(url)
    error = refused(url, reference, Specify(), InvalidWorksError)
    assert error.what == "Nobody has said which certificates lines 1 and 3 of DFG-1 must end with."
    assert "--certificates 1=building_control;electrical" in error.next_step
    partly = Specify(certificates={1: ("building_control",)})
    assert "line 3 of DFG-1" in refused(url, reference, partly, InvalidWorksError).what
    assert set(answers(url).values()) == {((), "")}  # nothing was kept of a refused answer


@pytest.mark.sqlite
def test_certificates_are_named_on_bespoke_lines_alone(url: str) -> None:
    reference = unanswered(url)
    stray = Specify(certificates={2: ("gas",)}, no_certificates={1: "w", 3: "w", 9: "w"})
    error = refused(url, reference, stray, InvalidWorksError)
    assert error.what == "No certificates can be named on lines 2 and 9 of DFG-1."
    both = Specify(certificates={1: ("gas", "bat")}, no_certificates={1: "w", 3: " "})
    words = refused(url, reference, both, InvalidDecisionError).what
    assert "Line 1: “bat” is not a certificate" in words
    assert "Line 3: say why it needs no certificate." in words
    assert "Line 1 either needs certificates or needs none." in words


def test_an_extension_is_not_signed_off_without_the_certificates_that_were_named(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = unanswered(url)
    act(url, reference, NAMED)
    assert answers(url) == {
        1: (("building_control", "electrical"), ""),
        2: ((), ""),
        3: ((), "paint alone"),
    }
    for step in ON_TO_SIGN_OFF:
        pass_step(url, reference, step)
    assert (
        "the building control certificate; the electrical certificate"
        in step_of(url, reference, "sign-off").waiting_for
    )


def test_the_same_file_again_keeps_what_an_officer_said_and_other_works_do_not(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = unanswered(url)
    line = ("case", "line", reference, "1", "--quantity", "1", "--unit", "item")
    named = (*line, "--description", "Rear extension", "--certificates", "building_control")
    handrail(*named, "--by", TESS)
    assert answers(url)[1] == (("building_control",), "")
    bring(url, "works", EXTENSION)
    assert answers(url)[1] == (("building_control",), "")
    bring(url, "works", EXTENSION.replace("Rear extension", "Garage conversion"))
    assert answers(url)[1] == ((), "")


def test_the_specification_is_typed_with_its_answers(sqlite_service: str) -> None:
    reference = unanswered(sqlite_service)
    typed = ("decide", reference, "specify", "--by", TESS, "--reason", REASON)
    assert "Nobody has said which certificates" in not_done(*typed)
    said_of_each = ("--certificates", "1=building_control;electrical", "--no-certificates")
    handrail(*typed, *said_of_each, "3=paint alone, a=b")
    assert answers(sqlite_service)[1] == (("building_control", "electrical"), "")
    assert answers(sqlite_service)[3] == ((), "paint alone, a=b")


@pytest.mark.sqlite
def test_a_file_answers_for_bespoke_lines_alone_and_in_one_way(url: str) -> None:
    new_case(url, route="quotes")
    text = f"""
    {HEADER} | certificates | no_certificates_because
    DFG-1 | 1 |      | 1  | Extension | item | gas         | no gas in it
    DFG-1 | 2 | TILE | 10 |           |      | electrical  |
    DFG-1 | 3 |      | 1  | Decorate  | item | bat survey  |
    """
    found = said(not_imported(url, "works", text))
    assert [(row, column) for row, column, _ in found] == [
        (2, "no_certificates_because"),
        (3, "certificates"),
        (4, "certificates"),
    ]
