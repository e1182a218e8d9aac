"""A variation at the desk: in my work, on its forms, and as a difference on the case's page."""

from __future__ import annotations

from decimal import Decimal

from adapters import clock
from models.database import reading
from rules.variations import Limb
from services.orders.assessments import AssessVariation
from services.orders.claims import ClaimVariation
from services.orders.works import StartWorks
from services.reports.case_view import case_view
from tests.desk.web.desk import Desk
from tests.factories import act, case_at
from tests.small_service import ADA, AVON, REFERENCE, TESS


def test_a_variation_is_shown_as_a_difference_with_its_headroom_and_limb(
    sqlite_service: str,
) -> None:
    reference = case_at(sqlite_service, "works", route="call_off")
    act(sqlite_service, reference, StartWorks(clock.today()))
    act(sqlite_service, reference, ClaimVariation(quantities={1: Decimal(10)}), by=AVON)
    work = Desk(TESS).get("/").text
    assert "variation 1 of WO-2026-00001 is assessed" in work
    form = Desk(TESS).get(f"/cases/{REFERENCE}/decide/assess-variation").text
    assert "Line 1, Grab rail: 10 instead of 4 each" in form
    assert "£283.50 more than £417.60" in form
    act(sqlite_service, reference, AssessVariation(limb=Limb.WORKS_COST))
    approve = Desk(ADA).get(f"/cases/{REFERENCE}/decide/approve-variation").text
    assert "£701.10, before £417.60; it counts against your limit whole" in approve
    page = Desk(ADA).get(f"/cases/{REFERENCE}").text
    assert "Redetermination, s.34(5)" in page
    assert "Claimed by Avon Access Ltd on" in page
    assert "67.8 % above the £417.60" in page
    with reading(sqlite_service) as conn:
        order = case_view(conn, reference=reference, today=clock.today())["order"]
    assert [one["total_pence"] for one in order["versions"]] == [417_60]
    (variation,) = order["variations"]
    assert (variation["status"], variation["agreed_pence"]) == ("assessed", 283_50)
    assert variation["claimed_at"] == "2026-06-01T09:00:00Z"
    assert variation["headroom"]["left_pence"] == -283_50
