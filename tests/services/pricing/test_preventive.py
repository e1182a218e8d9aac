"""Works for a foreseeable need: marked with why, on the notice, counted apart on the board."""

from __future__ import annotations

import pytest

from adapters import clock
from models.case_queries import case_row, works_lines
from models.database import reading, writing
from models.people import actor_for
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StepNotOpenError
from rules.pathway import StepName
from services.grants.papers import approval_paper
from services.imports.entering import enter_line, lines_held
from services.pricing.preventive import MarkPreventive
from services.reports.overview import Foreseeable, overview
from services.verification.verify import findings
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, decide, pass_step, refused
from tests.small_service import MIA, TESS

WHY = "her sight is failing"


def marks(url: str, reference: str) -> dict[int, str | None]:
    with reading(url) as conn:
        case = case_row(conn, reference=reference)
        return {row.line: row.preventive_because for row in works_lines(conn, case_id=case.id)}


def counted(url: str) -> Foreseeable:
    with reading(url) as conn:
        viewer = actor_for(conn, identity=MIA)
        return overview(conn, viewer=viewer, today=clock.today()).foreseeable


def test_a_line_is_marked_named_in_the_notice_and_counted_apart(url: str) -> None:
    reference = case_at(url, "approve", route="quotes")
    assert counted(url) == Foreseeable(0, 0, 0)
    decide(url, reference, MarkPreventive({2: WHY}), by=TESS)
    assert marks(url, reference)[2] == WHY
    assert counted(url) == Foreseeable(1, 0, 0)
    pass_step(url, reference, StepName.APPROVE)
    with reading(url) as conn:
        paper = approval_paper(conn, case=case_row(conn, reference=reference))
    (said,) = paper.preventive
    assert said.startswith("Line 2, ")
    assert said.endswith(f": {WHY}")
    assert WHY in Desk(TESS).get(f"/cases/{reference}/works").text
    assert "marked as preventive" in Desk(MIA).get("/board").text
    refused(url, reference, MarkPreventive({1: WHY}), StepNotOpenError, by=TESS)
    with reading(url) as conn:
        found = [one.sentence for one in findings(conn, lambda _: None, now=clock.now())]
    assert [one for one in found if "The file " not in one] == []


def test_what_is_ordered_with_a_price_has_its_value(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price", route="quotes")
    act(sqlite_service, reference, MarkPreventive({1: WHY, 2: WHY}), by=TESS)
    decide(sqlite_service, reference, MarkPreventive({1: "no"}), by=TESS)
    assert marks(sqlite_service, reference) == {1: None, 2: WHY}
    assert counted(sqlite_service).lines == 1


@pytest.mark.parametrize(
    "because", [{}, {1: " "}, {9: WHY}, {1: "x" * 501}, {1: "a\x00b"}, {1: WHY, 9: WHY}]
)
def test_bad_marks_change_nothing(sqlite_service: str, because: dict[int, str]) -> None:
    reference = case_at(sqlite_service, "price")
    refused(sqlite_service, reference, MarkPreventive(because), InvalidDecisionError, by=TESS)


def test_the_same_mark_is_recorded_once(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    decide(sqlite_service, reference, MarkPreventive({1: WHY}), by=TESS)
    refused(sqlite_service, reference, MarkPreventive({1: WHY}), AlreadyDecidedError, by=TESS)


def test_a_line_entered_anew_keeps_its_mark(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "specify")
    decide(sqlite_service, reference, MarkPreventive({1: WHY}), by=TESS)
    with writing(sqlite_service) as conn:
        case = case_row(conn, reference=reference)
        (held, *_) = lines_held(conn, case)
        given = {**held, "quantity": "3"}
        del given["case"], given["line"]
        actor = actor_for(conn, identity=TESS)
        enter_line(conn, case=case, number=1, given=given, actor=actor, now=clock.now())
    assert marks(sqlite_service, reference)[1] == WHY
    assert WHY in Desk(TESS).get(f"/cases/{reference}").text
