"""How a contractor stands: its room and its work, of the cases that somebody may see."""

from __future__ import annotations

import pytest

from models.database import reading
from models.people import actor_for
from services.assignment.decide import AnswerOffer
from services.orders.safety import HoldPlan
from services.orders.works import CompleteWorks, StartWorks
from services.tenders.contractor_view import ContractorStanding, contractor_standing
from services.tenders.lot_view import lot_standing
from tests.factories import act, bring, case_at
from tests.small_service import AVON, MIA, NOW, WENDY

TODAY = NOW.date()
ROOM = """
contractor|name|email|trades|authorities|capacity_orders|capacity_value
AVON|Avon Access Ltd|jobs@avon.example|plumbing;tiling|RBC;WDC|2|1600
"""


def standing(url: str, who: str = MIA) -> ContractorStanding:
    with reading(url) as conn:
        viewer = actor_for(conn, identity=who)
        return contractor_standing(conn, code=AVON, viewer=viewer, on=TODAY)


def work(url: str, who: str = MIA) -> list[tuple[object, ...]]:
    return [
        (row.reference, row.status, row.order_status, row.on_hand, row.completed_on)
        for row in standing(url, who).work
    ]


def test_its_room_and_its_work_follow_the_order(url: str) -> None:
    assert standing(url).room == (
        "0 orders on hand; it takes on any number.",
        "£0.00 on hand without VAT; no limit.",
    )
    reference = case_at(url, "assign")
    bring(url, "contractors", ROOM)
    assert standing(url).room == (
        "1 order on hand, of 2 at once: room for 1 more.",
        "£1,600.00 on hand without VAT, of £1,600.00: no room.",
    )
    assert work(url) == [(reference, "offered", None, 1, None)]
    assert work(url, WENDY) == []  # a case of Rugby's
    act(url, reference, AnswerOffer(accepted=True))
    assert work(url) == [(reference, "accepted", "sent", 1, None)]
    act(url, reference, HoldPlan("CPP-1", TODAY))
    act(url, reference, StartWorks(TODAY))
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    assert work(url) == [(reference, "accepted", "complete", 0, TODAY)]
    assert standing(url).room[0] == "0 orders on hand, of 2 at once: room for 2 more."


def test_its_lots_have_their_terms(url: str) -> None:
    found = standing(url).lots
    assert [(one.code, one.rank, one.award_rule) for one in found] == [
        ("BUILD", 1, "mini_competition"),
        ("RAILS", 1, "ranked"),
        ("SHOWERS", 1, "rotation"),
    ]


@pytest.mark.sqlite
def test_a_lots_contractors_stand_in_the_order_of_their_turns(url: str) -> None:
    case_at(url, "assign")  # Avon's turn
    with reading(url) as conn:
        found = lot_standing(conn, code="SHOWERS", on=TODAY)
    assert [(one["contractor"], one["place"], one["rank"]) for one in found["contractors"]] == [
        *(("BRIAR", 1, 2), ("CEDAR", 2, 3), ("AVON", 3, 1)),
    ]
    avon = found["contractors"][-1]
    assert (avon["value_pence"], avon["open_orders"]) == (1_600_00, 1)
    assert avon["package_prices_pence"] == {"LAS": 1_600_00}
