"""The ledger of turns: what the database adds up is what the turns, one by one, come to."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from models.database import engine_for, reading
from models.tables.contractors import LotContractor
from models.tables.prices import Turn as TurnRow
from rules.tenders.awards import ROTATION, Bidder, Ledger, award
from services.assignment.decide import AnswerOffer
from services.tenders.ledger import ledger
from tests.factories import act, case_at, later
from tests.models.bare import lay_bare
from tests.rules.tenders.turns import Turn, add_up
from tests.small_service import AVON, BRIAR, CEDAR

TODAY = date(2026, 6, 1)
FIRMS = (AVON, BRIAR, CEDAR)
turns_any = st.lists(
    st.tuples(
        st.sampled_from(FIRMS),
        st.integers(min_value=1, max_value=3),
        st.dates(min_value=date(2025, 3, 28), max_value=date(2025, 4, 4))
        | st.dates(min_value=date(2026, 3, 28), max_value=date(2026, 4, 4)),
        st.sampled_from(["SHOWERS", "SHOWERS", "RAILS"]),
    ),
    max_size=12,
)


def held(url: str, lot: str = "SHOWERS", on: date = TODAY) -> dict[str, Ledger]:
    with reading(url) as conn:
        return ledger(conn, lot=lot, on=on)


def test_an_offer_is_a_turn_at_its_net_value_accepted_or_not(url: str) -> None:
    assert held(url) == dict.fromkeys(FIRMS, Ledger())
    reference = case_at(url, "assign")
    later(days=2)
    act(url, reference, AnswerOffer(accepted=False))
    yesterday, on = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    avon = Ledger(1_600_00, 1, TODAY, 1)
    assert held(url, on=yesterday) == {AVON: avon, BRIAR: Ledger(), CEDAR: Ledger()}
    assert held(url, on=on) == {AVON: avon, BRIAR: Ledger(1_550_00, 1, on, 2), CEDAR: Ledger()}
    assert held(url, "RAILS") == dict.fromkeys(FIRMS, Ledger())
    next_year = held(url, on=date(2027, 4, 1))
    assert next_year[AVON] == Ledger(0, 0, TODAY, 1), "only whose was longest ago is left"


def test_a_contractor_that_left_the_lot_is_not_in_its_ledger(url: str) -> None:
    case_at(url, "assign")
    with engine_for(url).begin() as conn:
        conn.execute(delete(LotContractor).where(LotContractor.contractor == AVON))
    assert held(url) == {BRIAR: Ledger(), CEDAR: Ledger()}


def test_the_database_adds_up_what_the_turns_come_to_one_by_one(url: str) -> None:
    lay_bare(url)  # turns without their offers

    @settings(max_examples=60)
    @given(made=turns_any, on=st.sampled_from([date(2025, 3, 31), date(2026, 3, 31), TODAY]))
    def check(made: list[tuple[str, int, date, str]], on: date) -> None:
        numbered = list(enumerate(made, start=1))
        rows = [
            {"id": n, "offer_id": n, "lot": lot} | _values(Turn(contractor, net, day, n))
            for n, (contractor, net, day, lot) in numbered
        ]
        with engine_for(url).connect() as conn:
            if rows:
                conn.execute(insert(TurnRow), rows)
            summed = ledger(conn, lot="SHOWERS", on=on)
            conn.rollback()
        own = [
            Turn(contractor, net, day, n)
            for n, (contractor, net, day, lot) in numbered
            if lot == "SHOWERS"
        ]
        one_by_one = add_up(own, on=on)
        assert summed == dict.fromkeys(FIRMS, Ledger()) | one_by_one
        assert order(summed, on) == order(one_by_one, on)

    check()


def _values(turn: Turn) -> dict[str, object]:
    return {
        "contractor": turn.contractor,
        "net_pence": turn.net_pence,
        "offered_on": turn.offered_on,
    }


def order(known: dict[str, Ledger], on: date) -> tuple[str, ...]:
    bidders = [Bidder(code, None, 12_000, 10_000, ()) for code in FIRMS]
    return award(rule=ROTATION, bidders=bidders, ledger=known, on=on).order
